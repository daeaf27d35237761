"""Building tools, with a small Go module and a fake `go`."""

from __future__ import annotations

import io
import multiprocessing
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from local import toolchain
from local.toolchain import ToolchainError, cache, catalogue, golang
from local.toolchain.catalogue import TOOLS, Tool
from local.toolchain.report import Report, duration

FAKE_GO = """
if [ "$1" = env ]; then echo go1.26.1; exit; fi
echo "$GOWORK $*" >> "$0.calls"
while [ "$1" != -o ]; do shift; done
echo example.com/compiled >&2
echo built > "$2"
"""


def test_every_tool_has_its_go_module_with_a_version() -> None:
    versions = {name: tool.version for name, tool in TOOLS.items()}
    assert all(re.fullmatch(r"v\d+\.\d+\.\d+(-\S+)?", version) for version in versions.values()), versions
    assert versions["kube-apiserver"] == versions["kube-controller-manager"]
    assert {tool.go_version for tool in TOOLS.values()} == {(1, 26)}
    flags = TOOLS["kube-apiserver"].linker_flags
    assert "gitVersion=v1.37.2 " in flags
    assert flags.endswith("gitMinor=37")


def test_the_engine_is_no_older_than_the_sdk() -> None:
    from importlib.metadata import version

    def numbers(text: str) -> tuple[int, ...]:
        return tuple(int(part) for part in text.removeprefix("v").split("."))

    assert numbers(TOOLS["pulumi"].version) >= numbers(version("pulumi"))


def test_a_change_of_what_goes_into_a_tool_changes_its_place(hello: Tool, own_cache: Path) -> None:
    first = hello.target
    assert first.name == "hello"
    assert first.parent.parent == own_cache / "tools"
    assert first.parent.name.startswith("hello-v1.2.3-")
    (hello.directory / "go.sum").write_text("changed")
    assert hello.target != first


def test_a_tool_is_built_once_and_then_found(
    hello: Tool, commands: Callable[[str, str], Path], report: Report, log: io.StringIO
) -> None:
    go = commands("go", FAKE_GO)
    paths = toolchain.ensure(["hello", "hello"], report)
    assert paths == {"hello": hello.target}
    assert hello.target.read_text() == "built\n"
    assert toolchain.ensure(["hello"], report) == paths
    calls = Path(f"{go}.calls").read_text().splitlines()
    assert len(calls) == 1
    assert calls[0].startswith("off build -v -trimpath -ldflags -s -w -X main.version=v1.2.3 -X main.major=1 -o")
    assert log.getvalue().splitlines()[0] == "Building hello v1.2.3 (1 of 1) from source."
    assert log.getvalue().splitlines()[-1] == "Built hello in 0 s."
    assert [path.name for path in hello.target.parent.parent.iterdir() if "part" in path.name] == []


def test_a_failed_build_leaves_nothing_and_shows_the_lines_that_tell(
    hello: Tool, commands: Callable[[str, str], Path], report: Report
) -> None:
    script = (
        'if [ "$1" = env ]; then echo go1.26.1; exit; fi\n'
        'for i in 1 2 3 4 5 6 7; do echo "main.go:$i: undefined: x" >&2; done\n'
        "echo example.com/noise >&2; echo 'go: downloading example.com/noise v1' >&2; exit 1"
    )
    commands("go", script)
    with pytest.raises(ToolchainError) as failed:
        toolchain.ensure(["hello"], report)
    first, *rest = str(failed.value).splitlines()
    assert first == f"Go could not build hello v1.2.3 (in {hello.directory}). Its last lines:"
    assert rest == [f"  main.go:{number}: undefined: x" for number in range(3, 8)]
    assert not hello.target.parent.exists()
    assert [path.name for path in hello.target.parent.parent.iterdir() if "part" in path.name] == []


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        (None, "Go is not installed, and hello has to be built from source. Install Go 1.21 or newer"),
        ("echo go1.20.3", "is too old to build hello. Install Go 1.21 or newer and put it on PATH."),
        ("echo 'go: go.mod requires go >= 1.21 (running go 1.20)' >&2; exit 1", "is too old to build hello."),
        ("echo broken >&2; exit 1", "does not work:   broken"),
        (
            "[ $1 = env ] && echo go1.26 && exit; echo 'write x.a: no space left on device' >&2; exit 1",
            "The disk is full: no space left for",
        ),
    ],
)
def test_what_stands_in_the_way_of_a_build_is_one_sentence_with_a_remedy(
    hello: Tool, commands: Callable[[str, str], Path], script: str | None, sentence: str, report: Report
) -> None:
    if script is not None:
        commands("go", script)
    with pytest.raises(ToolchainError) as failed:
        toolchain.ensure([hello.name], report)
    assert sentence in str(failed.value)


def test_an_interrupted_build_ends_go_and_leaves_nothing(hello: Tool, commands: Callable[[str, str], Path]) -> None:
    go = commands("go", 'if [ "$1" = env ]; then echo go1.26; exit; fi\necho $$ > "$0.pid"; exec sleep 600')
    pid = Path(f"{go}.pid")

    class Interrupting(Report):
        def progress(self, line: str) -> None:
            if pid.exists() and pid.read_text().endswith("\n"):
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        toolchain.ensure(["hello"], Interrupting(io.StringIO()))
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)
    assert [path for path in hello.target.parent.parent.iterdir() if path.is_dir()] == []


def test_without_go_the_official_pulumi_is_a_remedy_too(commands: Callable[[str, str], Path], report: Report) -> None:
    commands("unrelated", "true")
    with pytest.raises(ToolchainError, match=r"put it on PATH, or install Pulumi 3 itself\.$"):
        toolchain.ensure(["pulumi"], report)


def test_a_cache_that_cannot_be_written_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, report: Report
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    with pytest.raises(ToolchainError, match=r"Cannot write the cache folder .*/file/.*XDG_CACHE_HOME\.$"):
        cache.obtain(cache.root() / "x", lambda _: None, report)


def test_the_leftovers_of_a_killed_build_are_removed(own_cache: Path, report: Report) -> None:
    leftover = own_cache / ".thing.part-killed"
    leftover.mkdir(parents=True)
    (leftover / "half").write_text("")
    cache.obtain(own_cache / "thing", lambda _: None, report)
    assert not leftover.exists()
    assert (own_cache / "thing").is_dir()


def _obtain(folder: Path, started: Path) -> None:
    def make(part: Path) -> None:
        with started.open("a") as log:
            log.write("made\n")
        (part / "whole").write_text("yes")

    cache.obtain(folder, make, Report(io.StringIO()))
    assert (folder / "whole").read_text() == "yes"


def test_processes_that_want_the_same_tool_make_it_once(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    started = tmp_path / "started"
    workers = [context.Process(target=_obtain, args=(tmp_path / "cache/x", started)) for _ in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    assert [worker.exitcode for worker in workers] == [0] * 6
    assert started.read_text() == "made\n"


@pytest.mark.skipif(shutil.which("go") is None, reason="no Go on this machine")
def test_a_small_module_is_really_built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, report: Report) -> None:
    monkeypatch.setattr(catalogue, "MODULES", tmp_path / "tools")
    # Go's own cache stays the user's: with an empty one the standard library would be compiled.
    monkeypatch.setenv("GOCACHE", str(Path(os.environ.get("GOCACHE", "~/.cache/go-build")).expanduser()))
    folder = tmp_path / "tools" / "hello"
    folder.mkdir(parents=True)
    (folder / "go.mod").write_text("module project-workspace/hello\n\ngo 1.21\n\n// example.com/hello\n")
    (folder / "go.sum").write_text("")
    (folder / "main.go").write_text("package main\n\nvar version string\n\nfunc main() { println(version) }\n")
    tool = Tool(name="hello", folder="hello", module="// example.com/hello", package=".", link="-X main.version=x")
    monkeypatch.setattr(Tool, "version", "v1.2.3")
    binary = golang.build(tool, "1 of 1", report)
    assert subprocess.run([binary], capture_output=True, text=True, check=True).stderr == "x\n"


def test_a_log_gets_sparse_lines_and_a_terminal_one_that_moves() -> None:
    log = io.StringIO()
    report = Report(log, interval=1000)
    report("stays")
    report.progress("moves")
    assert log.getvalue() == "stays\n"

    terminal = io.StringIO()
    terminal.isatty = lambda: True
    report = Report(terminal, interval=0)
    report.progress("one")
    report.progress("two")
    report("done")
    assert terminal.getvalue() == "one\r\x1b[Ktwo\r\x1b[Kdone\n"


@pytest.mark.parametrize(("seconds", "text"), [(0.4, "0 s"), (59, "59 s"), (200, "3 min 20 s"), (59.6, "1 min 0 s")])
def test_durations_are_minutes_and_seconds(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_an_unknown_tool_is_an_error_of_the_caller(report: Report) -> None:
    with pytest.raises(ValueError, match="Expected names of tools, for example 'etcd'"):
        toolchain.ensure(["etcdd"], report)
