"""What a table of broken things is made of: a row, how two checklists differ, and the proof of one row.

Owns: those. Does not own the rows (`test_workbench_lines.py`, `test_workbench_on_openshift.py`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from tests.preflight.workbench.scenery import Scenery
from tests.preflight.workbench.stage import Lines, Object
from tests.support.real_cluster import eventually
from workspacectl.preflight.answers import Answer, Outcome

Breaking = Callable[[Scenery], AbstractContextManager[Object]]
"""Breaks one thing for as long as the block takes, and answers the settings that are otherwise."""


@dataclass(frozen=True)
class Row:
    """One thing that is broken."""

    what: str
    lines: Mapping[str, Outcome | None]
    """The lines that come out otherwise; None where there is none any more. The first one is about it."""
    said: str
    """Part of what the first one says."""
    breaking: Breaking
    base: Object = field(default_factory=dict[str, Any])
    """Settings of the good site that it is compared with."""
    tell: frozenset[str] = frozenset()
    """Lines that are as well as before and show the same fact."""

    @property
    def about(self) -> str:
        """The check of its first line; what is otherwise where no line is."""
        return next(iter(self.lines), self.what)


def prove(scenery: Scenery, row: Row) -> None:
    """The row's lines come out as it says, and no other; what other lines say stays too, but for those of `tell`."""
    stage = scenery.stage
    base = _with_registry(row.base, stage.registry.host)
    well = now = _well(scenery, base)
    with row.breaking(scenery) as changed:

        def shows() -> bool:
            nonlocal now
            now = stage.lines(**{**base, **changed})
            return broken(well, now) == row.lines and told_otherwise(well, now) <= row.tell

        try:
            eventually("the row's lines alone", shows)
        finally:
            assert broken(well, now) == row.lines, broken(well, now)
            assert told_otherwise(well, now) <= row.tell, told_otherwise(well, now) - row.tell
    if row.lines:
        name = next(iter(row.lines))
        assert row.said in now[name].seen, now[name].seen
        assert now[name].outcome == Outcome.UNKNOWN or (now[name].expected and now[name].remedy)


def _well(scenery: Scenery, base: Object) -> Lines:
    """What is said where all is well. Between two rows it is so again, and is looked at once."""
    key = json.dumps(base)
    if key not in scenery.wells:

        def looked() -> bool:
            found = scenery.wells[key] = scenery.stage.lines(**base)
            return {answer.outcome for answer in found.values()} == {Outcome.OK}

        eventually(f"all is well with {base}", looked)
    return scenery.wells[key]


def broken(well: Lines, now: Lines) -> dict[str, Outcome | None]:
    """The lines that came out otherwise."""
    outcomes = {name: (_outcome(well, name), _outcome(now, name)) for name in {**well, **now}}
    return {name: after for name, (before, after) in outcomes.items() if before != after}


def _outcome(lines: Lines, name: str) -> Outcome | None:
    return lines[name].outcome if name in lines else None


def told_otherwise(well: Lines, now: Lines) -> set[str]:
    """The lines that came out the same and say something else."""

    def said(answer: Answer) -> tuple[str, ...]:
        return answer.seen, answer.expected, answer.remedy

    both = well.keys() & now.keys() - broken(well, now).keys()
    return {name for name in both if said(well[name]) != said(now[name])}


def _with_registry(given: Any, host: str) -> Any:
    """Settings in which the registry's address stands, which is known only now."""
    if isinstance(given, dict):
        return {key: _with_registry(value, host) for key, value in given.items()}
    return given.replace("REGISTRY", host) if isinstance(given, str) else given
