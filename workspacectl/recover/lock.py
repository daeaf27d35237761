"""The lock that a killed run has left on its stack.

Owns: seeing it, telling a dead run's from a living one's, and having `pulumi` take it away. Does not own the lock. It
names the user, machine and process that took it: on the same machine, a process that is gone is proof enough; of
another machine only a person can know.
"""

from __future__ import annotations

import os
import re
import socket
from dataclasses import dataclass

from workspacectl.adopt.plan import Stack
from workspacectl.pulumi_cli import EngineError

_LOCKED = re.compile(r"currently locked by|another update is currently in progress", re.IGNORECASE)
_HOLDER = re.compile(r"created by (?P<who>\S+)@(?P<machine>\S+) \(pid (?P<process>\d+)\) at (?P<since>\S+)")


@dataclass(frozen=True)
class Holder:
    """Who took a lock."""

    who: str
    machine: str
    process: int
    since: str

    @property
    def is_dead(self) -> bool:
        """Whether it certainly runs no more."""
        if self.machine != socket.gethostname():
            return False
        try:
            os.kill(self.process, 0)
        except ProcessLookupError:
            return True
        except PermissionError:
            return False
        return False

    def __str__(self) -> str:
        return f"process {self.process} of {self.who} on {self.machine}, since {self.since}"


def release(stack: Stack, root: str | None, *, unlock: bool) -> bool:
    """Take a dead run's lock away, with `unlock` any; answers whether there was one. Raises `EngineError`.

    To refresh nothing but the stack's own resource takes the lock, and reads and changes nothing.
    """
    if root is None:
        return False
    asked = stack.engine.run("refresh", "--yes", "--skip-preview", "--target", root, "--stack", stack.name)
    if asked.code == 0:
        return False
    if not _LOCKED.search(asked.output):
        raise EngineError(f"'pulumi refresh' ended with exit code {asked.code}.\n{asked.output.strip()}")
    holders = [
        Holder(found["who"], found["machine"], int(found["process"]), found["since"])
        for found in _HOLDER.finditer(asked.output)
    ]
    if not unlock and not (holders and all(holder.is_dead for holder in holders)):
        named = "; ".join(map(str, holders)) or "another run"
        raise EngineError(
            f"Stack {stack.name} is locked ({named}). Wait for it; or, when it runs no more: "
            f"workspacectl recover --stack {stack.name} --unlock"
        )
    stack.engine.checked("cancel", "--yes", "--stack", stack.name)
    return True
