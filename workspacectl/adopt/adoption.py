"""The adoption itself: what would be taken over, shown on a copy of the stack, and the import into the stack.

Owns: the order of the steps. Does not own any of them: what Pulumi plans (`plan.py`), what exists (`import_ids.py`,
`takeovers.py`, `custom_resources.py`), the copy (`stack_copy.py`), the words (`report.py`). Running either twice is
harmless: what is in the state already is in no plan any more.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from project_workspace.aws import settings as aws_settings
from project_workspace.aws.client import clients
from project_workspace.config.workspace_program import WORKSPACE
from workspacectl.adopt import custom_resources, import_ids, report, takeovers
from workspacectl.adopt.plan import Key, Plan, Stack
from workspacectl.adopt.stack_copy import copy_of, private_folder
from workspacectl.private_files import write_private
from workspacectl.progress import Say, silent
from workspacectl.pulumi_cli import EngineError

ADOPT = "Set 'project-workspace:adopt: true' in the stack's file first: without it everything that exists is refused."
PLANS = "Previewing what the program would make"
LOOKS = "Looking at what exists on AWS and in the cluster"


def preview(stack: Stack, say: Say = silent) -> list[str]:
    """What an adoption would take over, and what would differ then; `say` gets each step. Changes nothing.

    Raises `EngineError` and `RemoteError`.
    """
    say("Copying the stack")
    with private_folder() as folder, copy_of(stack, folder) as copy:
        say(PLANS)
        plan = copy.plan(folder)
        config = copy.config()
        place = _place(plan, config)
        say(LOOKS)
        found = import_ids.existing(place)
        say("Comparing dex, the shared policies, Grafana, AI Conductor and Keycloak")
        taken = takeovers.takeovers(plan, config, place.cluster, place.aws)
        if found:
            say("Importing what exists into the copy")
            # Unprotected, so that what would be replaced is shown as that and not refused.
            copy.take(import_file(plan, found, folder), protect=False)
            say("Previewing what would differ then")
        after = custom_resources.compared(copy.plan(folder), place.cluster) if found else plan
        return list(report.lines(found, after, taken))


def take(stack: Stack, say: Say = silent) -> dict[Key, str]:
    """Import what exists into the stack's state, protected; answers what was imported, by its id.

    `say` gets each step. Raises `EngineError` and `RemoteError`.
    """
    with private_folder() as folder:
        say(PLANS)
        plan = stack.plan(folder)
        say(LOOKS)
        found = import_ids.existing(_place(plan, stack.config()))
        if found:
            say("Importing what exists")
            stack.take(import_file(plan, found, folder), protect=True)
        return found


def _place(plan: Plan, config: Mapping[str, str]) -> import_ids.Place:
    """Where to look: in the cluster and with the profile that the program itself uses."""
    look = plan.one(import_ids.VACANCY)
    if look is None or config.get(f"{WORKSPACE.namespace}:adopt") != "true":
        raise EngineError(ADOPT)
    inputs = look.inputs
    return import_ids.Place(
        aws=clients(aws_settings.read(config.get), inputs["region"]),
        bucket=inputs["bucket"],
        cluster=takeovers.connected(config, inputs.get("kubeconfig")),
        plan=plan,
    )


def import_file(plan: Plan, found: Mapping[Key, str], folder: Path) -> Path:
    """The import file: the engine's skeleton without what does not exist, and with ids."""
    file = folder / "import.json"
    write_private(file, json.dumps({**plan.skeleton, "resources": list(_entries(plan.skeleton, found))}))
    return file


def _entries(skeleton: Mapping[str, Any], found: Mapping[Key, str]) -> Iterator[dict[str, Any]]:
    """What is imported, its ancestors and its providers, in the skeleton's order."""
    entries: list[dict[str, Any]] = skeleton.get("resources", [])
    by_name = {entry["name"]: entry for entry in entries}
    wanted: set[str] = set()
    for entry in entries:
        if _key(entry) in found:
            wanted.add(entry["name"])
            wanted.add(entry.get("provider", ""))
            parent = entry.get("parent", "")
            while parent in by_name:
                wanted.add(parent)
                parent = by_name[parent].get("parent", "")
    for entry in entries:
        if entry["name"] in wanted:
            id_ = found.get(_key(entry))
            yield {**entry, "id": id_} if id_ else entry


def _key(entry: Mapping[str, Any]) -> Key:
    return entry["type"], entry.get("logicalName") or entry["name"]
