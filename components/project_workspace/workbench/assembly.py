"""What every part of a Workbench is made from, and what it is made after.

Owns: what they are made from. Does not own the order (`lifecycle/order.py`), nor which parts there are
(`component.py`).
"""

import pulumi

from project_workspace.kube.provider_connection import StackCluster
from project_workspace.lifecycle.order import StrictOrder
from project_workspace.stack_mark import StackMark
from project_workspace.workbench.names import WorkbenchNames
from project_workspace.workbench.options import WorkbenchArgs


class Assembly(StrictOrder):
    """A Workbench that is being put together."""

    cluster: StackCluster
    """The cluster of the first `up`; there as soon as it is known."""

    def __init__(self, name: str, args: WorkbenchArgs, parent: pulumi.Resource) -> None:
        super().__init__(parent)
        self.name, self.args, self.namespace = name, args, args.namespace.name
        self.names: WorkbenchNames = args.derived_names()
        self.mark = StackMark.of_this_run()
