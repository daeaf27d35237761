"""`workspacectl ai-devops uninstall`: the plan in words, the refusal, and the run.

Owns: those. Does not own the order (`plan.py`), what counts as data (`data.py`), nor the waiting (`removal.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from project_workspace.kube import provider_connection
from project_workspace.kube.cluster import Cluster
from workspacectl.ai_devops import data
from workspacectl.ai_devops.manifests import Named
from workspacectl.ai_devops.plan import Plan
from workspacectl.ai_devops.removal import Removal
from workspacectl.failures import ToolError
from workspacectl.preflight.site import Site
from workspacectl.progress import Say

IDENTITY = "pulumi-python:dynamic/lifecycle:ClusterIdentity"


@dataclass(frozen=True)
class Wish:
    """What a person wants of an uninstall."""

    seconds: float
    """How long each step may take."""
    delete_data: bool = False
    carry_out: bool = False


def own_cluster(site: Site) -> Cluster:
    """The cluster that the stack's first `up` noted; without an `up` the one of its connection.

    Raises `OtherClusterError` where the connection is of another than the noted one.
    """
    noted = next((each["outputs"]["clusterUid"] for each in site.state.resources if each["type"] == IDENTITY), None)
    return provider_connection.connect(site.config, {"kubeconfig": site.kubeconfig, "clusterUid": noted})


def uninstall(cluster: Cluster, named: Sequence[Named], wish: Wish, say: Say) -> list[str]:
    """Lines for the person: what would go, or what went. Raises `ToolError` where data would go unasked."""
    plan = Plan(cluster, named)
    say("Looking for what the manifests name")
    if not wish.carry_out:
        return list(_shown(plan, wish))
    lost = data.of(plan)
    if lost and not wish.delete_data:
        raise ToolError(
            f"Expected '--delete-data', because with ai-devops this would go, and nothing brings it back: "
            f"{'; '.join(lost)}. Nothing was deleted."
        )
    stays = list(_staying(plan))
    return [*Removal(plan, wish.seconds, say).run(), *stays] or ["Nothing is left of what the manifests name."]


def _shown(plan: Plan, wish: Wish) -> Iterator[str]:
    found = False
    yield f"On {plan.cluster.server}:"
    for number, step in enumerate(plan.steps, start=1):
        if things := step.left():
            found = True
            yield f"{number}. {step.title}: {len(things)}"
            yield from (f"     {each.ref}" for each in things)
    yield from _staying(plan)
    if not found:
        yield "Nothing is left of what the manifests name."
        return
    lost = data.of(plan)
    yield from (f"Lost for ever: {line}" for line in lost)
    yield from (f"Not running, so what waits for it would hang: {each}" for each in plan.controllers_not_running())
    told = " --delete-data" if lost and not wish.delete_data else ""
    yield f"Nothing was deleted. With '--yes{told}' it goes, in this order."


def _staying(plan: Plan) -> Iterator[str]:
    for name, workloads in plan.staying().items():
        yield f"Namespace {name} stays: the manifests do not name {data.listed(workloads)} in it"
