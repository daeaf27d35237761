"""The quota of a namespace that no Profile makes: one ResourceQuota, with the stack's limits and no others.

Owns: that object, and that its limits are the stack's alone. Does not own which limits there may be
(`kubeflow/quota.py`), nor quotas of others beside it, which hold as well.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Optional

import pulumi

from project_workspace.kube.built_in import BuiltIn
from project_workspace.kube.provider_connection import StackCluster
from project_workspace.kube.quantities import canonical
from project_workspace.kubeflow.namespace_quota import NamespaceQuota, NamespaceQuotaArgs
from project_workspace.stack_mark import StackMark

NAME = "workspace-quota"


@dataclass(kw_only=True)
class QuotaArgs:
    """The limits of a namespace that is there."""

    namespace: str
    quota: Mapping[str, str]
    """Hard limits by resource; at least one."""
    mark: StackMark
    """Whose the quota is."""
    stack_cluster: StackCluster
    """The stack's cluster, and the way to it."""


class Quota(pulumi.ComponentResource):
    """Ready when the limits hold."""

    def __init__(self, name: str, args: QuotaArgs, opts: Optional[pulumi.ResourceOptions] = None) -> None:
        super().__init__("project-workspace:namespaces:Quota", name, {}, opts)
        hard = {resource: canonical(quantity) for resource, quantity in args.quota.items()}
        alone = NamespaceQuota(
            name,
            NamespaceQuotaArgs(
                namespace=args.namespace, hard=hard, resource_quota=NAME, stack_cluster=args.stack_cluster
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        # The quota is this stack's alone: an edit by hand is drift, to be put right.
        annotations = {**args.mark.annotations, "pulumi.com/patchForce": "true"}
        metadata = {"name": NAME, "namespace": args.namespace, "annotations": annotations}
        manifest = {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": metadata, "spec": {"hard": hard}}
        BuiltIn(name, "core/v1", manifest, pulumi.ResourceOptions(parent=self, depends_on=[alone]))
        self.register_outputs({})
