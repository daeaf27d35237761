"""What a person reads of an adoption: what would be taken over, what differs, what would be made.

Owns: the words and their order. Does not own what is found (`import_ids.py`, `takeovers.py`) nor what Pulumi plans
(`plan.py`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from workspacectl.adopt.plan import Key, Plan, Planned
from workspacectl.adopt.takeovers import DYNAMIC, Takeover
from workspacectl.pulumi_cli import UNKNOWN
from workspacectl.review.losses import losses
from workspacectl.review.properties import changes

STATE_ONLY = (
    "kubeflow:NamespaceGate",
    "kubeflow:NamespaceMetadata",
    "kubeflow:NamespaceQuota",
    "kubeflow:NamespaceGuard",
    "kubeflow:EditorRole",
    "namespaces:NamespaceLook",
    "runai:Prerequisites",
    "volumes:ClaimGuard",
    "volumes:VolumeCheck",
    "conductor:WorkspaceGuard",
    "eks:NodeGroupGeneration",
    "lifecycle:TeardownGuard",
    "lifecycle:CollisionCheck",
    "lifecycle:AccountIdentity",
    "lifecycle:ClusterIdentity",
)
"""Dynamic resources that exist in the state only."""
REPLACES = ("replace", "create-replacement")
BUCKET = "aws:s3/bucket:Bucket"


def lines(ids: Mapping[Key, str], after: Plan, taken: list[Takeover]) -> Iterator[str]:
    """The report. `ids` are what is imported, `after` is the plan once it is, `taken` what the providers take over."""
    steps = sorted(after.steps, key=lambda step: (_short(step.type), step.name))
    lost = list(_losses(steps))
    if lost:
        yield f"LOOK AT THESE FIRST: 'pulumi up' takes this away. Correct the stack's file to keep it ({len(lost)}):"
        yield from _list(f"{_short(step.type)} {step.name}: {loss}" for step, loss in lost)
    yield f"Would be adopted by Pulumi's import, and protected ({len(ids)}):"
    yield from _list(f"{_short(type_):<40} {id_}" for (type_, _), id_ in sorted(ids.items()))
    yield f"Would be taken over by 'pulumi up' ({len(taken)}):"
    yield from _list(line for takeover in taken for line in _takeover(takeover))
    replaced = [step for step in steps if step.operation in REPLACES]
    if replaced:
        yield f"WOULD BE REPLACED: protection refuses it. Correct the stack's file ({len(replaced)}):"
        yield from _list(line for step in replaced for line in _step(step))
    updated = [step for step in steps if step.operation == "update" and _changes(step)]
    yield f"Differs, and would be changed by 'pulumi up' ({len(updated)}):"
    yield from _list(line for step in updated for line in _step(step))
    made = [step for step in steps if _is_made(step, taken)]
    yield f"Does not exist, and would be made by 'pulumi up' ({len(made)}):"
    yield from _list(f"{_short(step.type):<40} {step.name}" for step in made)


def _losses(steps: list[Planned]) -> Iterator[tuple[Planned, str]]:
    """What would be taken away from a bucket that exists."""
    if any(step.type == BUCKET and step.operation == "create" for step in steps):
        return
    for step in steps:
        if step.operation in (*REPLACES, "create", "update", "delete"):
            then = {} if step.operation == "delete" else step.inputs
            yield from ((step, lost) for lost in losses(step.type, step.before, then))


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
    """The properties that differ. Server-side apply leaves what others have set in a Kubernetes object's metadata."""
    found = changes(step.before, step.inputs, step.changed) if step.changed else []
    is_ours = not step.type.startswith("kubernetes:")
    return [each for each in found if is_ours or each[2] is not None or each[0].startswith("spec.")]


def _text(value: Any) -> str:
    if value is None:
        return "absent"
    if value == UNKNOWN:
        return "known after 'pulumi up'"
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _is_made(step: Planned, taken: list[Takeover]) -> bool:
    """Whether a step makes something new, and not only a record of it in the state."""
    if step.operation != "create" or step.type.startswith(("project-workspace:", "eks:", "pulumi:")):
        return False
    return step.type.removeprefix(DYNAMIC) not in STATE_ONLY and step.key not in [each.key for each in taken]


def _short(type_: str) -> str:
    return type_.removeprefix(DYNAMIC) if type_.startswith(DYNAMIC) else type_.rpartition(":")[2]
