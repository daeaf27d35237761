"""What a stack with node groups is to the tool, whichever program it is of: its settings, and the names of its nodes.

Owns: that form, for whoever asks about node groups (`preflight`, `permissions`). Does not own any program's settings,
nor how node groups are made, which is the same for all (`project_workspace.eks`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from project_workspace.aws.regions import Region
from project_workspace.eks.options import NodeGroupOptions
from project_workspace.names import NodeGroupNames


class NodeNames(Protocol):
    """The names of one stack's nodes."""

    @property
    def node_role(self) -> str:
        """Of the IAM role of all its nodes."""
        ...

    @property
    def node_groups(self) -> Mapping[str, NodeGroupNames]:
        """By spec."""
        ...


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

    def derived_names(self) -> NodeNames:
        """The names, as the program gives them."""
        ...
