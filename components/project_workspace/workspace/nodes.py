"""The node groups of a workspace."""

from typing import TYPE_CHECKING, Optional

from project_workspace.eks import chosen
from project_workspace.workspace.assembly import Assembly

if TYPE_CHECKING:
    from project_workspace.eks.component import NodeGroups


def make_nodes(workspace: Assembly) -> "Optional[NodeGroups]":
    """The node groups; None for a workspace without nodes of its own."""
    part = chosen.node_groups(workspace.name, workspace.args, workspace.names, workspace.mark, workspace.next())
    workspace.made(*([part] if part else []))
    return part
