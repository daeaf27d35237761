"""What a container of the namespace gets that says nothing itself: requests and limits, derived from the quota.

Owns: that derivation, and which given defaults no container could have. Does not own the LimitRange that brings them
(`limit_range.py`), nor what a quantity is (`kube/quantities.py`). Why: where a quota counts a resource, Kubernetes
refuses every pod that does not say how much of it it wants; most notebooks, and all sidecars of others, do not
(docs/facts/kubeflow-profiles.md, "Pods that say nothing"). It does so for cpu and memory alone: of other resources
nothing is derived.
"""

from collections.abc import Iterator, Mapping
from fractions import Fraction

from project_workspace.kube.quantities import LARGEST, TOO_LARGE, canonical, number
from project_workspace.schema.problem import Problem

REQUESTS, LIMITS = "requests", "limits"
MEBIBYTE = 1024 * 1024
STEPS = {"cpu": Fraction(1, 1000), "memory": Fraction(MEBIBYTE)}
"""What is derived, in whole steps of a thousandth of a core and of a MiB."""
MOST_CPU_REQUESTED, MOST_MEMORY_REQUESTED = "100m", "128Mi"
"""A derived request is not larger: what is requested is taken from others, used or not."""
MOST_REQUESTED = {"cpu": MOST_CPU_REQUESTED, "memory": MOST_MEMORY_REQUESTED}
FOR_CONTAINERS = {REQUESTS: 50, LIMITS: 10}
"""How many containers that say nothing a quota has room for."""

Quantities = Mapping[str, str]


def derived(quota: Quantities, given: Mapping[str, Quantities]) -> dict[str, dict[str, str]]:
    """Requests and limits by resource, in Kubernetes' own spelling; what is `given` stays as it is.

    Empty where neither the quota counts cpu or memory nor anything is given.
    """
    limits = {**_shares(quota, LIMITS), **given[LIMITS]}
    requests = {**_shares(quota, REQUESTS), **given[REQUESTS]}
    for resource in {*requests} & {*limits}:
        # The given one holds, and of two derived ones the limit.
        if number(requests[resource]) > number(limits[resource]):
            if resource in given[REQUESTS]:
                limits[resource] = requests[resource]
            else:
                requests[resource] = limits[resource]
    found = {REQUESTS: requests, LIMITS: limits}
    return {
        kind: {resource: canonical(quantity) for resource, quantity in sorted(quantities.items())}
        for kind, quantities in found.items()
        if quantities
    }


def unfit(quota: Quantities, given: Mapping[str, Quantities]) -> Iterator[Problem]:
    """Given defaults with which no pod would start; paths are `requests.cpu` and the like."""
    for kind in (REQUESTS, LIMITS):
        for resource, quantity in given[kind].items():
            if number(quantity) > LARGEST:
                yield Problem(f"{kind}.{resource}", TOO_LARGE)
    for resource, quantity in given[REQUESTS].items():
        limit = given[LIMITS].get(resource)
        if limit is not None and number(quantity) > number(limit):
            yield Problem(f"{REQUESTS}.{resource}", f"Expected at most the limit of {resource}, for example '{limit}'.")
    for kind, counted_as in ((REQUESTS, (REQUESTS, LIMITS)), (LIMITS, (LIMITS,))):
        for resource, quantity in given[kind].items():
            counted = [found for each in counted_as if (found := _counted(quota, each, resource)) is not None]
            most = min(counted, key=number, default=None)
            if most is not None and number(quantity) > number(most):
                yield Problem(f"{kind}.{resource}", f"Expected at most what 'quota' has for all, for example '{most}'.")


def _shares(quota: Quantities, kind: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for resource, step in STEPS.items():
        counted = _counted(quota, kind, resource)
        if counted is not None:
            share = number(counted) / FOR_CONTAINERS[kind]
            most = number(MOST_REQUESTED[resource]) if kind == REQUESTS else share
            found[resource] = _in_steps(resource, max(min(share, most) // step, 1))
    return found


def _in_steps(resource: str, steps: int) -> str:
    return f"{steps}m" if resource == "cpu" else f"{steps}Mi"


def _counted(quota: Quantities, kind: str, resource: str) -> str | None:
    """What the quota has of a resource for all pods together; `cpu` is another word for `requests.cpu`."""
    keys = (f"{kind}.{resource}", *([resource] if kind == REQUESTS else []))
    return min((quota[key] for key in keys if key in quota), key=number, default=None)
