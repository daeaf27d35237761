"""`workspacectl recover` as a person calls it, on a stack of a test."""

from __future__ import annotations

import subprocess
import sys

from tests.support.engine.workspaces import Workspace


def recovered(workspace: Workspace, *options: str) -> str:
    """What it printed. It must succeed."""
    ended = recover(workspace, *options)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def recover(workspace: Workspace, *options: str) -> subprocess.CompletedProcess[str]:
    """The command as it ended."""
    return subprocess.run(
        [sys.executable, "-m", "workspacectl", "recover", "--stack", workspace.stack, *options],
        cwd=workspace.engine.project,
        env=dict(workspace.engine.environment),
        capture_output=True,
        text=True,
        check=False,
    )
