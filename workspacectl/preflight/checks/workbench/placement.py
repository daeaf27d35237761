"""Which nodes pods may be put on: taints and tolerations, selectors and required affinity, as the scheduler reads them.

Owns: those rules, on documents of Kubernetes. Does not own whose tolerations count. Source: Kubernetes, "Taints and
Tolerations" and "Assigning Pods to Nodes". Of affinity only what is required is read; a preference forbids nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from project_workspace.kube.metadata import labels_of

Node = Mapping[str, Any]
Toleration = Mapping[str, Any]
CONTROL_PLANE = ("node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master")
REPELLING = ("NoSchedule", "NoExecute")
"""The effects of taints that keep pods away; `PreferNoSchedule` does not."""


def is_control_plane(node: Node) -> bool:
    """Whether a node is the cluster's own."""
    return any(label in labels_of(node) for label in CONTROL_PLANE)


def taints_of(node: Node) -> list[dict[str, str]]:
    """The taints of a node that keep pods away."""
    return [taint for taint in node["spec"].get("taints") or [] if taint["effect"] in REPELLING]


def is_tolerated(taint: Mapping[str, str], tolerations: Sequence[Toleration]) -> bool:
    """Whether one of these tolerations is for the taint."""
    return any(_tolerates(toleration, taint) for toleration in tolerations)


def _tolerates(toleration: Toleration, taint: Mapping[str, str]) -> bool:
    if toleration.get("effect") not in (None, "", taint["effect"]):
        return False
    if toleration.get("operator") == "Exists":
        return toleration.get("key") in (None, "", taint["key"])
    return toleration.get("key") == taint["key"] and (toleration.get("value") or "") == (taint.get("value") or "")


def admits(node: Node, tolerations: Sequence[Toleration]) -> bool:
    """Whether pods with these tolerations may be put on the node."""
    is_open = not node["spec"].get("unschedulable")
    return is_open and all(is_tolerated(taint, tolerations) for taint in taints_of(node))


def matches(labels: Mapping[str, str], selector: Mapping[str, str], affinity: Mapping[str, Any]) -> bool:
    """Whether a node with these labels is one that the selector, and what the affinity requires, ask for."""
    return selector.items() <= labels.items() and _is_liked(labels, affinity)


def _is_liked(labels: Mapping[str, str], affinity: Mapping[str, Any]) -> bool:
    required = (affinity.get("nodeAffinity") or {}).get("requiredDuringSchedulingIgnoredDuringExecution")
    if not required:
        return True
    return any(
        term.get("matchExpressions") and all(_fits(labels, each) for each in term["matchExpressions"])
        for term in required.get("nodeSelectorTerms") or []
    )


def _fits(labels: Mapping[str, str], expression: Mapping[str, Any]) -> bool:
    value, values = labels.get(expression["key"]), expression.get("values") or []
    number = int(value) if value and value.isdigit() else None
    fits = {
        "In": value in values,
        "NotIn": value not in values,
        "Exists": value is not None,
        "DoesNotExist": value is None,
        "Gt": number is not None and bool(values) and number > int(values[0]),
        "Lt": number is not None and bool(values) and number < int(values[0]),
    }
    return fits[expression["operator"]]
