"""The guard of one claim: whatever would remove it must pass it first.

Owns: the refusal to delete or replace a claim that has a volume, unless its data stays or the stack says `deleteData:
true`; and that the data stays where that is asked for. Does not own the look before a whole destroy
(`lifecycle/teardown_guard.py`). Why: a claim goes when it is taken out of the stack's file, which is one line, and what
a team has on it goes too. It depends on the claim by a property, so that the engine must delete it before the claim.
"""

from dataclasses import dataclass
from typing import ClassVar, Optional

import pulumi
from pulumi.dynamic import DiffResult, Resource

from project_workspace.kube import claims
from project_workspace.kube.cluster import Cluster, Document
from project_workspace.kube.provider_connection import CONNECTION, StackCluster, connect, connection_problems
from project_workspace.remote.errors import RefusedError
from project_workspace.remote.provider import Props, RemoteProvider, has_unknown, inputs_of, plain
from project_workspace.schema.problem import Problem

REMEDY = "Set 'retain: true' of the volume to keep its data, or 'deleteData: true', and run 'pulumi up' before that."


@dataclass(kw_only=True)
class ClaimGuardArgs:
    """One claim of one namespace."""

    namespace: pulumi.Input[str]
    volume: pulumi.Input[str]
    """Name of the claim."""
    claim: pulumi.Input[str]
    """Id of the claim as a resource; another one replaces the guard."""
    retain: bool = False
    """Whether the data stays when the claim goes."""
    delete_data: bool = False
    """Whether the data may go with the claim."""
    stack_cluster: StackCluster
    """The stack's cluster, and the way to it."""


class ClaimGuardProvider(RemoteProvider):
    """Refuses its own deletion while there is a volume behind the claim."""

    what = "guard of a volume"
    update_on: ClassVar[tuple[str, ...]] = ("retain", "deleteData", *CONNECTION)
    replace_on: ClassVar[tuple[str, ...]] = ("claim",)

    def problems(self, inputs: Props) -> list[Problem]:
        return connection_problems(inputs)

    def diff(self, _id: str, _olds: Props, _news: Props) -> DiffResult:
        """Asked before the claim is replaced, with an id that is not known: already in the preview."""
        if has_unknown(_news.get("claim")):
            before = plain(_olds)
            self._run("look at what would be replaced", before, lambda: self._refuse_loss(before))
        return super().diff(_id, _olds, _news)

    def do_create(self, inputs: Props) -> tuple[str, Props]:
        return f"{inputs['namespace']}/{inputs['volume']}", {"kept": self._keep(inputs)}

    def do_read(self, id_: str, outputs: Props) -> Props | None:
        cluster, claim = self._found(outputs)
        exposed = outputs["retain"] and claim and claims.is_bound(claim) and not claims.is_kept(cluster, claim)
        return {"kept": not exposed}

    def drifted(self, outputs: Props) -> bool:
        return not outputs.get("kept", True)

    def do_update(self, id_: str, olds: Props, news: Props) -> Props:
        return {"kept": self._keep(news)}

    def do_delete(self, id_: str, outputs: Props) -> None:
        self._refuse_loss(outputs)
        if outputs["retain"]:
            cluster, claim = self._found(outputs)
            if claim:
                claims.keep(cluster, claim)
                claims.say_where(claim)

    def _keep(self, props: Props) -> bool:
        if props["retain"]:
            cluster, claim = self._found(props)
            if claim:
                claims.keep(cluster, claim)
        return True

    def _refuse_loss(self, props: Props) -> None:
        if props["retain"] or props["deleteData"]:
            return
        _, claim = self._found(props)
        if claim and claims.is_bound(claim):
            raise RefusedError(
                f"The volume '{props['volume']}' may not go: it is in use, and what is on it would go with it",
                where=f"namespace {props['namespace']}",
                remedy=REMEDY,
            )

    def _found(self, props: Props) -> tuple[Cluster, Document | None]:
        """The claim that is guarded, None when it is gone, and where."""
        cluster = connect(self.config, props)
        return cluster, cluster.find(claims.claim_ref(props["namespace"], props["volume"]))


class ClaimGuard(Resource, module="volumes", name="ClaimGuard"):
    """Deleted before the claim that it depends on, or not at all."""

    kept: pulumi.Output[bool]
    """Whether the data stays as it should; false where somebody has changed that, or the claim was bound since."""

    def __init__(self, name: str, args: ClaimGuardArgs, opts: Optional[pulumi.ResourceOptions] = None) -> None:
        super().__init__(ClaimGuardProvider(), name, inputs_of(args, kept=None), opts)
