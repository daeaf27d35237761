"""How something wrong with what people gave is reported: its path, and what is expected there.

Owns: the one form of a problem, for options, stack files and the inputs of dynamic providers alike, and the error that
reports all of them at once. Does not own any rule.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import pulumi


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong."""

    path: str
    """Where: as a stack file spells it, for example `nodeGroups[0].disk.iops`; empty for the whole."""
    message: str
    """`Expected X, for example 'y'.` Never holds what was given when that might be a secret."""


class InvalidOptionsError(pulumi.RunError):
    """Everything that is wrong with the options that were given, a line each; nothing was touched."""

    whose = "The options have"

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems), key=lambda problem: problem.path)
        lines = "\n".join(f"  {problem.path}: {problem.message}" for problem in self.problems)
        count = f"{len(self.problems)} problem{'' if len(self.problems) == 1 else 's'}"
        super().__init__(f"{self.whose} {count}; nothing was touched.\n{lines}")
