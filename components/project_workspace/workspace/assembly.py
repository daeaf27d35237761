"""What every part of a workspace is made from, and what it is made after.

Owns: what they are made from. Does not own the order (`lifecycle/order.py`), nor which parts there are
(`component.py`).
"""

import pulumi

from project_workspace.kube.provider_connection import StackCluster
from project_workspace.lifecycle.order import StrictOrder
from project_workspace.names import Names
from project_workspace.options import ProjectWorkspaceArgs
from project_workspace.stack_mark import StackMark


class Assembly(StrictOrder):
    """A workspace that is being put together."""

    cluster: StackCluster
    """The cluster of the first `up`; there as soon as it is known."""

    def __init__(self, name: str, args: ProjectWorkspaceArgs, parent: pulumi.Resource) -> None:
        super().__init__(parent)
        self.name, self.args = name, args
        self.names: Names = args.derived_names()
        self.mark = StackMark.of_this_run()
