"""The guard of a namespace: whatever would replace the Profile must pass it first.

Owns: the refusal to delete or replace a Profile whose namespace holds work, unless the stack says `deleteData: true`,
and of one that Kubeflow would not let go (`ownership.py`). A plain namespace has it too, and stands for its own
Profile.
Does not own the look before a destroy begins (`lifecycle/teardown_guard.py`), nor the Profile. Why: a Profile is
replaced not only by a new name but by whatever replaces its provider, and with it goes the namespace and everything in
it. It depends on the Profile by a property, so that the engine must delete it before the Profile
(`delete_before_replace`).
"""

from dataclasses import dataclass
from typing import ClassVar, Optional

import pulumi
from pulumi.dynamic import DiffResult, Resource

from project_workspace.kube.claims import keep_what_stays
from project_workspace.kube.provider_connection import CONNECTION, StackCluster, connect, connection_problems
from project_workspace.kubeflow.contents import REMEDY, namespace_content
from project_workspace.kubeflow.ownership import require_own_namespace
from project_workspace.remote.errors import RefusedError
from project_workspace.remote.provider import Props, RemoteProvider, has_unknown, inputs_of, plain
from project_workspace.schema.problem import Problem


@dataclass(kw_only=True)
class NamespaceGuardArgs:
    """The namespace of one Profile."""

    namespace: pulumi.Input[str]
    """Its name, which is the Profile's too."""
    profile: pulumi.Input[str]
    """Id of the Profile, or of a plain namespace; another one replaces the guard. While it is being replaced it is not
    known, and the guard goes first."""
    delete_data: bool = False
    """Whether what is in the namespace may go with it."""
    stack_cluster: StackCluster
    """The stack's cluster, and the way to it."""


class NamespaceGuardProvider(RemoteProvider):
    """Refuses its own deletion while there is work in the namespace."""

    what = "namespace guard"
    update_on: ClassVar[tuple[str, ...]] = ("deleteData", *CONNECTION)
    replace_on: ClassVar[tuple[str, ...]] = ("profile",)

    def problems(self, inputs: Props) -> list[Problem]:
        return connection_problems(inputs)

    def diff(self, _id: str, _olds: Props, _news: Props) -> DiffResult:
        """Asked before the Profile is replaced, with an id that is not known: already in the preview."""
        if has_unknown(_news.get("profile")):
            before = plain(_olds)
            self._run("look at what would be replaced", before, lambda: self._refuse_loss(before))
        return super().diff(_id, _olds, _news)

    def do_create(self, inputs: Props) -> tuple[str, Props]:
        return inputs["namespace"], {}

    def do_read(self, id_: str, outputs: Props) -> Props | None:
        return outputs

    def do_update(self, id_: str, olds: Props, news: Props) -> Props:
        return {}

    def do_delete(self, id_: str, outputs: Props) -> None:
        cluster = connect(self.config, outputs)
        require_own_namespace(cluster, outputs["namespace"])
        self._refuse_loss(outputs)
        keep_what_stays(cluster, outputs["namespace"])

    def _refuse_loss(self, props: Props) -> None:
        if props.get("deleteData"):
            return
        content = namespace_content(self.config, props)
        if content:
            raise RefusedError(
                f"The namespace may not go: there is still {content}",
                where="nothing was deleted",
                remedy=REMEDY,
            )


class NamespaceGuard(Resource, module="kubeflow", name="NamespaceGuard"):
    """Deleted before the Profile that it depends on, or not at all."""

    def __init__(self, name: str, args: NamespaceGuardArgs, opts: Optional[pulumi.ResourceOptions] = None) -> None:
        super().__init__(NamespaceGuardProvider(), name, inputs_of(args), opts)
