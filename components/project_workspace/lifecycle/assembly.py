"""A component that is being put together: whose it is, in which cluster, and what is made after what.

Owns: that every part comes after the one before (docs/decisions/0002-strict-order-of-parts.md), and that the cluster is
known before all of them. Does not own which parts there are, nor what they are made from: each program's component has
its own.
"""

from collections.abc import Sequence
from typing import Optional

import pulumi

from project_workspace.kube.provider_connection import StackCluster
from project_workspace.lifecycle.cluster_identity import ClusterIdentity, ClusterIdentityArgs
from project_workspace.stack_mark import StackMark


class Assembly:
    """The parts of one component, one after another."""

    cluster: StackCluster
    """The cluster of the first `up`; there as soon as it is known."""

    def __init__(self, name: str, parent: pulumi.Resource) -> None:
        self.name, self.parent, self.mark = name, parent, StackMark.of_this_run()
        self._last: Sequence[pulumi.Resource] = ()

    def next(self) -> pulumi.ResourceOptions:
        """Options of the next part: a child, made after everything made so far and removed before it."""
        return pulumi.ResourceOptions(parent=self.parent, depends_on=list(self._last))

    def made(self, *parts: pulumi.Resource) -> None:
        """What is made from now on comes after these; nothing given changes nothing."""
        self._last = parts or self._last

    def know_the_cluster(self, kubeconfig: Optional[pulumi.Input[str]]) -> None:
        """Everything else is in the cluster of the first `up`, or not touched."""
        known = ClusterIdentity(self.name, ClusterIdentityArgs(kubeconfig=kubeconfig), opts=self.next())
        self.cluster = StackCluster(kubeconfig=kubeconfig, cluster_uid=known.cluster_uid)
        self.made(known)
