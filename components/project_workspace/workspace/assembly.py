"""What every part of a workspace is made from.

Owns: those options and names. Does not own whose the parts are, their cluster and their order
(`lifecycle/assembly.py`), nor which parts there are (`component.py`).
"""

import pulumi

from project_workspace.lifecycle import assembly
from project_workspace.names import Names
from project_workspace.options import ProjectWorkspaceArgs


class Assembly(assembly.Assembly):
    """A workspace that is being put together."""

    def __init__(self, name: str, args: ProjectWorkspaceArgs, parent: pulumi.Resource) -> None:
        super().__init__(name, parent)
        self.args = args
        self.names: Names = args.derived_names()
