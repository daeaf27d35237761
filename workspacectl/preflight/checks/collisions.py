"""What in the cluster, Grafana, AI Conductor and Keycloak has one of the workspace's names, and is not this stack's.

Owns: which of it is this stack's. Does not own the looks (`lifecycle/collision_looks.py`, `volumes/places.py`) and
their words, which are the program's own, so that preflight and `up` see the same; nor what is on AWS (`amazon`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from project_workspace.kube.provider_connection import StackCluster
from project_workspace.lifecycle import collision_looks, collision_messages
from project_workspace.lifecycle.collision_check import MARKED_BY_TAGS
from project_workspace.lifecycle.collision_looks import Look, Seen
from project_workspace.namespaces.kinds import EXISTING
from project_workspace.namespaces.look import in_the_way
from project_workspace.remote.errors import RemoteError
from project_workspace.remote.provider import inputs_of
from project_workspace.schema.problem import Problem
from project_workspace.volumes import places
from project_workspace.workspace.first_looks import collision_args
from project_workspace.workspace.namespace import objects_in_it
from workspacectl.preflight.answers import Answer, failed, ok, unknown
from workspacectl.preflight.sites import WorkspaceSite

CHECK = "/lifecycle:CollisionCheck"
"""How the type of the program's own look ends, which notes in the state what it has looked for."""
ADDRESSES = ("url", "profile", "adminRealm")
"""What may change about a thing that stays."""
Found = tuple[str, Seen]
"""The input that names something, and what is there."""


def name_collisions(site: WorkspaceSite) -> Answer:
    """Nothing has the workspace's names but what this stack has made, or is to take over with `adopt`."""
    args = collision_args(site.options, site.names, site.mark, stack_cluster=StackCluster(kubeconfig=site.kubeconfig))
    inputs = inputs_of(args)
    found, unseen = _looked(Look(site.config, inputs))
    made = _made(site)
    strange = [each[1] for each in found if not _is_ours(each, site, inputs, made)]
    inside = [*(problem.message for problem in _claims(site)), *_objects(site)]
    if (strange or inside) and not site.options.adopt:
        told = [*(collision_messages.in_the_way(seen) for seen in strange), *inside]
        return failed(" ".join(told), "names that nothing has", collision_messages.advice(inputs, *strange))
    if unseen:
        return unknown(" ".join(f"{name}: {why}" for name, why in unseen.items()))
    return nothing_in_the_way([seen for _, seen in found if seen not in strange], strange)


def nothing_in_the_way(own: list[Seen], taken_over: list[Seen]) -> Answer:
    """The answer where what has the names is this stack's own, or is to be taken over."""
    told = {"this stack's own": own, "to be taken over": taken_over}
    words = (f"{what}: {', '.join(seen.thing for seen in found)}" for what, found in told.items() if found)
    return ok("; ".join(words) or "none")


def _looked(look: Look) -> tuple[list[Found], dict[str, str]]:
    """What is there, and why something could not be looked at, by the input that names it."""
    names = [name for name in collision_looks.looked_at(look.inputs) if name not in MARKED_BY_TAGS]
    found: list[Found] = []
    unseen: dict[str, str] = {}
    with ThreadPoolExecutor(max(1, len(names))) as pool:
        asked = {name: pool.submit(partial(_listed, look, name)) for name in names}
    for name, future in asked.items():
        try:
            found += [(name, seen) for seen in future.result()]
        except RemoteError as error:
            unseen[name] = str(error)
    return found, unseen


def _listed(look: Look, name: str) -> list[Seen]:
    return list(collision_looks.seen(look, name))


def _made(site: WorkspaceSite) -> Mapping[str, Any]:
    """What the stack's own look has looked for before all of it was made; nothing for a stack that was never made."""
    found = next((each for each in site.state.resources if str(each["type"]).endswith(CHECK)), None)
    return (found or {}).get("inputs") or {}


def _is_ours(found: Found, site: WorkspaceSite, inputs: Mapping[str, Any], made: Mapping[str, Any]) -> bool:
    """By the mark on it; what carries none is what the stack has made under that name."""
    name, seen = found
    if seen.mark:
        return seen.mark == site.mark
    return name in made and _named(made[name]) == _named(inputs[name])


def _named(value: Any) -> Any:
    if not isinstance(value, Mapping):
        return value
    return {key: each for key, each in value.items() if key not in ADDRESSES}


def _claims(site: WorkspaceSite) -> Iterator[Problem]:
    """Claims of the volumes' names that this stack did not make."""
    look = places.Look(lambda: site.cluster)
    for index, volume in enumerate(site.options.volumes):
        yield from places.taken(look, f"volumes[{index}]", site.names.namespace, volume.noted, site.mark)


def _objects(site: WorkspaceSite) -> Iterator[str]:
    """Objects of the names of this stack's in a namespace of others, which this stack did not make."""
    if site.options.namespace.kind == EXISTING:
        for each in objects_in_it(site.options, site.names, site.mark):
            yield from in_the_way(site.cluster, site.names.namespace, each, site.mark)


CHECKS = (name_collisions,)
