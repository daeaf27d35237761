"""`workspacectl preflight` of a stack of the platform: what a person would do first on their own cluster.

Owns: calling it, and that what fails there ends the command. Does not own any check. In a process of its own: it finds
the platform by the environment, as it finds a person's cluster, and this process's is not the platform's.
"""

from __future__ import annotations

import subprocess
import sys

from local.processes import PlatformError
from workspacectl.pulumi_cli import Engine

SOMETHING_FAILED = 1
"""Its exit code then; another one says that something could not be checked, which stops nothing."""


def check(engine: Engine, stack: str) -> None:
    """Show the checklist. Raises PlatformError where a line of it failed."""
    command = [sys.executable, "-m", "workspacectl", "preflight", "--stack", stack]
    ended = subprocess.run(command, cwd=engine.project, env=dict(engine.environment), check=False)
    if ended.returncode == SOMETHING_FAILED:
        raise PlatformError("The stack's up would not succeed: the lines above say what is missing, and the way on.")
