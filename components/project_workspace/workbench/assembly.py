"""What every part of a Workbench is made from.

Owns: those options and names. Does not own whose the parts are, their cluster and their order
(`lifecycle/assembly.py`), nor which parts there are (`component.py`).
"""

import pulumi

from project_workspace.lifecycle import assembly
from project_workspace.workbench.names import WorkbenchNames
from project_workspace.workbench.options import WorkbenchArgs


class Assembly(assembly.Assembly):
    """A Workbench that is being put together."""

    def __init__(self, name: str, args: WorkbenchArgs, parent: pulumi.Resource) -> None:
        super().__init__(name, parent)
        self.args, self.namespace = args, args.namespace.name
        self.names: WorkbenchNames = args.derived_names()
