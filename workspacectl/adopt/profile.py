"""How the Profile that exists differs from what the stack declares: owner and limits, and the marks that Pulumi needs.

Owns: the comparison, made with the cluster itself. Does not own any other step of a plan. Why not Pulumi's: of a custom
resource it imports no more than the name (docs/facts/pulumi-kubernetes.md, "Import"), so its preview cannot show what
was there before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from project_workspace.kube.cluster import Cluster, profile_ref
from project_workspace.kubeflow.quota import canonical
from workspacectl.adopt.plan import Plan, Planned

PROFILE = "kubernetes:kubeflow.org/v1:Profile"


def compared(plan: Plan, cluster: Cluster) -> Plan:
    """The plan in which a Profile's update begins at what is in the cluster. Raises `RemoteError`."""
    return replace(plan, steps=[_compared(step, cluster) for step in plan.steps])


def _compared(step: Planned, cluster: Cluster) -> Planned:
    if step.type != PROFILE or step.operation != "update":
        return step
    found = cluster.find(profile_ref(step.inputs["metadata"]["name"]))
    if found is None:
        return step
    return replace(step, before=_declarable(found, step.inputs), changed=("metadata.annotations", "spec"))


def _declarable(found: Mapping[str, Any], inputs: Mapping[str, Any]) -> dict[str, Any]:
    """What of the Profile this program declares, in its spelling. Others' annotations and plugins stay theirs."""
    annotations = found["metadata"].get("annotations") or {}
    ours = inputs["metadata"].get("annotations") or {}
    found_limits = (found["spec"].get("resourceQuotaSpec") or {}).get("hard") or {}
    hard = {resource: canonical(str(quantity)) for resource, quantity in found_limits.items()}
    return {
        "metadata": {"annotations": {key: value for key, value in annotations.items() if key in ours}},
        "spec": {"owner": found["spec"]["owner"], "resourceQuotaSpec": {"hard": hard} if hard else {}},
    }
