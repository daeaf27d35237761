"""What every part of a workspace is made from, and what it is made after.

Owns: the strict order (docs/decisions/0002-strict-order-of-parts.md): a part depends on the one before. Does not own
which parts there are (`component.py`).
"""

from collections.abc import Sequence

import pulumi

from project_workspace.kube.provider_connection import StackCluster
from project_workspace.names import Names
from project_workspace.options import ProjectWorkspaceArgs
from project_workspace.stack_mark import StackMark


class Assembly:
    """A workspace that is being put together."""

    cluster: StackCluster
    """The cluster of the first `up`; there as soon as it is known."""

    def __init__(self, name: str, args: ProjectWorkspaceArgs, parent: pulumi.Resource) -> None:
        self.name, self.args, self.parent = name, args, parent
        self.names: Names = args.derived_names()
        self.mark = StackMark.of_this_run()
        self._last: Sequence[pulumi.Resource] = ()

    def next(self) -> pulumi.ResourceOptions:
        """Options of the next part: a child, made after everything made so far and removed before it."""
        return pulumi.ResourceOptions(parent=self.parent, depends_on=list(self._last))

    def made(self, *parts: pulumi.Resource) -> None:
        """What is made from now on comes after these; nothing given changes nothing."""
        self._last = parts or self._last
