"""Building a tool with the Go that is installed. Nothing else here runs `go`.

The user's Go settings (GOPROXY, GOFLAGS, GOTOOLCHAIN, caches) stay as they are: only what decides the result
is set.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import threading
import time
from collections import deque
from pathlib import Path

from local.toolchain import cache
from local.toolchain.catalogue import Tool
from local.toolchain.errors import ToolchainError
from local.toolchain.report import Report, duration

USUAL_PLACE = "/usr/local/go/bin/go"
TAIL = 5
"""So many lines of a failed build are shown."""

TERMINATION_LIMIT = 10.0
"""Seconds that an interrupted `go` gets to end."""


def build(tool: Tool, place: str, report: Report) -> Path:
    """The tool's binary, built when it is not in the cache. `place` is its place in the work, as in `2 of 4`.

    Raises ToolchainError: no Go, too old a Go, a failed build (with its last lines), a full disk.
    """
    label = f"{tool.name} {tool.version} ({place})"
    cache.obtain(tool.target.parent, lambda part: _build(tool, part, label, report), report)
    return tool.target


def _build(tool: Tool, part: Path, label: str, report: Report) -> None:
    go = _go(tool)
    started = time.monotonic()
    report(f"Building {label} from source.")
    _run_build([go, *_arguments(tool, part)], tool, label, report)
    for name in tool.files:
        shutil.copy(_module_folder(go, tool) / name, part / Path(name).name)
        (part / Path(name).name).chmod(0o755)
    report(f"Built {tool.name} in {duration(time.monotonic() - started)}.")


def _arguments(tool: Tool, part: Path) -> list[str]:
    return [
        "build",
        "-v",
        "-trimpath",
        "-ldflags",
        tool.linker_flags,
        "-o",
        str(part / tool.name),
        tool.package,
    ]


def _environment(tool: Tool) -> dict[str, str]:
    # A go.work file above the checkout would pull our modules into somebody's workspace.
    return {**os.environ, "GOWORK": "off", **tool.environment}


def _go(tool: Tool) -> str:
    """The path of a `go` that is new enough."""
    needed = "{}.{}".format(*tool.go_version)
    instead = ", or install Pulumi 3 itself" if tool.name == "pulumi" else ""
    remedy = f"Install Go {needed} or newer and put it on PATH{instead}."
    go = shutil.which("go") or shutil.which(USUAL_PLACE)
    if go is None:
        raise ToolchainError(f"Go is not installed, and {tool.name} has to be built from source. {remedy}")
    answer = subprocess.run(
        [go, "env", "GOVERSION"],
        cwd=tool.directory,
        env=_environment(tool),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    version = re.search(r"go(\d+)\.(\d+)", answer.stdout)
    if "requires go >=" in answer.stderr or (version and (int(version[1]), int(version[2])) < tool.go_version):
        raise ToolchainError(f"The Go at {go} is too old to build {tool.name}. {remedy}")
    if version is None:
        raise ToolchainError(f"The Go at {go} does not work: {_tail(answer.stderr.splitlines())}\n{remedy}")
    return go


def _run_build(command: list[str], tool: Tool, label: str, report: Report) -> None:
    """Run `go build -v`, whose standard error names each package as it is compiled."""
    started = time.monotonic()
    lines: deque[str] = deque(maxlen=2000)
    with subprocess.Popen(
        command,
        cwd=tool.directory,
        env=_environment(tool),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
    ) as process:
        reader = threading.Thread(target=_collect, args=(process, lines), daemon=True)
        reader.start()
        try:
            while not _ended(process):
                doing = lines[-1] if lines else "starting"
                report.progress(f"Building {label}: {doing}, {duration(time.monotonic() - started)}")
        except BaseException:
            _stop(process)
            raise
        reader.join()
    if process.returncode != 0:
        raise ToolchainError(_failure(tool, list(lines)))


def _collect(process: subprocess.Popen[str], lines: deque[str]) -> None:
    assert process.stderr is not None
    for line in process.stderr:
        lines.append(line.strip())


def _ended(process: subprocess.Popen[str]) -> bool:
    try:
        process.wait(timeout=0.5)
    except subprocess.TimeoutExpired:
        return False
    return True


def _stop(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(timeout=TERMINATION_LIMIT)
    except subprocess.TimeoutExpired:
        process.kill()


def _failure(tool: Tool, lines: list[str]) -> str:
    if any("no space left on device" in line for line in lines):
        return cache.disk_full(cache.root())
    # What -v adds, names of packages and of downloads, says nothing about the failure.
    telling = [line for line in lines if " " in line.strip() and not line.startswith("go: downloading")]
    return (
        f"Go could not build {tool.name} {tool.version} (in {tool.directory}). Its last lines:\n"
        f"{_tail(telling or lines)}"
    )


def _tail(lines: list[str]) -> str:
    return "\n".join(f"  {line.rstrip()}" for line in lines[-TAIL:])


def _module_folder(go: str, tool: Tool) -> Path:
    """Where Go keeps the source of the module `files_of`, in the version that this tool is built with."""
    answer = subprocess.run(
        [go, "list", "-m", "-f", "{{.Dir}}", tool.files_of],
        cwd=tool.directory,
        env=_environment(tool),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode != 0:
        raise ToolchainError(f"Go does not find {tool.files_of}:\n{_tail(answer.stderr.splitlines())}")
    return Path(answer.stdout.strip())
