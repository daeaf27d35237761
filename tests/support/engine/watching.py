"""Seeing what is on the platform while a run goes on, and ending a run at a chosen moment."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import psutil

from local import inventory, processes
from local.platform import Platform
from local.shared_plugins import with_plugins_of_its_own
from tests.support.engine.workspaces import COMMANDS, Workspace

LIMIT_SECONDS = 120.0


def conductor_calls(platform: Platform) -> Counter[str]:
    """How often each endpoint of AI Conductor was called since it started."""
    answer = httpx.get(f"{platform.url('ai-conductor')}/_standin/calls", trust_env=False)
    return Counter(answer.raise_for_status().json())


def up_killed_when(workspace: Workspace, moment: Callable[[], bool]) -> None:
    """Start an `up` and kill it, engine and plugins, the moment the condition holds. Its lock stays."""
    run_killed_when(workspace, "up", moment)


def run_killed_when(workspace: Workspace, command: str, moment: Callable[[], bool]) -> None:
    """The same with any of `COMMANDS`."""
    run = subprocess.Popen(
        ["pulumi", *COMMANDS[command], "--non-interactive", "--stack", workspace.stack],
        cwd=workspace.engine.project,
        env=with_plugins_of_its_own(workspace.engine.environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        deadline = time.monotonic() + LIMIT_SECONDS
        while not moment():
            assert run.poll() is None, f"the run ended before the moment came:\n{run.communicate()[0]}"
            assert time.monotonic() < deadline, "the moment did not come"
    finally:
        _kill_everything(run)


def _kill_everything(run: subprocess.Popen[str]) -> None:
    try:
        children = psutil.Process(run.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        children = []
    if run.poll() is None:
        os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    processes.kill(children)


def steps_noted(
    workspace: Workspace, platform: Platform, count: int, later: float, at_the_latest: str
) -> Callable[[], bool]:
    """The moment so many seconds after the state has noted `count` things that are made or being made.

    At the latest it is when something of the type `at_the_latest` is being made: how far a run comes in a second is the
    machine's affair.
    """
    file, since = _state_file(workspace, platform), list[float]()

    def moment() -> bool:
        pending = [each["resource"]["type"] for each in _recorded(file, "pending_operations")]
        if not since and len(_recorded(file)) + len(pending) >= count:
            since.append(time.monotonic())
        return at_the_latest in pending or (bool(since) and time.monotonic() >= since[0] + later)

    return moment


def in_state(workspace: Workspace, platform: Platform, type_: str, count: int = 1) -> Callable[[], bool]:
    """The moment `count` resources of that type are recorded in the state."""
    file = _state_file(workspace, platform)

    def moment() -> bool:
        return sum(found["type"] == type_ for found in _recorded(file)) >= count

    return moment


def _state_file(workspace: Workspace, platform: Platform) -> Path:
    return platform.folder / "state" / ".pulumi" / "stacks" / workspace.namespace / f"{workspace.stack}.json"


def _recorded(file: Path, what: str = "resources") -> list[dict[str, Any]]:
    try:
        return json.loads(file.read_text())["checkpoint"]["latest"].get(what) or []
    except (OSError, json.JSONDecodeError, AttributeError):
        return []  # not written yet, or just being written


def on_platform(platform: Platform, part: str, text: str) -> Callable[[], bool]:
    """The moment a part of the platform's inventory holds that text."""
    return lambda: text in json.dumps(inventory.take(platform, part))


def operations(workspace: Workspace) -> set[tuple[str, str]]:
    """What a preview would do: operation and type of every resource that is not the same."""
    result = workspace.engine.run("preview", "--json", "--stack", workspace.stack)
    assert result.code == 0, result.output
    digest = json.loads(result.stdout)
    return {
        (step["op"], step["urn"].split("::")[2].rsplit("$", 1)[-1])
        for step in digest["steps"]
        if step["op"] not in ("same", "read")
    }
