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
from project_workspace.tenancy import limit_range, network
from project_workspace.tenancy.container_defaults import derived
from project_workspace.tenancy.contributor import (
    OWNER_ROLE,
    ROLE,
    USER,
    Gateway,
    authorization_rules,
    binding_name,
    part_of_names,
    role_binding,
)
from project_workspace.tenancy.limit_options import ContainerDefaultsOptions
from project_workspace.tenancy.member_options import KubeflowOptions, MemberOptions
from project_workspace.tenancy.network_options import NetworkOptions

OWNER = "project-workspace/owner"
"""The annotation by which the owner's binding is told from a member's."""


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
    owner: Optional[str] = None
    """E-mail of whoever administers the namespace, where no Profile says so; default: a Profile does."""
    contributors: bool = True
    """Whether members are Kubeflow's contributors; else they have Kubernetes' own roles, and nothing else."""
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
        return not (self.defaults or self.network.isolated or self.people)

    @property
    def people(self) -> Mapping[str, str]:
        """The role of each who works in the namespace and is not its Profile's owner, by e-mail."""
        owner = {self.owner: OWNER_ROLE} if self.owner else {}
        return {**owner, **{member.email: member.role for member in self.members}}

    @property
    def objects(self) -> Sequence[str]:
        """What would be made in the namespace, each as `KIND/NAME`."""
        names = [binding_name(email, role) for email, role in self.people.items()]
        kinds = ("RoleBinding", "AuthorizationPolicy") if self.contributors else ("RoleBinding",)
        return [
            *([f"LimitRange/{limit_range.NAME}"] if self.defaults else []),
            *([f"NetworkPolicy/{network.NAME}"] if self.network.isolated else []),
            *(f"{kind}/{name}" for name in names for kind in kinds),
        ]


class Tenancy(pulumi.ComponentResource):
    """Each member may do what the role says when this is ready; Kubeflow's dashboard shows and can remove them."""

    def __init__(self, name: str, args: TenancyArgs, opts: Optional[pulumi.ResourceOptions] = None) -> None:
        super().__init__("project-workspace:tenancy:Tenancy", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)
        # All of it is this stack's alone: an edit by hand is drift, to be put right.
        self._annotations = {**args.mark.annotations, "pulumi.com/patchForce": "true"}
        if defaults := args.defaults:
            limit_range.limit_range(name, args.namespace, defaults, self._annotations, child)
        if args.network.isolated:
            network.network_policy(name, args.namespace, args.network, self._annotations, child)
        options = args.kubeflow
        gateway = Gateway(options.user_id_header, options.user_id_prefix, options.gateway_principals)
        for email, role in args.people.items():
            self._person(f"{name}-{part_of_names(email)}", (email, role), args, gateway)
        self.register_outputs({})

    def _person(self, name: str, person: tuple[str, str], args: TenancyArgs, gateway: Gateway) -> None:
        email, role = person
        whose = {OWNER: "true"} if email == args.owner else {}
        metadata = {
            "name": binding_name(email, role),
            "namespace": args.namespace,
            "annotations": {USER: email, ROLE: role, **whose, **self._annotations},
        }
        child = pulumi.ResourceOptions(parent=self)
        cluster_role = f"kubeflow-{role}" if args.contributors else role
        BuiltIn(name, "rbac.authorization.k8s.io/v1", role_binding(email, cluster_role, metadata), opts=child)
        if not args.contributors:
            return
        kubernetes.apiextensions.CustomResource(
            name,
            api_version="security.istio.io/v1beta1",
            kind="AuthorizationPolicy",
            metadata=metadata,
            spec={"rules": authorization_rules(email, gateway)},
            opts=child,
        )
