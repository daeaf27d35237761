"""What the workspace's namespace has beside its owner and quota: defaults of containers, network, members.

Owns: which of them there are. Does not own the namespace (`kubeflow/component.py`), the form of any of these (the files
beside this one), nor a member's login (`dex/`). Why a component of its own: all of this is the same however the
namespace came to be.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Optional

import pulumi
import pulumi_kubernetes as kubernetes

from project_workspace.kube.built_in import BuiltIn
from project_workspace.stack_mark import StackMark
from project_workspace.tenancy.container_defaults import derived
from project_workspace.tenancy.contributor import (
    ROLE,
    USER,
    Gateway,
    authorization_rules,
    binding_name,
    part_of_names,
    role_binding,
)
from project_workspace.tenancy.limit_options import ContainerDefaultsOptions
from project_workspace.tenancy.limit_range import limit_range
from project_workspace.tenancy.member_options import KubeflowOptions, MemberOptions
from project_workspace.tenancy.network import network_policy
from project_workspace.tenancy.network_options import NetworkOptions


@dataclass(kw_only=True)
class TenancyArgs:
    """A namespace that is there."""

    namespace: str
    quota: Mapping[str, str] = field(default_factory=dict[str, str])
    """Its hard limits by resource, of which the defaults of containers are shares."""
    container_defaults: ContainerDefaultsOptions = field(default_factory=ContainerDefaultsOptions)
    """What a container gets that says nothing itself."""
    network: NetworkOptions = field(default_factory=NetworkOptions)
    """Who may reach the pods."""
    members: Sequence[MemberOptions] = ()
    """Who works in it beside its owner."""
    kubeflow: KubeflowOptions = field(default_factory=KubeflowOptions)
    """How Kubeflow's gateway says whose a request is."""
    mark: StackMark
    """Whose the objects are."""

    @property
    def defaults(self) -> Mapping[str, Mapping[str, str]]:
        """Requests and limits of a container by resource; empty for no LimitRange."""
        chosen = self.container_defaults
        return derived(self.quota, chosen.given) if chosen.enabled else {}

    @property
    def is_nothing(self) -> bool:
        """Whether nothing would be made."""
        return not (self.defaults or self.network.isolated or self.members)


class Tenancy(pulumi.ComponentResource):
    """Each member may do what the role says when this is ready; Kubeflow's dashboard shows and can remove them."""

    def __init__(self, name: str, args: TenancyArgs, opts: Optional[pulumi.ResourceOptions] = None) -> None:
        super().__init__("project-workspace:tenancy:Tenancy", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)
        # All of it is this stack's alone: an edit by hand is drift, to be put right.
        self._annotations = {**args.mark.annotations, "pulumi.com/patchForce": "true"}
        if defaults := args.defaults:
            limit_range(name, args.namespace, defaults, self._annotations, child)
        if args.network.isolated:
            network_policy(name, args.namespace, args.network, self._annotations, child)
        options = args.kubeflow
        gateway = Gateway(options.user_id_header, options.user_id_prefix, options.gateway_principals)
        for member in args.members:
            self._member(f"{name}-{part_of_names(member.email)}", member, args, gateway)
        self.register_outputs({})

    def _member(self, name: str, member: MemberOptions, args: TenancyArgs, gateway: Gateway) -> None:
        metadata = {
            "name": binding_name(member.email, member.role),
            "namespace": args.namespace,
            "annotations": {USER: member.email, ROLE: member.role, **self._annotations},
        }
        child = pulumi.ResourceOptions(parent=self)
        manifest = role_binding(member.email, member.role, metadata)
        BuiltIn(name, "rbac.authorization.k8s.io/v1", manifest, opts=child)
        kubernetes.apiextensions.CustomResource(
            name,
            api_version="security.istio.io/v1beta1",
            kind="AuthorizationPolicy",
            metadata=metadata,
            spec={"rules": authorization_rules(member.email, gateway)},
            opts=child,
        )
