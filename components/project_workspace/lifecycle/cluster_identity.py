"""Which cluster a stack belongs to: noted by its first `up`, and compared from then on.

Owns: the note, and the comparison in every preview, `up` and refresh, before anything else of the workspace. Does not
own: the comparison by each dynamic resource before it reads or changes anything, destroy included
(`kube/provider_connection.py`). Why: with another kubeconfig, or another of its contexts, whatever this stack made "is
not there", which would count as gone, and would be made a second time.
"""

import sys
from dataclasses import dataclass
from typing import ClassVar, Optional

import pulumi
from pulumi.dynamic import DiffResult, Resource

from project_workspace.kube.provider_connection import connect, connection_problems
from project_workspace.remote.errors import CredentialsError, UnreachableError
from project_workspace.remote.provider import Props, RemoteProvider, has_unknown, inputs_of, plain
from project_workspace.schema.problem import Problem


@dataclass(kw_only=True)
class ClusterIdentityArgs:
    """The way to the cluster; which one it is will be found there."""

    kubeconfig: Optional[pulumi.Input[str]] = None
    """As `StackCluster.kubeconfig`."""


class ClusterIdentityProvider(RemoteProvider):
    """Notes the cluster when it is made, and looks at it again whenever somebody asks what would change."""

    what = "note of the cluster"
    update_on: ClassVar[tuple[str, ...]] = ("kubeconfig",)

    def problems(self, inputs: Props) -> list[Problem]:
        return connection_problems(inputs)

    def diff(self, _id: str, _olds: Props, _news: Props) -> DiffResult:
        noted = {**plain(_news), "clusterUid": _olds["clusterUid"]}
        if not has_unknown(noted):
            self._run("look at the cluster", noted, lambda: self._look(noted))
        return super().diff(_id, _olds, _news)

    def _look(self, noted: Props) -> None:
        try:
            connect(self.config, noted)
        except (UnreachableError, CredentialsError) as error:
            # Said, and no more: whatever is done with the cluster fails by itself.
            sys.stderr.write(f"Not verified: the cluster. {error}\n")

    def do_create(self, inputs: Props) -> tuple[str, Props]:
        uid = connect(self.config, inputs).uid
        return uid, {"clusterUid": uid}

    def do_read(self, id_: str, outputs: Props) -> Props | None:
        connect(self.config, outputs)
        return outputs

    def do_update(self, id_: str, olds: Props, news: Props) -> Props:
        noted = {"clusterUid": olds["clusterUid"]}
        connect(self.config, {**news, **noted})
        return noted

    def do_delete(self, id_: str, outputs: Props) -> None:
        """Nothing to delete: the note exists in the state only."""


class ClusterIdentity(Resource, module="lifecycle", name="ClusterIdentity"):
    """Ready when the cluster is known."""

    def __init__(self, name: str, args: ClusterIdentityArgs, opts: Optional[pulumi.ResourceOptions] = None) -> None:
        super().__init__(ClusterIdentityProvider(), name, inputs_of(args, clusterUid=None), opts)

    @property
    def cluster_uid(self) -> pulumi.Output[str]:
        """Uid of the cluster's namespace `kube-system`."""
        return pulumi.get(self, "clusterUid")
