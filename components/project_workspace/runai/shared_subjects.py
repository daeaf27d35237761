"""The dynamic resource `runai:SharedSubjects`: this stack's people in a binding that all projects share.

Owns: putting them in, seeing that they are there, and taking out exactly those. Does not own: the binding, everybody
else in it, or the edit (`claims.py`). Why not server-side apply: a binding's subjects are one value, so of two who
apply it the second takes it from the first (docs/facts/runai.md, "Lists that are shared").
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Optional

import pulumi
from pulumi.dynamic import Resource

from project_workspace.kube.cluster import Ref, binding_ref
from project_workspace.kube.provider_connection import CONNECTION, StackCluster, connect, connection_problems
from project_workspace.remote.errors import NotFoundError
from project_workspace.remote.provider import Props, RemoteProvider, inputs_of
from project_workspace.runai.claims import Document, claimed, settled, users_of
from project_workspace.schema.problem import Problem
from project_workspace.stack_mark import StackMark

REMEDY = "Run:ai installs it. Set 'runai.bindings: own', which needs no shared list, or install it again."


@dataclass(kw_only=True)
class SharedSubjectsArgs:
    """People in one binding."""

    binding: str
    """Name of the binding; another one replaces the resource."""
    namespace: str
    """Where the binding is; empty for a ClusterRoleBinding. Another one replaces the resource."""
    users: Sequence[str]
    """User IDs."""
    adopt: bool = False
    """Whether people who are there already become this stack's, and go with it; default: they stay."""
    pulumi_project: str
    """Pulumi's project and stack: whose the people are, as it is written on the binding."""
    pulumi_stack: str
    stack_cluster: StackCluster
    """The stack's cluster, and the way to it."""


class SharedSubjectsProvider(RemoteProvider):
    """Reads, changes and writes the binding until nobody else has written in between."""

    what = "people in the shared binding"
    update_on: ClassVar[tuple[str, ...]] = ("users", "pulumiProject", "pulumiStack", *CONNECTION)
    replace_on: ClassVar[tuple[str, ...]] = ("binding", "namespace")
    # Another list must not cost the access there is.
    delete_before_replace = False

    def problems(self, inputs: Props) -> list[Problem]:
        return connection_problems(inputs)

    def do_create(self, inputs: Props) -> tuple[str, Props]:
        ref = _ref(inputs)
        return ref.path, self._settle(inputs, inputs["users"], ours=inputs["users"] if inputs.get("adopt") else [])

    def do_read(self, id_: str, outputs: Props) -> Props | None:
        found = connect(self.config, outputs).find(_ref(outputs))
        if found is None:
            return None
        there = users_of(found)
        return {
            "users": [user for user in outputs["users"] if user in there],
            "claimed": claimed(found, StackMark.noted(outputs)),
        }

    def drifted(self, outputs: Props) -> bool:
        return outputs.get("claimed") != outputs.get("made")

    def do_update(self, id_: str, olds: Props, news: Props) -> Props:
        return self._settle(news, news["users"], ours=olds["made"], was=StackMark.noted(olds))

    def do_delete(self, id_: str, outputs: Props) -> None:
        try:
            self._settle(outputs, [], ours=outputs["made"])
        except NotFoundError:
            return  # the binding is gone, and they with it

    def _settle(
        self, props: Props, wanted: Sequence[str], *, ours: Sequence[str], was: StackMark | None = None
    ) -> Props:
        mark = StackMark.noted(props)
        made: list[str] = []

        def change(binding: Document) -> Document:
            now = settled(binding, wanted, mark=mark, ours=ours, was=was)
            made[:] = claimed(now, mark)
            return now

        connect(self.config, props).edit(_ref(props), change, remedy=REMEDY)
        return {"made": list(made), "claimed": list(made)}


class SharedSubjects(Resource, module="runai", name="SharedSubjects"):
    """Ready when the people are in the list."""

    made: pulumi.Output[list[str]]
    """Those that this stack put in; others of its people were there before."""

    def __init__(self, name: str, args: SharedSubjectsArgs, opts: Optional[pulumi.ResourceOptions] = None) -> None:
        super().__init__(SharedSubjectsProvider(), name, inputs_of(args, made=None, claimed=None), opts)


def _ref(props: Props) -> Ref:
    return binding_ref(props["namespace"], props["binding"])
