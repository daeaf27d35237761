"""What people would miss after an uninstall.

Owns: what counts, and its words: objects of the kinds that the manifests define, made by people, and volumes with
something on them. Not what the installer itself has made of those kinds, nor what goes with another object.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from project_workspace.kube.claims import claim_ref, is_bound
from workspacectl.ai_devops.plan import Plan, Thing

SHOWN = 5
"""How many of a kind are named."""


def of(plan: Plan) -> list[str]:
    """A line for each kind; none where nothing would be missed."""
    return [*_in_words(_made_by_people(plan)), *_in_words(_volumes(plan))]


def _made_by_people(plan: Plan) -> Iterator[Thing]:
    named = {(each.group, each.kind, each.name) for each in plan.named}
    for each in plan.custom():
        group = each.ref.api.split("/")[1]
        if not each.owners and (group, each.ref.kind, each.ref.name) not in named:
            yield each


def _volumes(plan: Plan) -> Iterator[Thing]:
    """Claims that are bound, in namespaces that go; what only waits for a volume holds nothing."""
    for namespace in sorted({each.ref.name for each in (*plan.namespaces_of_people(), *plan.namespaces())}):
        for found in plan.cluster.every(claim_ref(namespace, "")):
            if is_bound(found):
                yield Thing(claim_ref(namespace, found["metadata"]["name"]), found)


def _in_words(things: Iterable[Thing]) -> list[str]:
    by_kind: defaultdict[str, list[str]] = defaultdict(list)
    for each in things:
        by_kind[each.ref.kind].append(shown(each))
    return [f"{len(names)} {kind}: {listed(names)}" for kind, names in sorted(by_kind.items())]


def shown(thing: Thing) -> str:
    """Its name, with the namespace before it."""
    return "/".join(part for part in (thing.ref.namespace, thing.ref.name) if part)


def listed(names: Iterable[str], most: int = SHOWN) -> str:
    """Some names, and that there are more."""
    every = sorted(names)
    return ", ".join(every[:most]) + (f" and {len(every) - most} more" if len(every) > most else "")
