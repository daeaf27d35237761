"""The bootstrap: one real virtual environment without packages; the failures with a fake of its Python."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from scripts import bootstrap

FakePython = Callable[[str], Path]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with the bootstrap and requirements that ask for nothing."""
    folder = tmp_path / "checkout"
    (folder / "scripts").mkdir(parents=True)
    for name in ("__init__.py", "bootstrap.py"):
        (folder / "scripts" / name).write_text((bootstrap.CHECKOUT / "scripts" / name).read_text())
    for name in bootstrap.INGREDIENTS:
        (folder / name).write_text("")
    (folder / "requirements-dev.txt").write_text("uv==1.2.3\n")
    return folder


def _wheel_of_a_fake_uv(folder: Path) -> None:
    """A package `uv` that does nothing, so that a real environment can be made without a registry."""
    info = "uv-1.2.3.dist-info"
    files = {
        "fake_uv.py": "def main():\n    pass\n",
        f"{info}/METADATA": "Metadata-Version: 2.1\nName: uv\nVersion: 1.2.3\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/entry_points.txt": "[console_scripts]\nuv = fake_uv:main\n",
        f"{info}/RECORD": "",
    }
    folder.mkdir()
    with zipfile.ZipFile(folder / "uv-1.2.3-py3-none-any.whl", "w") as wheel:
        for name, text in files.items():
            wheel.writestr(name, text)


@pytest.fixture
def fake(checkout: Path) -> FakePython:
    """Puts a `.venv` there whose Python says yes to every question and runs a script instead of pip."""

    def make(pip: str) -> Path:
        python = checkout / ".venv" / "bin" / "python"
        python.parent.mkdir(parents=True, exist_ok=True)
        python.write_text(f'#!/bin/sh\n[ "$1" = -c ] && exit 0\necho "$*" >> "$0.calls"\n{pip}\n')
        python.chmod(0o755)
        uv = python.with_name("uv")
        uv.write_text(f'#!/bin/sh\necho "uv $*" >> "{python}.calls"\n')
        uv.chmod(0o755)
        return python

    return make


def _calls(python: Path) -> list[str]:
    return Path(f"{python}.calls").read_text().splitlines()


def test_an_environment_is_made_once_and_a_second_run_is_instant(checkout: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    _wheel_of_a_fake_uv(tmp_path / "wheels")
    offline = {"HOME": str(home), "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(tmp_path / "wheels")}

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "scripts.bootstrap", *arguments],
            cwd=checkout,
            env={**os.environ, **offline},
            capture_output=True,
            text=True,
            check=False,
        )

    first = run()
    assert first.returncode == 0, first.stderr
    assert first.stderr.startswith("Making .venv with Python 3.")
    started = time.monotonic()
    second = run()
    assert time.monotonic() - started < 1.0
    assert (second.returncode, second.stdout, second.stderr) == (0, "", "")
    (checkout / "where.py").write_text("import sys\nprint(sys.prefix, sys.argv[1:])\nsys.exit(7)\n")
    module = run("where", "up", "--now")
    assert (module.returncode, module.stdout) == (7, f"{checkout / '.venv'} ['up', '--now']\n")


def test_requirements_are_installed_again_only_when_they_changed(checkout: Path, fake: FakePython) -> None:
    python = fake("exit 0")
    assert bootstrap.main([], checkout) == 0
    assert bootstrap.main([], checkout) == 0
    assert _calls(python) == [
        "-m pip config list",
        "-m pip install --disable-pip-version-check --no-input uv==1.2.3",
        f"uv pip install --python {python} --compile-bytecode -r {checkout}/requirements-dev.txt",
    ]
    (checkout / "pyproject.toml").write_text("# new")
    assert bootstrap.main([], checkout) == 0
    assert len(_calls(python)) == 6


def test_the_program_alone_takes_what_it_needs_and_nothing_more(checkout: Path, fake: FakePython) -> None:
    python = fake("exit 0")
    assert bootstrap.main(["--program"], checkout) == 0
    assert bootstrap.main(["--program"], checkout) == 0
    assert _calls(python)[2:] == [f"uv pip install --python {python} --compile-bytecode -r {checkout}/requirements.txt"]
    assert bootstrap.main([], checkout) == 0
    assert bootstrap.main(["--program"], checkout) == 0, "an environment with everything has the program too"
    assert len(_calls(python)) == 6


def test_what_pip_is_told_of_mirrors_holds_for_uv(
    checkout: Path, fake: FakePython, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "of the environment")
    monkeypatch.setenv("UV_EXTRA_INDEX_URL", "uv's own")
    settings = {
        "global.index-url": "'https://mirror.example.com/simple'",
        ":env:.extra-index-url": "'https://a.example.com\\nhttps://b.example.com'",
        "global.find-links": "'/a /b'",
        "global.cert": "'/a.pem'",
        "global.timeout": "'60'",
    }
    python = fake("\n".join(f"printf '%s\\n' \"{name}={value}\"" for name, value in settings.items()))
    told = bootstrap._told_to_pip(python)
    assert told["extra-index-url"] == "https://a.example.com https://b.example.com"
    assert bootstrap._as_pip_is_told(told) == {
        "UV_DEFAULT_INDEX": "https://mirror.example.com/simple",
        "UV_FIND_LINKS": "/a,/b",
    }
    monkeypatch.delenv("UV_EXTRA_INDEX_URL")
    assert bootstrap._as_pip_is_told(told)["UV_INDEX"] == "https://a.example.com https://b.example.com"


def test_a_mirror_that_is_named_to_uv_alone_holds_for_pip(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (name for names in bootstrap.PIP_TO_UV.values() for name in names):
        monkeypatch.delenv(name, raising=False)
    assert bootstrap._as_uv_is_told({}) == {}
    monkeypatch.setenv("UV_INDEX_URL", "https://mirror.example.com/simple")
    monkeypatch.setenv("UV_FIND_LINKS", "/a,/b")
    found = {"PIP_INDEX_URL": "https://mirror.example.com/simple", "PIP_FIND_LINKS": "/a /b"}
    assert bootstrap._as_uv_is_told({}) == found
    assert bootstrap._as_uv_is_told({"index-url": "pip's own", "find-links": "/c"}) == {}


def test_packages_from_a_folder_alone_are_so_for_uv_too(checkout: Path, fake: FakePython) -> None:
    python = fake("[ \"$3\" = config ] && printf ':env:.no-index=1\\n'; exit 0")
    assert bootstrap.main(["--program"], checkout) == 0
    assert _calls(python)[2:] == [
        f"uv pip install --python {python} --compile-bytecode --no-index -r {checkout}/requirements.txt"
    ]


@pytest.mark.parametrize(
    ("pip", "sentence"),
    [
        (
            "for i in 1 2 3 4 5 6 7; do echo line $i; done; exit 1",
            "error: The requirements could not be installed. Correct what its last lines say and run the same "
            "command again:\n  line 3\n  line 4\n  line 5\n  line 6\n  line 7\n",
        ),
        ("echo 'OSError: [Errno 28] No space left on device'; exit 1", "error: The disk is full: .venv in "),
        ("echo 'Permission denied: x'; exit 1", "error: No permission to write "),
    ],
)
def test_a_failure_of_pip_is_a_sentence_and_the_next_run_tries_again(
    checkout: Path, fake: FakePython, capsys: pytest.CaptureFixture[str], pip: str, sentence: str
) -> None:
    fake(pip)
    assert bootstrap.main([], checkout) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert sentence in told.err
    assert not bootstrap._stamp(checkout, bootstrap.EVERYTHING).exists()
    fake("exit 0")
    assert bootstrap.main([], checkout) == 0
    assert bootstrap._stamp(checkout, bootstrap.EVERYTHING).exists()


def test_a_python_that_is_too_old_is_told_so(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 13, "final", 0))
    assert bootstrap.main([], checkout) == 1
    told = capsys.readouterr().err
    assert told.startswith("error: Python 3.11 or newer is needed, and this is 3.10.13 (")
    assert told.endswith("make PYTHON=python3.11\n")
    assert not (checkout / ".venv").exists()


def test_a_python_without_its_venv_module_names_the_package(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    assert bootstrap.main([], checkout) == 1
    version = "{}.{}".format(*sys.version_info)
    assert f"apt-get install python{version}-venv" in capsys.readouterr().err


def test_a_checkout_without_requirements_is_incomplete(
    checkout: Path, fake: FakePython, capsys: pytest.CaptureFixture[str]
) -> None:
    fake("exit 0")
    (checkout / "requirements-dev.txt").unlink()
    assert bootstrap.main([], checkout) == 1
    assert capsys.readouterr().err.splitlines()[-1] == (
        f"error: {checkout}/requirements-dev.txt is missing. Run this in a complete checkout."
    )


def test_an_old_python_can_read_the_bootstrap() -> None:
    import ast

    for name in ("__init__.py", "bootstrap.py"):
        source = (bootstrap.CHECKOUT / "scripts" / name).read_text()
        ast.parse(source, feature_version=(3, 6))
        assert "from __future__" not in source
