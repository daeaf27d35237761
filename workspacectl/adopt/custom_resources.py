"""How the custom resources that exist differ from what the stack declares: the Profile, and members' policies.

Owns: the comparison, made with the cluster itself. Does not own any other step of a plan. Why not Pulumi's: of a custom
resource it imports no more than the name (docs/facts/pulumi-kubernetes.md, "Import"), so its preview cannot show what
was there before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from project_workspace.kube.cluster import Cluster, Ref, profile_ref
from project_workspace.kube.kinds import object_ref
from project_workspace.kube.metadata import annotations_of
from project_workspace.kube.quantities import canonical
from workspacectl.adopt.plan import Plan, Planned

PROFILE = "kubernetes:kubeflow.org/v1:Profile"
AUTHORIZATION_POLICY = "kubernetes:security.istio.io/v1beta1:AuthorizationPolicy"

Document = Mapping[str, Any]


def compared(plan: Plan, cluster: Cluster) -> Plan:
    """The plan in which the update of a custom resource begins at what is in the cluster. Raises `RemoteError`."""
    return replace(plan, steps=[_compared(step, cluster) for step in plan.steps])


def authorization_policy_ref(metadata: Document) -> Ref:
    """The AuthorizationPolicy of this name and namespace."""
    return object_ref("AuthorizationPolicy", metadata["namespace"], metadata["name"])


def _compared(step: Planned, cluster: Cluster) -> Planned:
    if step.type not in _KINDS or step.operation != "update":
        return step
    ref, declarable = _KINDS[step.type]
    found = cluster.find(ref(step.inputs["metadata"]))
    if found is None:
        return step
    before = {"metadata": _metadata(found, step.inputs), "spec": declarable(found["spec"], step.inputs["spec"])}
    return replace(step, before=before, changed=("metadata.annotations", "spec"))


def _metadata(found: Document, inputs: Document) -> dict[str, Any]:
    """The annotations that this program declares; others' stay theirs."""
    annotations = annotations_of(found)
    ours = inputs["metadata"].get("annotations") or {}
    return {"annotations": {key: value for key, value in annotations.items() if key in ours}}


def _of_a_profile(spec: Document, ours: Document) -> dict[str, Any]:
    """Owner and limits, in this program's spelling; plugins stay others' where it declares none."""
    found_limits = (spec.get("resourceQuotaSpec") or {}).get("hard") or {}
    hard = {resource: canonical(str(quantity)) for resource, quantity in found_limits.items()}
    plugins = {"plugins": spec["plugins"]} if spec.get("plugins") and "plugins" in ours else {}
    return {"owner": spec["owner"], "resourceQuotaSpec": {"hard": hard} if hard else {}, **plugins}


def _of_a_policy(spec: Document, _ours: Document) -> dict[str, Any]:
    return dict(spec)


_KINDS: Mapping[str, tuple[Callable[[Document], Ref], Callable[[Document, Document], dict[str, Any]]]] = {
    PROFILE: (lambda metadata: profile_ref(metadata["name"]), _of_a_profile),
    AUTHORIZATION_POLICY: (authorization_policy_ref, _of_a_policy),
}
"""By type of resource: which object it is, and what of its spec this program declares."""
