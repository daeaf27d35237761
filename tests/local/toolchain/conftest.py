"""An empty cache, a PATH of its own and a small tool: no real tool is built, nothing of the user's is touched."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from local.toolchain import catalogue, golang, official
from local.toolchain.catalogue import TOOLS, Tool
from local.toolchain.report import Report

HELLO = Tool(
    name="hello",
    folder="hello",
    module="example.com/hello",
    package="project-workspace/hello",
    link="-X main.version={version} -X main.major={major}",
)

GO_MOD = "module project-workspace/hello\n\ngo 1.21\n\nrequire example.com/hello v1.2.3\n"


@pytest.fixture
def log() -> io.StringIO:
    """What `report` was told, line by line."""
    return io.StringIO()


@pytest.fixture
def report(log: io.StringIO) -> Report:
    """Shows all progress, however quick."""
    return Report(log, interval=0)


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache, no Pulumi of the machine's, no switch."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path / "pulumi-home"))
    monkeypatch.delenv(official.SWITCH, raising=False)
    return tmp_path / "cache" / "project-workspace"


@pytest.fixture
def commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], Path]:
    """Puts shell scripts on a PATH of their own, before the basic commands."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    monkeypatch.setattr(golang, "USUAL_PLACE", "/nowhere/go")

    def add(name: str, script: str) -> Path:
        path = folder / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        return path

    return add


@pytest.fixture
def hello(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tool:
    """The tool HELLO, its go.mod in a temporary folder."""
    monkeypatch.setattr(catalogue, "MODULES", tmp_path / "tools")
    folder = tmp_path / "tools" / "hello"
    folder.mkdir(parents=True)
    (folder / "go.mod").write_text(GO_MOD)
    (folder / "go.sum").write_text("")
    monkeypatch.setitem(TOOLS, "hello", HELLO)
    return HELLO
