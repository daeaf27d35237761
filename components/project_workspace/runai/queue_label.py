"""The dynamic resource `runai:QueueLabel`: the label by which a namespace is a Run:ai project's.

Owns: that label while it is this stack's, and a mark beside it that says so. Does not own: the namespace, its other
labels, or a label that somebody else has set to the same project. Why a resource of its own and no part of the
namespace: whoever else made the namespace knows nothing of Run:ai; and a project must not lose its namespace to another
unnoticed, so the label is written only on what was read.
"""

from dataclasses import dataclass
from typing import ClassVar, Optional

import pulumi
from pulumi.dynamic import Resource

from project_workspace.kube.cluster import Document, namespace_ref
from project_workspace.kube.metadata import annotations_of, change, labels_of
from project_workspace.kube.provider_connection import CONNECTION, StackCluster, connect, connection_problems
from project_workspace.remote.errors import NotOursError
from project_workspace.remote.provider import Props, RemoteProvider, inputs_of
from project_workspace.runai.ownership import MARK, mark_of, taken
from project_workspace.schema.problem import Problem


@dataclass(kw_only=True)
class QueueLabelArgs:
    """The label of one namespace that is there."""

    namespace: pulumi.Input[str]
    """Another one replaces the resource."""
    label: str
    """Key of the label."""
    runai_project: str
    """Name of the Run:ai project."""
    take_over: bool = False
    """Whether a namespace that another project has is taken from it; default: refuse it."""
    adopt: bool = False
    """Whether a label that names the project already becomes this stack's, and goes with it; default: it stays."""
    pulumi_project: str
    """Pulumi's project and stack: whose the label is, as it is written on the namespace."""
    pulumi_stack: str
    stack_cluster: StackCluster
    """The stack's cluster, and the way to it."""


class QueueLabelProvider(RemoteProvider):
    """Writes the label on what it has read, or not at all."""

    what = "Run:ai project of the namespace"
    update_on: ClassVar[tuple[str, ...]] = ("label", "runaiProject", "pulumiProject", "pulumiStack", *CONNECTION)
    replace_on: ClassVar[tuple[str, ...]] = ("namespace",)

    def problems(self, inputs: Props) -> list[Problem]:
        return connection_problems(inputs)

    def do_create(self, inputs: Props) -> tuple[str, Props]:
        return inputs["namespace"], self._write(inputs, ours={}, known=bool(inputs.get("adopt")))

    def do_read(self, id_: str, outputs: Props) -> Props | None:
        found = connect(self.config, outputs).namespace(id_)
        return None if found is None else {"runaiProject": labels_of(found).get(outputs["label"], "")}

    def do_update(self, id_: str, olds: Props, news: Props) -> Props:
        return self._write(news, ours=_ours(olds), known=bool(_ours(olds)))

    def do_delete(self, id_: str, outputs: Props) -> None:
        cluster = connect(self.config, outputs)

        def once() -> None:
            found = cluster.namespace(id_)
            if found is None:
                return
            labels = _still(_ours(outputs), found)
            marks = [MARK] if annotations_of(found).get(MARK) == mark_of(outputs) else []
            change(cluster, namespace_ref(id_), found, dict.fromkeys(labels), dict.fromkeys(marks))

        cluster.retry_on_conflict(once)

    def _write(self, props: Props, *, ours: dict[str, str], known: bool) -> Props:
        """`ours` is the label that this stack wrote before; `known`: one that is right already is this stack's."""
        cluster, label, project, mark = (
            connect(self.config, props),
            props["label"],
            props["runaiProject"],
            mark_of(props),
        )
        written: list[str] = []

        def once() -> None:
            found = cluster.get(
                namespace_ref(props["namespace"]), remedy="Run 'pulumi up --refresh': its owner makes it again."
            )
            now = labels_of(found).get(label)
            is_ours = known or annotations_of(found).get(MARK) == mark
            written[:] = [] if now == project and not is_ours else [project]
            if not written:
                return
            if now != ours.get(label) and (refusal := taken(found, props)):
                raise NotOursError(refusal[0], where=cluster.server, remedy=refusal[1])
            left = {key: None for key in _still(ours, found) if key != label}
            change(cluster, namespace_ref(props["namespace"]), found, {**left, label: project}, {MARK: mark})

        cluster.retry_on_conflict(once)
        return {"written": written[0] if written else ""}


class QueueLabel(Resource, module="runai", name="QueueLabel"):
    """Ready when the namespace is the project's."""

    written: pulumi.Output[str]
    """The project as this stack wrote it; empty when somebody else had done so before."""

    def __init__(self, name: str, args: QueueLabelArgs, opts: Optional[pulumi.ResourceOptions] = None) -> None:
        super().__init__(QueueLabelProvider(), name, inputs_of(args, written=None), opts)


def _ours(outputs: Props) -> dict[str, str]:
    """The label that this stack wrote, with its value; none when somebody else had done so."""
    return {outputs["label"]: outputs["written"]} if outputs.get("written") else {}


def _still(ours: dict[str, str], found: Document) -> list[str]:
    """Those of our labels that are as we wrote them."""
    now = labels_of(found)
    return [key for key, value in ours.items() if now.get(key) == value]
