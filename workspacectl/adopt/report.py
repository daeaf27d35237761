"""What a person reads of an adoption: what would be taken over, what differs, what would be made.

Owns: the words and their order. Does not own what is found (`import_ids.py`, `takeovers.py`) nor what Pulumi plans
(`plan.py`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from workspacectl.adopt.plan import Key, Plan, Planned
from workspacectl.adopt.takeovers import Takeover
from workspacectl.pulumi_cli import UNKNOWN
from workspacectl.review.properties import changes

STATE_ONLY = (
    "kubeflow:NamespaceGate",
    "kubeflow:NamespaceMetadata",
    "kubeflow:NamespaceQuota",
    "kubeflow:NamespaceGuard",
    "conductor:WorkspaceGuard",
    "eks:NodeGroupGeneration",
    "lifecycle:TeardownGuard",
    "lifecycle:CollisionCheck",
    "lifecycle:AccountIdentity",
    "lifecycle:ClusterIdentity",
)
"""Dynamic resources that exist in the state only."""
DYNAMIC = "pulumi-python:dynamic/"
LONGEST = 100
"""Characters of a value that are shown."""


def lines(ids: Mapping[Key, str], after: Plan, taken: list[Takeover]) -> Iterator[str]:
    """The report. `ids` are what is imported, `after` is the plan once it is, `taken` what the providers take over."""
    yield f"Would be adopted by Pulumi's import, and protected ({len(ids)}):"
    yield from _list(f"{_short(type_):<40} {id_}" for (type_, _), id_ in sorted(ids.items()))
    yield f"Would be taken over by 'pulumi up' ({len(taken)}):"
    yield from _list(line for takeover in taken for line in _takeover(takeover))
    steps = sorted(after.steps, key=lambda step: (_short(step.type), step.name))
    replaced = [step for step in steps if step.operation in ("replace", "create-replacement")]
    if replaced:
        yield f"WOULD BE REPLACED: protection refuses it. Correct the stack's file ({len(replaced)}):"
        yield from _list(line for step in replaced for line in _step(step))
    updated = [step for step in steps if step.operation == "update" and _changes(step)]
    yield f"Differs, and would be changed by 'pulumi up' ({len(updated)}):"
    yield from _list(line for step in updated for line in _step(step))
    made = [step for step in steps if _is_made(step, taken)]
    yield f"Does not exist, and would be made by 'pulumi up' ({len(made)}):"
    yield from _list(f"{_short(step.type):<40} {step.name}" for step in made)


def _list(items: Iterator[str]) -> Iterator[str]:
    found = [f"  {item}" for item in items]
    yield from found or ["  nothing"]
    yield ""


def _takeover(takeover: Takeover) -> Iterator[str]:
    yield takeover.thing
    for name, now, then in takeover.changes:
        yield f"    {name}: {_text(now)} -> {_text(then)}"
    for note in takeover.notes:
        yield f"    {note}"


def _step(step: Planned) -> Iterator[str]:
    yield f"{_short(step.type)} {step.name}"
    for path, now, then in _changes(step):
        yield f"    {path}: {_text(now)} -> {_text(then)}"


def _changes(step: Planned) -> list[tuple[str, Any, Any]]:
    """The properties that differ. Server-side apply leaves what others have set in a Kubernetes object."""
    found = changes(step.before, step.inputs, step.changed) if step.changed else []
    return [each for each in found if each[2] is not None or not step.type.startswith("kubernetes:")]


def _text(value: Any) -> str:
    if value is None:
        return "absent"
    if value == UNKNOWN:
        return "known after 'pulumi up'"
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."


def _is_made(step: Planned, taken: list[Takeover]) -> bool:
    """Whether a step makes something new, and not only a record of it in the state."""
    if step.operation != "create" or step.type.startswith(("project-workspace:", "eks:", "pulumi:")):
        return False
    return step.type.removeprefix(DYNAMIC) not in STATE_ONLY and step.key not in [each.key for each in taken]


def _short(type_: str) -> str:
    return type_.removeprefix(DYNAMIC) if type_.startswith(DYNAMIC) else type_.rpartition(":")[2]
