"""What people choose of who may reach the workspace's pods: the section `network` of a stack file."""

from collections.abc import Iterator
from ipaddress import ip_network
from typing import Annotated, Any, ClassVar, Optional

from project_workspace.schema.problem import Problem
from project_workspace.schema.rule import Rule, between
from project_workspace.schema.section import Section, Together
from project_workspace.schema.values import dns_label


def _is_block(value: Any) -> bool:
    try:
        return isinstance(value, str) and "/" in value and bool(ip_network(value))
    except ValueError:
        return False


NamespaceName = Annotated[str, dns_label("gateway")]
Block = Annotated[str, Rule("a block of IP addresses without bits behind its prefix", "10.20.0.0/16", _is_block)]
Port = Annotated[int, Rule("a port from 1 to 65535", "8080", between(1, 65535))]


def _source(options: "AllowOptions") -> Iterator[Problem]:
    if bool(options.namespace) == bool(options.cidr):
        yield Problem("", "Expected either a namespace or a cidr, for example 'namespace: gateway'.")


class AllowOptions(Section):
    """Somebody else who may reach the workspace's pods."""

    namespace: Optional[NamespaceName] = None
    """Name of a namespace, all of whose pods may. Either this or `cidr`."""
    cidr: Optional[Block] = None
    """Block of IP addresses that may; for what is outside the cluster. Either this or `namespace`."""
    ports: list[Port] = []
    """TCP ports of the pods that may be reached. Default: all."""

    together: ClassVar[tuple[Together, ...]] = (Together(("namespace", "cidr"), _source),)


def _isolated(options: "NetworkOptions") -> Iterator[Problem]:
    if options.allow and not options.isolated:
        yield Problem("isolated", "Expected 'true' where something is allowed, for example 'true'.")


class NetworkOptions(Section):
    """Who may reach the pods of the namespace. Something must enforce it: on EKS the add-on `vpc-cni` with
    `enableNetworkPolicy`, Calico or Cilium.
    """

    isolated: bool = False
    """Whether pods of other namespaces, those of other workspaces among them, are kept out by a NetworkPolicy. What the
    workspace's pods reach themselves stays open. Default: whatever the cluster lets through."""
    platform_namespaces: list[NamespaceName] = ["istio-system", "kubeflow", "knative-serving", "monitoring"]
    """Namespaces that reach the pods all the same: the gateway, Kubeflow with its notebook culler and pipelines,
    Knative's activator and autoscaler, and whoever scrapes metrics."""
    allow: list[AllowOptions] = []
    """Others who may reach the pods."""

    together: ClassVar[tuple[Together, ...]] = (Together(("isolated", "allow"), _isolated),)
