"""What is made after what: a part depends on the one before (docs/decisions/0002-strict-order-of-parts.md).

Owns: that chain. Does not own which parts there are: each program's component has its own.
"""

from collections.abc import Sequence

import pulumi


class StrictOrder:
    """The parts of one component, one after another."""

    def __init__(self, parent: pulumi.Resource) -> None:
        self.parent = parent
        self._last: Sequence[pulumi.Resource] = ()

    def next(self) -> pulumi.ResourceOptions:
        """Options of the next part: a child, made after everything made so far and removed before it."""
        return pulumi.ResourceOptions(parent=self.parent, depends_on=list(self._last))

    def made(self, *parts: pulumi.Resource) -> None:
        """What is made from now on comes after these; nothing given changes nothing."""
        self._last = parts or self._last
