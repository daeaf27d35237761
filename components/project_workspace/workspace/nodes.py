"""The node groups of a workspace."""

from typing import TYPE_CHECKING, Optional

from project_workspace.workspace.assembly import Assembly

if TYPE_CHECKING:
    from project_workspace.eks.component import NodeGroups


def make_nodes(workspace: Assembly) -> "Optional[NodeGroups]":
    """The node groups; None for a workspace without nodes of its own."""
    args, names = workspace.args, workspace.names
    if not (args.node_groups and args.cluster):
        return None
    from project_workspace.eks.component import NodeGroups, NodeGroupsArgs

    part = NodeGroups(
        workspace.name,
        NodeGroupsArgs(
            cluster=args.cluster,
            region=args.region,
            partition=args.site.partition,
            role=names.node_role,
            groups=args.node_groups,
            names=names.node_groups,
            tags=args.tags,
            mark=workspace.mark,
            protect=args.adopt and args.protects,
        ),
        opts=workspace.next(),
    )
    workspace.made(part)
    return part
