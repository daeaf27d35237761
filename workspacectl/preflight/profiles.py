"""The profiles: which checks are made of a stack of which program, as data (`profiles.json`).

Owns: that data, and which profile counts for a project where none is named. Does not own any check.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from workspacectl.failures import ToolError


@dataclass(frozen=True)
class Profile:
    """One profile."""

    of: str
    """The program of whose stacks it can be made: the project's name in its Pulumi.yaml."""
    checks: tuple[str, ...]
    """The checks' names, in the order in which they are shown."""
    required: frozenset[str] = frozenset()
    """Those of them whose warning is a failure here: an `up` would do without, what the profile is about would not."""


PROFILES: dict[str, Profile] = {
    name: Profile(of=entry["of"], checks=tuple(entry["checks"]), required=frozenset(entry.get("required", ())))
    for name, entry in json.loads((Path(__file__).parent / "profiles.json").read_text()).items()
}
"""By name; a program's first one is its default."""


def choose(name: str | None, program: str) -> tuple[str, Profile]:
    """The profile of this name, or the default of the program, with its name.

    Raises `ToolError` where it is none of the program's.
    """
    own = {each: profile for each, profile in PROFILES.items() if profile.of == program}
    if name is None:
        return next(iter(own.items()))
    if name not in own:
        first = next(iter(own))
        raise ToolError(f"--profile: Expected one of {', '.join(own)} for a stack of {program}, for example '{first}'.")
    return name, own[name]
