"""How the tests' Keycloak is had: Maven's failure is an error that says so, a machine without Java has none."""

from __future__ import annotations

from pathlib import Path

import pytest

from local.keycloak import distribution
from local.toolchain import Report, ToolchainError, cache

KC = """#!/bin/sh
echo "$@" > built
"""


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with an empty cache and nothing installed; answers the folder of its programs."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    programs = tmp_path / "bin"
    programs.mkdir()
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    return programs


def install(programs: Path, name: str, text: str) -> None:
    (programs / name).write_text(text)
    (programs / name).chmod(0o755)


def test_what_is_missing_is_named(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(machine))
    assert distribution.absent() == "Keycloak needs java and mvn, which this machine does not have."
    install(machine, "java", "")
    assert distribution.absent() == "Keycloak needs mvn, which this machine does not have."
    install(machine, "mvn", "")
    assert distribution.absent() is None


def test_a_distribution_that_cannot_be_fetched_is_an_error_with_mavens_words(machine: Path) -> None:
    install(machine, "mvn", "#!/bin/sh\necho '[ERROR] no such repository' >&2\nexit 1\n")
    with pytest.raises(ToolchainError, match=r"(?s)Maven could not fetch Keycloak .*\[ERROR\] no such repository"):
        distribution.ensure(Report())
    assert list((cache.root() / "tools").glob("keycloak-*")) == []


def test_it_is_fetched_and_built_once(machine: Path) -> None:
    unpack = f"""#!/bin/sh
for last; do true; done
home="${{last#-DunpackInto=}}/keycloak-{distribution.version()}"
mkdir -p "$home/bin"
printf '%s' '{KC}' > "$home/bin/kc.sh"
chmod +x "$home/bin/kc.sh"
"""
    install(machine, "mvn", unpack)
    home = distribution.ensure(Report())
    assert (home / "built").read_text() == f"build {' '.join(distribution.OPTIONS)}\n"
    install(machine, "mvn", "#!/bin/sh\nexit 1\n")
    assert distribution.ensure(Report()) == home
