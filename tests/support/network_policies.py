"""A small reading of NetworkPolicy: whether a connection gets through, as an engine that enforces them decides.

Owns: that decision for what comes in. Stands in for a network plug-in, which the local platform has none of. Source:
Kubernetes documentation, "Network Policies": a pod that no policy selects is open; one that is selected is open to what
any of the policies lets in. Refuses what it does not know.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from typing import Any

Document = Mapping[str, Any]


@dataclass(frozen=True)
class Pod:
    """One end of a connection."""

    namespace: str
    labels: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def namespace_labels(self) -> Mapping[str, str]:
        return {"kubernetes.io/metadata.name": self.namespace}


@dataclass(frozen=True)
class Outside:
    """An end that is no pod."""

    address: str


def gets_in(policies: Iterable[Document], source: Pod | Outside, target: Pod, port: int) -> bool:
    """Whether a TCP connection from the source reaches the port of the target."""
    selecting = [
        each
        for each in policies
        if each["metadata"]["namespace"] == target.namespace
        and "Ingress" in each["spec"]["policyTypes"]
        and _selects(each["spec"]["podSelector"], target.labels)
    ]
    return not selecting or any(
        _is_port(rule.get("ports"), port) and _is_peer(rule.get("from"), source, target.namespace)
        for policy in selecting
        for rule in policy["spec"].get("ingress", [])
    )


def _is_port(ports: Sequence[Document] | None, port: int) -> bool:
    _known(ports or [], {"protocol", "port"})
    return not ports or any(each.get("protocol", "TCP") == "TCP" and each["port"] == port for each in ports)


def _is_peer(peers: Sequence[Document] | None, source: Pod | Outside, namespace: str) -> bool:
    _known(peers or [], {"podSelector", "namespaceSelector", "ipBlock"})
    return not peers or any(_matches(each, source, namespace) for each in peers)


def _matches(peer: Document, source: Pod | Outside, namespace: str) -> bool:
    if "ipBlock" in peer:
        _known([peer["ipBlock"]], {"cidr"})
        # What pods have as addresses is the plug-in's affair: a block is meant for what is outside.
        return isinstance(source, Outside) and ip_address(source.address) in ip_network(peer["ipBlock"]["cidr"])
    if isinstance(source, Outside):
        return False
    if "namespaceSelector" in peer:
        is_place = _selects(peer["namespaceSelector"], source.namespace_labels)
    else:
        is_place = source.namespace == namespace
    return is_place and _selects(peer.get("podSelector", {}), source.labels)


def _selects(selector: Document, labels: Mapping[str, str]) -> bool:
    _known([selector], {"matchLabels", "matchExpressions"})
    expressions = selector.get("matchExpressions", [])
    _known(expressions, {"key", "operator", "values"})
    assert {each["operator"] for each in expressions} <= {"In"}
    return all(labels.get(key) == value for key, value in selector.get("matchLabels", {}).items()) and all(
        labels.get(each["key"]) in each["values"] for each in expressions
    )


def _known(documents: Iterable[Document], keys: set[str]) -> None:
    for each in documents:
        assert {*each} <= keys, f"not read here: {sorted({*each} - keys)}"
