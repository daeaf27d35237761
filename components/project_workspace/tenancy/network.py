"""Who may reach the pods of a workspace's namespace: one NetworkPolicy, for what comes in.

Owns: that policy. Does not own what goes out, which stays open, nor whether anything enforces it: the cluster's network
plug-in does, or nobody (docs/facts/kubeflow-profiles.md, "Network policies"). Why by namespaces and not by pods:
Kubeflow, Istio and Knative change the labels of their pods from release to release, and whoever can make a pod in one
of their namespaces owns the cluster anyway.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Optional

import pulumi

from project_workspace import limits
from project_workspace.kube.built_in import BuiltIn
from project_workspace.tenancy.network_options import AllowOptions, NetworkOptions

NAME = "workspace-ingress"


def network_policy(
    name: str,
    namespace: pulumi.Input[str],
    options: NetworkOptions,
    annotations: Mapping[str, str],
    opts: Optional[pulumi.ResourceOptions] = None,
) -> pulumi.Resource:
    """The policy; `annotations` say whose it is."""
    manifest = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": NAME, "namespace": namespace, "annotations": dict(annotations)},
        "spec": spec(options),
    }
    return BuiltIn(name, "networking.k8s.io/v1", manifest, opts)


def spec(options: NetworkOptions) -> dict[str, Any]:
    """For all pods of the namespace: from each other, from the platform's namespaces, and what is allowed besides."""
    rules = [{"from": [{"podSelector": {}}]}]
    if options.platform_namespaces:
        rules.append({"from": [_of_namespaces(options.platform_namespaces)]})
    return {
        "podSelector": {},
        "policyTypes": ["Ingress"],
        "ingress": [*rules, *(_allowed(each) for each in options.allow)],
    }


def _allowed(allow: AllowOptions) -> dict[str, Any]:
    source = _of_namespaces([allow.namespace]) if allow.namespace else {"ipBlock": {"cidr": allow.cidr}}
    ports = {"ports": [{"protocol": "TCP", "port": port} for port in allow.ports]} if allow.ports else {}
    return {"from": [source], **ports}


def _of_namespaces(names: Sequence[str]) -> dict[str, Any]:
    expression = {"key": limits.NAMESPACE_LABEL, "operator": "In", "values": list(names)}
    return {"namespaceSelector": {"matchExpressions": [expression]}}
