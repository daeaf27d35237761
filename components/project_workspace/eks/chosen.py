"""The node groups that a program's options choose.

Owns: which options and names they are made from, for every program alike. Does not own the groups (`component.py`),
which are loaded, with the SDKs under them, only in a stack that has some.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Optional, Protocol

import pulumi

from project_workspace.aws.regions import Region
from project_workspace.eks.options import NodeGroupOptions
from project_workspace.names import NodeGroupNames
from project_workspace.stack_mark import StackMark

if TYPE_CHECKING:
    from project_workspace.eks.component import NodeGroups


class Chosen(Protocol):
    """The options of a program that makes node groups."""

    cluster: Optional[str]
    node_groups: list[NodeGroupOptions]
    tags: dict[str, str]
    adopt: bool

    @property
    def site(self) -> Region:
        """The region with its partition."""
        ...

    @property
    def protects(self) -> bool:
        """Whether Pulumi refuses to delete what bears data."""
        ...


class Named(Protocol):
    """The names of a program that makes node groups."""

    @property
    def node_role(self) -> str:
        """Physical name of the node role."""
        ...

    @property
    def node_groups(self) -> Mapping[str, NodeGroupNames]:
        """By spec."""
        ...


def makes_node_role(options: Chosen) -> bool:
    """Whether there is a group that does not have its role already."""
    return any(group.existing is None for group in options.node_groups)


def node_groups(
    name: str, options: Chosen, names: Named, mark: StackMark, opts: pulumi.ResourceOptions
) -> "Optional[NodeGroups]":
    """The node groups; None where the cluster's own nodes serve."""
    if not (options.node_groups and options.cluster):
        return None
    from project_workspace.eks.component import NodeGroups, NodeGroupsArgs

    given = NodeGroupsArgs(
        cluster=options.cluster,
        region=options.site.name,
        partition=options.site.partition,
        role=names.node_role,
        groups=options.node_groups,
        names=names.node_groups,
        tags=options.tags,
        mark=mark,
        protect=options.adopt and options.protects,
    )
    return NodeGroups(name, given, opts=opts)
