"""The members of a workspace's namespace: who else than its owner works in it, and as what.

Owns: for each member a RoleBinding and an AuthorizationPolicy. Does not own their form (`contributor.py`), the owner
(the Profile's), nor a member's login (`dex/`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Optional

import pulumi
import pulumi_kubernetes as kubernetes

from project_workspace.kube.built_in import BuiltIn
from project_workspace.kubeflow.contributor import (
    ROLE,
    USER,
    Gateway,
    authorization_rules,
    binding_name,
    part_of_names,
    role_binding,
)
from project_workspace.kubeflow.member_options import KubeflowOptions, MemberOptions
from project_workspace.stack_mark import StackMark


@dataclass(kw_only=True)
class MembersArgs:
    """The members of one namespace."""

    namespace: pulumi.Input[str]
    """Name of a namespace that is there."""
    members: Sequence[MemberOptions]
    kubeflow: KubeflowOptions
    """How Kubeflow's gateway says whose a request is."""
    mark: StackMark
    """Whose the objects are."""


class Members(pulumi.ComponentResource):
    """Each member may do what the role says when this is ready; Kubeflow's dashboard shows and can remove them."""

    def __init__(self, name: str, args: MembersArgs, opts: Optional[pulumi.ResourceOptions] = None) -> None:
        super().__init__("project-workspace:kubeflow:Members", name, {}, opts)
        options = args.kubeflow
        gateway = Gateway(options.user_id_header, options.user_id_prefix, options.gateway_principals)
        for member in args.members:
            self._member(f"{name}-{part_of_names(member.email)}", member, args, gateway)
        self.register_outputs({})

    def _member(self, name: str, member: MemberOptions, args: MembersArgs, gateway: Gateway) -> None:
        metadata = {
            "name": binding_name(member.email, member.role),
            "namespace": args.namespace,
            "annotations": {
                USER: member.email,
                ROLE: member.role,
                **args.mark.annotations,
                # This stack's alone: an edit by hand is drift, to be put right.
                "pulumi.com/patchForce": "true",
            },
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
