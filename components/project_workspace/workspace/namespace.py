"""The namespace of a workspace, and what stands in it."""

from typing import Optional

import pulumi

from project_workspace.kubeflow.component import Namespace, NamespaceArgs
from project_workspace.tenancy.component import Tenancy, TenancyArgs
from project_workspace.workspace.assembly import Assembly


def make_namespace(workspace: Assembly, editor_role: Optional[pulumi.Output[str]]) -> Namespace:
    """The Kubeflow Profile, which brings the namespace. `editor_role`: ARN of the role that it annotates, if any."""
    args = workspace.args
    part = Namespace(
        workspace.name,
        NamespaceArgs(
            namespace=workspace.names.namespace,
            owner=workspace.names.email,
            region=args.region,
            quota=args.quota or None,
            editor_role=editor_role,
            protect=args.protects,
            delete_data=args.delete_data,
            adopt=args.adopt,
            # Noted as Kubeflow's it would be put back when its owner takes it away.
            labels_of_others=[args.runai.queue_label] if args.runai.project else None,
            mark=workspace.mark,
            stack_cluster=workspace.cluster,
        ),
        opts=workspace.next(),
    )
    workspace.made(part)
    return part


def make_tenancy(workspace: Assembly) -> None:
    """Limits, network and members; nothing where none of them is asked for."""
    options = workspace.args
    args = TenancyArgs(
        namespace=workspace.names.namespace,
        quota=options.quota,
        container_defaults=options.container_defaults,
        network=options.network,
        members=options.members,
        kubeflow=options.kubeflow,
        mark=workspace.mark,
    )
    if not args.is_nothing:
        workspace.made(Tenancy(workspace.name, args, opts=workspace.next()))
