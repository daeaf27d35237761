"""The workspace's Kubeflow Profile, and through it the namespace, its owner, its quota and the role of its pods.

Owns: the Profile and a gate around it. Does not own the namespace's contents: Kubeflow's profile controller makes the
namespace, its service accounts, role bindings and quota from the Profile. Why the gate: the controller silently does
nothing in a namespace that is somebody else's, and the end of a Profile is not yet the end of its namespace
(docs/facts/kubeflow-profiles.md, "A namespace of somebody else", "Deletion").
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Optional

import pulumi
import pulumi_kubernetes as kubernetes

from project_workspace.kube.provider_connection import StackCluster
from project_workspace.kube.quantities import canonical
from project_workspace.kubeflow.editor_role import EditorRole, EditorRoleArgs
from project_workspace.kubeflow.gate import Gate, GateArgs
from project_workspace.kubeflow.namespace_guard import NamespaceGuard, NamespaceGuardArgs
from project_workspace.kubeflow.namespace_metadata import NamespaceMetadata, NamespaceMetadataArgs
from project_workspace.kubeflow.namespace_quota import NamespaceQuota, NamespaceQuotaArgs
from project_workspace.kubeflow.readiness import LIMIT_MINUTES, READY, told_when_not_ready
from project_workspace.stack_mark import StackMark


@dataclass(kw_only=True)
class NamespaceArgs:
    """The namespace of one workspace."""

    namespace: str
    """Name of the Profile and of its namespace."""
    owner: str
    """E-mail of the owner. It can never be changed: the controller ignores a new one."""
    region: str
    """AWS region of the workspace. It can never be changed either: nothing moves to another."""
    quota: Optional[dict[str, str]] = None
    """Hard limits of the namespace by resource, for example `requests.nvidia.com/gpu: "2"`; default: none."""
    editor_role: Optional[pulumi.Input[str]] = None
    """ARN of the IAM role that the service account `default-editor` is annotated with; default: none."""
    protect: bool = False
    """Whether Pulumi refuses to delete the Profile, and with it everything in the namespace."""
    delete_data: bool = False
    """Whether what people have in the namespace may go with the Profile."""
    adopt: bool = False
    """Take over a namespace that exists already, when its owner is the same."""
    labels_of_others: Optional[Sequence[str]] = None
    """Keys of labels on the namespace that are not Kubeflow's, though they may be there already; default: none."""
    mark: StackMark
    """Whose the Profile is."""
    stack_cluster: StackCluster
    """The stack's cluster, and the way to it."""


class Namespace(pulumi.ComponentResource):
    """A Profile that is ready, and gone when it is gone."""

    name: pulumi.Output[str]

    def __init__(self, name: str, args: NamespaceArgs, opts: Optional[pulumi.ResourceOptions] = None) -> None:
        super().__init__("project-workspace:kubeflow:Namespace", name, {}, opts)
        gate = Gate(
            name,
            GateArgs(
                namespace=args.namespace,
                owner=args.owner,
                region=args.region,
                delete_data=args.delete_data,
                adopt=args.adopt,
                stack_cluster=args.stack_cluster,
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        hard = {resource: canonical(quantity) for resource, quantity in (args.quota or {}).items()}
        quota = NamespaceQuota(
            name,
            NamespaceQuotaArgs(namespace=args.namespace, hard=hard, stack_cluster=args.stack_cluster),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[gate]),
        )
        profile = self._profile(name, args, hard, [gate, quota])
        NamespaceMetadata(
            name,
            NamespaceMetadataArgs(
                namespace=args.namespace,
                owner=args.owner,
                labels_of_others=args.labels_of_others,
                stack_cluster=args.stack_cluster,
            ),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[profile]),
        )
        if args.editor_role is not None:
            EditorRole(
                name,
                EditorRoleArgs(namespace=args.namespace, role_arn=args.editor_role, stack_cluster=args.stack_cluster),
                opts=pulumi.ResourceOptions(parent=self, depends_on=[profile]),
            )
        NamespaceGuard(
            name,
            NamespaceGuardArgs(
                namespace=args.namespace,
                profile=profile.id,
                delete_data=args.delete_data,
                stack_cluster=args.stack_cluster,
            ),
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        self.name = pulumi.Output.from_input(args.namespace)
        self.register_outputs({"name": self.name})

    def _profile(
        self, name: str, args: NamespaceArgs, hard: dict[str, str], before: list[pulumi.Resource]
    ) -> kubernetes.apiextensions.CustomResource:
        return kubernetes.apiextensions.CustomResource(
            name,
            api_version="kubeflow.org/v1",
            kind="Profile",
            metadata=kubernetes.meta.v1.ObjectMetaArgs(
                name=args.namespace,
                annotations={
                    **args.mark.annotations,
                    "pulumi.com/waitFor": READY,
                    # In the foreground the controller makes the namespace a second time while the Profile goes.
                    "pulumi.com/deletionPropagationPolicy": "background",
                    # The Profile is this stack's alone: an edit by hand is drift, to be put right.
                    "pulumi.com/patchForce": "true",
                },
            ),
            spec={
                "owner": {"kind": "User", "name": args.owner},
                # As the controller writes it back, an empty one included: what it changed would be its own.
                "resourceQuotaSpec": {"hard": hard} if hard else {},
                **_plugins(args),
            },
            opts=pulumi.ResourceOptions(
                parent=self,
                depends_on=before,
                custom_timeouts=pulumi.CustomTimeouts(create=f"{LIMIT_MINUTES}m"),
                hooks=told_when_not_ready(name, args.namespace),
                # The guard goes before it: made first and deleted later, the new one would be the old one.
                delete_before_replace=True,
                protect=args.protect,
            ),
        )


def _plugins(args: NamespaceArgs) -> dict[str, Any]:
    """Kubeflow's AWS plugin; without `annotateOnly` the controller would rewrite the role's trust policy too."""
    if args.editor_role is None:
        return {}
    spec = {"awsIamRole": args.editor_role, "annotateOnly": True}
    return {"plugins": [{"kind": "AwsIamForServiceAccount", "spec": spec}]}
