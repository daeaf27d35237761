"""Official Pulumi or ours, with a fake `pulumi`; what the engine finds around it."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from local import toolchain
from local.toolchain import engine, official
from local.toolchain.catalogue import TOOLS
from local.toolchain.report import Report

OFFICIAL = """
case "$1" in
version) echo v3.275.0 ;;
plugin) echo '[{"name": "aws", "kind": "resource", "version": "AWS"}, {"name": "random", "kind": "resource",
  "version": "0.0.1"}, {"name": "python", "kind": "language", "version": "1.0.0"}]' ;;
esac
"""


def _official(commands: Callable[[str, str], Path], script: str = OFFICIAL) -> Path:
    from importlib.metadata import version

    commands("pulumi-language-python", "exit 1")
    return commands("pulumi", script.replace("AWS", version("pulumi-aws")))


def test_an_official_pulumi_is_preferred_and_keeps_its_own_language_host(
    commands: Callable[[str, str], Path], tmp_path: Path, report: Report
) -> None:
    installed = _official(commands)
    assert toolchain.ensure(["pulumi"], report) == {"pulumi": installed}
    folder = toolchain.engine_bin(Path(sys.executable), tmp_path, report)
    assert (folder / "pulumi").readlink() == installed
    stand_ins = [f"pulumi-resource-{name}" for name in ("aws", "eks", "kubernetes", "random")]
    assert sorted(path.name for path in folder.iterdir()) == ["pulumi", *stand_ins]


def test_only_plugins_that_are_not_installed_in_the_sdks_version_have_stand_ins(
    commands: Callable[[str, str], Path], tmp_path: Path, report: Report
) -> None:
    _official(commands)
    assert toolchain.stand_ins(report) == ["aws", "eks", "kubernetes", "random"]
    (tmp_path / "pulumi-home" / "plugins").mkdir(parents=True)
    assert toolchain.stand_ins(report) == ["eks", "kubernetes", "random"]


@pytest.mark.parametrize("script", ["echo v2.999.0", "echo v3.258.9", "echo v4.259.0", "exit 1", "echo nonsense"])
def test_a_pulumi_of_another_major_version_or_older_than_the_programs_is_not_used(
    commands: Callable[[str, str], Path], script: str, report: Report
) -> None:
    _official(commands, script)
    assert official.pulumi(report) is None


def test_a_pulumi_without_its_language_host_is_not_an_installation(
    commands: Callable[[str, str], Path], report: Report
) -> None:
    commands("pulumi", OFFICIAL)
    assert official.pulumi(report) is None


def test_our_own_engine_on_the_path_does_not_count_as_official(
    own_cache: Path, commands: Callable[[str, str], Path], monkeypatch: pytest.MonkeyPatch, report: Report
) -> None:
    installed = _official(commands)
    assert official.pulumi(report) == installed
    ours = own_cache / "engine" / "x"
    shutil.copytree(installed.parent, ours)
    monkeypatch.setenv("PATH", f"{ours}:/usr/bin:/bin")
    assert official.pulumi(report) is None


def test_nothing_is_downloaded_unless_the_switch_says_so(
    commands: Callable[[str, str], Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    report: Report,
    log: io.StringIO,
) -> None:
    attempts = tmp_path / "attempts"
    _official(commands, f'[ "$2" = install ] && echo "$4 $5" >> {attempts} && exit 1\n{OFFICIAL}')
    (tmp_path / "pulumi-home" / "plugins").mkdir(parents=True)
    toolchain.stand_ins(report)
    assert not attempts.exists()
    assert log.getvalue().splitlines() == []
    monkeypatch.setenv(official.SWITCH, "1")
    assert toolchain.stand_ins(report) == ["eks", "kubernetes", "random"]
    assert attempts.read_text().startswith("eks v")
    assert log.getvalue().splitlines() == [
        "The official pulumi-eks could not be installed: stand-ins replace what is missing."
    ]


def test_a_download_that_fails_falls_back_to_a_build_and_says_so(
    commands: Callable[[str, str], Path], monkeypatch: pytest.MonkeyPatch, report: Report, log: io.StringIO
) -> None:
    commands("unrelated", "true")
    monkeypatch.setenv(official.SWITCH, "1")
    monkeypatch.setattr(official, "DOWNLOAD_LIMIT", 0.001)
    assert official.pulumi(report) is None
    assert log.getvalue().splitlines() == [
        "The official Pulumi could not be downloaded: it is built from source instead."
    ]


def test_the_engines_folder_holds_our_host_and_stand_ins_that_start_from_anywhere(
    commands: Callable[[str, str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, report: Report
) -> None:
    commands("go", "exit 1")
    target = TOOLS["pulumi"].target
    target.parent.mkdir(parents=True)
    for name in ("pulumi", "pulumi-language-python-exec", "pulumi-resource-pulumi-python"):
        (target.parent / name).write_text(f"{name}\n")
    checkout = tmp_path / "it's a checkout"
    for name in ("aws", "without_sdk"):
        plugin = checkout / "local" / "plugins" / f"{name}.py"
        plugin.parent.mkdir(parents=True, exist_ok=True)
        plugin.write_text("import json, sys\nprint(json.dumps([__file__, sys.argv[1:], sys.path[0]]))\n")
    folder = toolchain.engine_bin(Path(sys.executable), checkout, report)
    assert engine.engine_bin(Path(sys.executable), checkout, report) == folder
    assert (folder / "pulumi").samefile(target)
    assert not (folder / "pulumi").is_symlink()
    assert sorted(path.name for path in folder.iterdir()) == [
        "pulumi",
        "pulumi-language-python",
        "pulumi-language-python-exec",
        "pulumi-resource-aws",
        "pulumi-resource-eks",
        "pulumi-resource-kubernetes",
        "pulumi-resource-pulumi-python",
        "pulumi-resource-random",
    ]
    # A package `local` in the working directory, as another project may have one, must not be found.
    (tmp_path / "cwd" / "local" / "plugins").mkdir(parents=True)
    answer = subprocess.run(
        [folder / "pulumi-resource-aws", "--flag", "127.0.0.1:1"],
        cwd=tmp_path / "cwd",
        capture_output=True,
        text=True,
        check=True,
    )
    light = str(checkout / "local/plugins/without_sdk.py")
    arguments = ["local.plugins.aws", "--flag", "127.0.0.1:1"]
    assert json.loads(answer.stdout) == [light, arguments, str(checkout)]
    host = subprocess.run([folder / "pulumi-language-python", "x"], capture_output=True, text=True, check=True)
    assert json.loads(host.stdout)[1] == [
        "local.plugins.language",
        str(folder / "pulumi-language-python-exec"),
        "x",
    ]


def _environment(tmp_path: Path, report: Report) -> dict[str, str]:
    return toolchain.engine_environment(Path(sys.executable), tmp_path, tmp_path / "home", report)


def test_stand_ins_are_installed_in_a_home_of_their_own_and_never_count_as_official(
    commands: Callable[[str, str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, report: Report
) -> None:
    _official(commands)
    environment = _environment(tmp_path, report)
    folder, *others = environment["PATH"].split(":")
    assert ":".join(others) == os.environ["PATH"]
    assert environment == {"PATH": environment["PATH"], "PULUMI_HOME": str(tmp_path / "home")}
    assert [path.name for path in Path(folder).iterdir()] == ["pulumi"]
    installed = sorted(path.parent.name for path in (tmp_path / "home" / "plugins").glob("*/pulumi-resource-*"))
    assert [re.sub(r"-v\d+\.\d+\.\d+$", "", name) for name in installed] == [
        f"resource-{name}" for name in ("aws", "eks", "kubernetes", "random")
    ]
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert _environment(tmp_path, report) == environment
    assert toolchain.stand_ins(report) == ["aws", "eks", "kubernetes", "random"]


def test_with_an_official_plugin_the_users_home_stays_in_force(
    commands: Callable[[str, str], Path], tmp_path: Path, report: Report
) -> None:
    _official(commands)
    (tmp_path / "pulumi-home" / "plugins").mkdir(parents=True)
    environment = _environment(tmp_path, report)
    assert list(environment) == ["PATH"]
    stand_ins = [f"pulumi-resource-{name}" for name in ("eks", "kubernetes", "random")]
    assert sorted(path.name for path in Path(environment["PATH"].split(":")[0]).iterdir()) == ["pulumi", *stand_ins]
    assert not (tmp_path / "home").exists()


BINARY = b"\x7fELF\x02\x01\x01\x00\xff\xfe\x90"


def test_an_official_plugin_in_the_platforms_own_home_is_kept_and_the_others_are_stand_ins(
    commands: Callable[[str, str], Path], tmp_path: Path, report: Report
) -> None:
    _official(commands)
    executable = official.plugin_executable(tmp_path / "home", "aws")
    executable.parent.mkdir(parents=True)
    executable.write_bytes(BINARY)
    environment = _environment(tmp_path, report)
    assert environment["PULUMI_HOME"] == str(tmp_path / "home")
    assert executable.read_bytes() == BINARY
    assert sorted(path.name for path in executable.parent.iterdir()) == ["pulumi-resource-aws"]
    for name in ("eks", "kubernetes", "random"):
        assert official.is_stand_in(official.plugin_executable(tmp_path / "home", name))


def test_a_stand_in_of_another_checkout_is_written_anew(
    commands: Callable[[str, str], Path], tmp_path: Path, report: Report
) -> None:
    _official(commands)
    toolchain.engine_environment(Path(sys.executable), tmp_path / "another", tmp_path / "home", report)
    _environment(tmp_path, report)
    assert str(tmp_path / "another") not in official.plugin_executable(tmp_path / "home", "aws").read_text()


@pytest.mark.parametrize("script", [r"printf 'v3.275.0 \377\n'", r"printf '\377\376'"])
def test_what_a_command_says_is_read_whatever_its_encoding(
    commands: Callable[[str, str], Path], script: str, report: Report
) -> None:
    installed = _official(commands, script)
    assert official.pulumi(report) == (installed if "v3" in script else None)
