"""A namespace that this stack makes itself, without Kubeflow: there when it is ready, and gone when it is gone.

Owns: the namespace, and the service account of its pods where they have a role on AWS. Does not own its quota
(`resource_quota.py`), who works in it (`tenancy/`), nor the gate and the guard around it, which are those of a
Profile's namespace.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Optional

import pulumi

from project_workspace.kube.built_in import BuiltIn
from project_workspace.kube.provider_connection import StackCluster
from project_workspace.kubeflow.editor_role import ROLE_ARN
from project_workspace.kubeflow.gate import Gate, GateArgs
from project_workspace.kubeflow.namespace_guard import NamespaceGuard, NamespaceGuardArgs
from project_workspace.stack_mark import StackMark


@dataclass(kw_only=True)
class PlainNamespaceArgs:
    """The namespace of one workspace."""

    namespace: str
    region: str
    """AWS region of the workspace. It can never be changed: nothing moves to another."""
    labels: Mapping[str, str] = field(default_factory=dict[str, str])
    service_account: Optional[str] = None
    """Name of the service account whose pods have a role on AWS; default: none is made."""
    role_arn: Optional[pulumi.Input[str]] = None
    """ARN of the IAM role that the service account is annotated with; default: none."""
    protect: bool = False
    """Whether Pulumi refuses to delete the namespace, and with it everything in it."""
    delete_data: bool = False
    """Whether what people have in the namespace may go with it."""
    adopt: bool = False
    """Take over a namespace that exists already; default: refuse it."""
    mark: StackMark
    """Whose the namespace is."""
    stack_cluster: StackCluster
    """The stack's cluster, and the way to it."""


class PlainNamespace(pulumi.ComponentResource):
    """A namespace that is there."""

    name: pulumi.Output[str]

    def __init__(self, name: str, args: PlainNamespaceArgs, opts: Optional[pulumi.ResourceOptions] = None) -> None:
        super().__init__("project-workspace:namespaces:PlainNamespace", name, {}, opts)
        gate = Gate(
            name,
            GateArgs(
                namespace=args.namespace,
                region=args.region,
                delete_data=args.delete_data,
                adopt=args.adopt,
                stack_cluster=args.stack_cluster,
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        # The namespace is this stack's alone: an edit by hand is drift, to be put right.
        annotations = {**args.mark.annotations, "pulumi.com/patchForce": "true"}
        metadata = {"name": args.namespace, "labels": dict(args.labels), "annotations": annotations}
        namespace = BuiltIn(
            name,
            "core/v1",
            {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata},
            # The guard goes before it: made first and deleted later, the new one would be the old one.
            pulumi.ResourceOptions(parent=self, depends_on=[gate], delete_before_replace=True, protect=args.protect),
        )
        if args.service_account:
            role = {} if args.role_arn is None else {ROLE_ARN: args.role_arn}
            account = _service_account(args, {**annotations, **role})
            BuiltIn(name, "core/v1", account, pulumi.ResourceOptions(parent=self, depends_on=[namespace]))
        NamespaceGuard(
            name,
            NamespaceGuardArgs(
                namespace=args.namespace,
                profile=namespace.id,
                delete_data=args.delete_data,
                stack_cluster=args.stack_cluster,
            ),
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        self.name = pulumi.Output.from_input(args.namespace)
        self.register_outputs({"name": self.name})


def _service_account(args: PlainNamespaceArgs, annotations: Mapping[str, pulumi.Input[str]]) -> dict[str, object]:
    metadata = {"name": args.service_account, "namespace": args.namespace, "annotations": dict(annotations)}
    return {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata}
