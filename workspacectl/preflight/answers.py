"""What a check answers: how it came out, what was seen, what was expected, and the way on.

Owns: those, and what all of them together mean for the command's exit code. Does not own any check.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from project_workspace.remote.errors import RemoteError


class Outcome(StrEnum):
    """How a check came out."""

    OK = "ok"
    WARNING = "warning"
    """An `up` would succeed; something else may not."""
    FAILED = "failed"
    UNKNOWN = "could not check"


@dataclass(frozen=True)
class Detail:
    """What whoever reads the report may want to see of it as it is."""

    command: str
    """What shows the same."""
    text: str
    """Never a secret."""


@dataclass(frozen=True)
class Answer:
    """The answer of one check."""

    outcome: Outcome
    seen: str
    expected: str = ""
    remedy: str = ""
    """A command, or what to change."""
    details: tuple[Detail, ...] = ()
    """For the report alone: a terminal does not show them."""

    def showing(self, *details: Detail) -> Answer:
        """The same answer with these details."""
        return replace(self, details=(*self.details, *details))


def ok(seen: str) -> Answer:
    """All is well."""
    return Answer(Outcome.OK, seen)


def warning(seen: str, expected: str, remedy: str) -> Answer:
    """Something that an `up` does not need."""
    return Answer(Outcome.WARNING, seen, expected, remedy)


def failed(seen: str, expected: str, remedy: str) -> Answer:
    """Something without which an `up` fails, or makes what nobody can use."""
    return Answer(Outcome.FAILED, seen, expected, remedy)


def refused(error: RemoteError, expected: str, *, seen: str = "") -> Answer:
    """What a remote refused, or what was not given to it; `seen` is what was seen before."""
    return failed(f"{seen}{error.what} ({error.where})", expected, error.remedy)


def unknown(why: str) -> Answer:
    """The question could not be asked; `why` says what to do about that."""
    return Answer(Outcome.UNKNOWN, why)


@dataclass(frozen=True)
class Line:
    """One line of the checklist."""

    check: str
    """Name of the check."""
    about: str
    """What it checks, in a sentence."""
    answer: Answer


def exit_code(lines: Iterable[Line]) -> int:
    """1 when something failed; else 2 when something could not be checked; else 0."""
    outcomes = {line.answer.outcome for line in lines}
    return 1 if Outcome.FAILED in outcomes else 2 if Outcome.UNKNOWN in outcomes else 0
