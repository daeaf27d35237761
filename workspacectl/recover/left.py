"""What carries the stack's mark, and is neither in its state nor noted there as pending.

Owns: the search by the names that the program gives, and the import of what is found. Does not own what such a thing is
(`made.py`), nor the import file (`adopt/adoption.py`). When it happens: the stack was destroyed after a run that was
killed, or somebody has cleared what was pending.
"""

from __future__ import annotations

from collections.abc import Iterator

from workspacectl.adopt.adoption import import_file
from workspacectl.adopt.import_ids import ASSOCIATION, BUCKET, NODE_GROUP, VACANCY
from workspacectl.adopt.plan import Key, Stack
from workspacectl.adopt.stack_copy import private_folder
from workspacectl.progress import Say
from workspacectl.recover import made
from workspacectl.recover.state import State


def is_likely(state: State, place: made.Place) -> bool:
    """Whether it is worth a preview: by the names that the stack's look for what exists has noted."""
    looks = [each for each in state.resources if each["type"] == VACANCY]
    if not looks:
        return True
    there = [each for look in looks for each in _there(look["inputs"], place)]
    # An association is imported with its cluster before its id, and known by that alone.
    return any(state.find(type_, id_.rpartition(",")[2]) is None for type_, id_ in there)


def _there(names: dict[str, object], place: made.Place) -> Iterator[Key]:
    roles = [names.get("workspaceRole"), names.get("nodeRole")]
    asked: list[tuple[str, dict[str, object]]] = [(made.ROLE, {"name": role}) for role in roles]
    pods = names.get("podIdentity")
    if isinstance(pods, dict):
        asked.append((ASSOCIATION, {"clusterName": names["cluster"], **pods}))
    if not names.get("retainBucket"):
        asked.append((BUCKET, {"bucket": names.get("bucket")}))
    groups = names.get("nodeGroups")
    for group in groups if isinstance(groups, list) else []:
        asked.append((NODE_GROUP, {"clusterName": names["cluster"], "nodeGroupName": group}))
    for type_, inputs in asked:
        id_ = made.id_of(type_, inputs, place) if all(inputs.values()) else None
        if id_:
            yield type_, id_


def take(stack: Stack, place: made.Place, say: Say) -> dict[Key, str]:
    """Import it, unprotected; answers what was imported, by its id. Raises `EngineError` and `RemoteError`."""
    with private_folder() as folder:
        say("Previewing what the program would make")
        plan = stack.plan(folder)
        say("Looking for what carries this stack's mark")
        created = [step for step in plan.steps if step.operation == "create"]
        found = {step.key: id_ for step in created if (id_ := made.id_of(step.type, step.inputs, place)) is not None}
        if found:
            say("Importing it")
            stack.take(import_file(plan, found, folder), protect=False)
        return found
