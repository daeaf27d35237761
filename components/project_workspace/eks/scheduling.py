"""How pods find the workspace's nodes: labels, taints, and the Auto Scaling group's tags that repeat both.

Owns: the labels and taints of a node group, their spellings in Kubernetes, in EKS and in Cluster Autoscaler, and the
ready toleration and node selector for pods. Does not own the node groups. Why the tags: a group that is scaled to
zero has no node to look at, so Cluster Autoscaler reads its tags; EKS does not copy labels and taints there
(docs/facts/eks-node-groups.md, "Scale from zero").
"""

from typing import Any, Optional

from project_workspace.eks.instance_types import family_of, is_gpu
from project_workspace.eks.taint import TaintOptions
from project_workspace.limits import NODE_LABEL

ACCELERATOR_LABEL = "k8s.amazonaws.com/accelerator"
"""Keeps Cluster Autoscaler from scaling up twice while the device plugin starts on a new node."""
GPU_RESOURCE = "nvidia.com/gpu"
TAG_PREFIX = "k8s.io/cluster-autoscaler/node-template"

GPU_TAINT = TaintOptions(key=GPU_RESOURCE, value="present", effect="NoSchedule")
"""Keeps pods that ask for no GPU off GPU nodes; the device plugin's own convention."""


def labels_of(
    *, label: str, instance_type: str, ami_type: Optional[str], given: Optional[dict[str, str]]
) -> dict[str, str]:
    """The labels of a group's nodes: the workspace's own, the accelerator's, and those that were given."""
    labels = {**(given or {}), NODE_LABEL: label}
    family = family_of(instance_type)
    if is_gpu(instance_type, ami_type) and family and family.accelerator_label:
        labels.setdefault(ACCELERATOR_LABEL, family.accelerator_label)
    return labels


def taints_of(
    *, instance_type: str, ami_type: Optional[str], given: Optional[list[TaintOptions]]
) -> list[TaintOptions]:
    """The taints of a group's nodes: those that were given, else the GPU taint on GPU nodes."""
    if given is not None:
        return given
    return [GPU_TAINT] if is_gpu(instance_type, ami_type) else []


def autoscaler_tags(labels: dict[str, str], taints: list[TaintOptions], disk_gib: int) -> dict[str, str]:
    """The Auto Scaling group's tags from which Cluster Autoscaler imagines a node of an empty group.

    The GPU count is not among them: it is only known from AWS (see `GPU_TAG`).
    """
    return {
        **{f"{TAG_PREFIX}/label/{key}": value for key, value in labels.items()},
        # Cluster Autoscaler ignores a taint tag without ":Effect".
        **{f"{TAG_PREFIX}/taint/{taint.key}": f"{taint.value or ''}:{taint.effect}" for taint in taints},
        f"{TAG_PREFIX}/resources/ephemeral-storage": f"{disk_gib}Gi",
    }


GPU_TAG = f"{TAG_PREFIX}/resources/{GPU_RESOURCE}"
"""The tag that holds the number of GPUs of a node."""


def tolerations(taints: list[TaintOptions]) -> list[dict[str, Any]]:
    """The tolerations a pod needs for nodes with these taints, ready for its spec."""
    return [
        {"key": taint.key, "effect": taint.effect, "operator": "Equal", "value": taint.value}
        if taint.value
        else {"key": taint.key, "effect": taint.effect, "operator": "Exists"}
        for taint in taints
    ]
