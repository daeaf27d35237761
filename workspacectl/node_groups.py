"""What a stack with node groups is to the tool, whichever program it is of: what of its settings is asked about.

Owns: that form, for `preflight` and `permissions`. Does not own any program's settings, nor how node groups are made
of them, which is the same for all (`project_workspace.eks.chosen`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from project_workspace.aws.regions import Region
from project_workspace.eks.chosen import Named
from project_workspace.eks.options import NodeGroupOptions


class WithNodeGroups(Protocol):
    """The settings of a stack of a program that makes node groups; this stack may have none."""

    @property
    def region(self) -> str:
        """The AWS region."""
        ...

    @property
    def site(self) -> Region:
        """The region with its alias and partition."""
        ...

    @property
    def cluster(self) -> str | None:
        """The EKS cluster."""
        ...

    @property
    def node_groups(self) -> Sequence[NodeGroupOptions]:
        """What is chosen of each."""
        ...

    def derived_names(self) -> Named:
        """The names, as the program gives them."""
        ...
