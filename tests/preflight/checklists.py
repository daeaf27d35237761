"""Whole checklists of a stack, and what differs between two of them: exactly the line that is meant, and no other."""

from __future__ import annotations

from workspacectl.preflight import running
from workspacectl.preflight.answers import Answer, Outcome
from workspacectl.preflight.profiles import PROFILES
from workspacectl.preflight.site import WorkspaceSite
from workspacectl.progress import silent

Lines = dict[str, Answer]


def lines_of(site: WorkspaceSite, profile: str = "workspace") -> Lines:
    """What each check of the profile answers, by its name."""
    return {line.check: line.answer for line in running.run(site, PROFILES[profile], silent)}


def broken(well: Lines, now: Lines) -> dict[str, Outcome]:
    """The lines that differ."""
    return {name: now[name].outcome for name in well.keys() | now.keys() if well.get(name) != now.get(name)}
