"""The dynamic resource `namespaces:NamespaceLabels`: labels on a namespace that is not this stack's own.

Owns: the labels that it wrote, and a note on the namespace of what they were before (`kube/notes.py`). Does not own:
the namespace, its other labels, nor one that had the wanted value already. A label goes, or gets its old value back,
only while it is as this stack wrote it.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import ClassVar, Optional

import pulumi
from pulumi.dynamic import Resource

from project_workspace.kube import notes
from project_workspace.kube.cluster import namespace_ref
from project_workspace.kube.metadata import Found, change, labels_of
from project_workspace.kube.notes import Note
from project_workspace.kube.provider_connection import CONNECTION, StackCluster, connect, connection_problems
from project_workspace.remote.errors import NotFoundError, NotOursError, RemoteError
from project_workspace.remote.provider import Props, RemoteProvider, inputs_of, plain
from project_workspace.schema.problem import Problem

GONE = "(not there)"
"""What refresh shows for a label that is not there any more; no label can have this value."""
NOTE = "project-workspace/labels-"
"""Beginning of the annotation in which one stack notes its labels; several may label one namespace."""


@dataclass(kw_only=True)
class NamespaceLabelsArgs:
    """The labels of one namespace that is there."""

    namespace: pulumi.Input[str]
    """Another one replaces the resource."""
    labels: Mapping[str, str]
    adopt: bool = False
    """Whether a label that has another value gets this one, until the stack goes; default: refuse it."""
    pulumi_project: str
    """Pulumi's project and stack: whose the labels are, as it is noted on the namespace."""
    pulumi_stack: str
    stack_cluster: StackCluster
    """The stack's cluster, and the way to it."""


class NamespaceLabelsProvider(RemoteProvider):
    """Writes labels on what it has read, or not at all."""

    what = "labels of the namespace"
    update_on: ClassVar[tuple[str, ...]] = ("labels", "pulumiProject", "pulumiStack", *CONNECTION)
    replace_on: ClassVar[tuple[str, ...]] = ("namespace",)

    def problems(self, inputs: Props) -> list[Problem]:
        return connection_problems(inputs)

    def refusals(self, olds: Props, known: Props) -> list[Problem]:
        """Labels that somebody else has set to other values; asked when others are wanted than before."""
        before = plain(olds)
        if not {"namespace", "labels"} <= known.keys() or before.get("labels") == known["labels"]:
            return []
        taken = self._run("look at the namespace", known, lambda: self._taken_if_seen(before, known))
        return [Problem(f"namespace.labels.{key}", sentence) for key, sentence in taken]

    def _taken_if_seen(self, olds: Props, known: Props) -> list[tuple[str, str]]:
        with suppress(RemoteError):  # within `_run`, which makes another error of it; left to the run itself
            if found := self._namespace(known):
                return list(_taken(found, known, notes.noted(found, NOTE, olds, known)))
        return []

    def do_create(self, inputs: Props) -> tuple[str, Props]:
        self._write(inputs, inputs["labels"], inputs)
        return inputs["namespace"], {}

    def do_read(self, id_: str, outputs: Props) -> Props | None:
        found = self._namespace(outputs)
        if found is None:
            return None
        now = labels_of(found)
        return {"labels": {key: now.get(key, GONE) for key in outputs["labels"]}}

    def do_update(self, id_: str, olds: Props, news: Props) -> Props:
        self._write(news, news["labels"], olds)
        return {}

    def do_delete(self, id_: str, outputs: Props) -> None:
        with suppress(NotFoundError):  # they went with the namespace
            self._write(outputs, {}, outputs)

    def _namespace(self, props: Props) -> Optional[Found]:
        return connect(self.config, props).namespace(props["namespace"])

    def _write(self, props: Props, labels: Mapping[str, str], olds: Props) -> None:
        """Make the labels these; what `olds` wrote beside them is as it was before."""
        cluster, ref = connect(self.config, props), namespace_ref(props["namespace"])

        def once() -> None:
            found = cluster.get(ref, remedy="Whoever owns it must make it again, or remove it from the stack's file.")
            now, noted = labels_of(found), notes.noted(found, NOTE, olds, props)
            if labels and (taken := dict(_taken(found, props, noted))):
                raise NotOursError(
                    " ".join(f"{key}: {sentence}" for key, sentence in taken.items()),
                    where=cluster.server,
                    remedy="Nothing was written.",
                )
            back = {key: note["was"] for key, note in noted.items() if now.get(key) == note["is"]}
            ours = {key: value for key, value in labels.items() if key in noted or now.get(key) != value}
            kept = {
                key: {"is": value, "was": noted.get(key, {"was": now.get(key)})["was"]} for key, value in ours.items()
            }
            change(cluster, ref, found, {**back, **labels}, notes.written(NOTE, olds, props, kept))

        cluster.retry_on_conflict(once)


class NamespaceLabels(Resource, module="namespaces", name="NamespaceLabels"):
    """Ready when the namespace has the labels."""

    def __init__(self, name: str, args: NamespaceLabelsArgs, opts: Optional[pulumi.ResourceOptions] = None) -> None:
        super().__init__(NamespaceLabelsProvider(), name, inputs_of(args), opts)


def _taken(found: Found, props: Props, noted: Note) -> Iterator[tuple[str, str]]:
    """The labels that have another value than the wanted one, of somebody else's; none where they may be changed."""
    now = labels_of(found)
    for key, value in props["labels"].items() if not props.get("adopt") else ():
        if key in now and now[key] != value and key not in noted:
            sentence = f"Expected the value that the label has on namespace {props['namespace']}, '{now[key]}', which"
            yield key, f"{sentence} this stack did not write; 'adopt: true' changes it."
