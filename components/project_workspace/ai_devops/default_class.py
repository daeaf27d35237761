"""The dynamic resource `ai_devops:DefaultStorageClass`: one StorageClass is the cluster's default, and no other.

Owns: the annotations by which a class is the default, on those classes where this stack has changed them, and a note on
each of what they were before (`kube/notes.py`). Does not own: any StorageClass, nor a mark that was right already.
Others that are marked are refused before anything is written, or un-marked when the stack says so; when it goes, each
is as it was, unless somebody has changed it since. Between the writes there may be two defaults, never none: of two the
newest counts, and without one a claim waits (Kubernetes documentation, "Storage Classes", section "Default
StorageClass").
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import ClassVar, Optional

import pulumi
from pulumi.dynamic import Resource

from project_workspace.kube import notes
from project_workspace.kube.cluster import Cluster, Document, Ref
from project_workspace.kube.metadata import annotations_of, change
from project_workspace.kube.notes import Note
from project_workspace.kube.provider_connection import CONNECTION, StackCluster, connect, connection_problems
from project_workspace.remote.errors import ConflictError, NotFoundError, NotOursError, RemoteError
from project_workspace.remote.provider import Props, RemoteProvider, inputs_of, plain
from project_workspace.schema.problem import Problem
from project_workspace.volumes.places import CLASSES, DEFAULT, is_default

NOTE = "project-workspace/default-class-"
"""Beginning of the annotation in which one stack notes what it changed of a class."""
ID = "default-storage-class"
"""A cluster has one, whichever class it is."""


@dataclass(kw_only=True)
class DefaultStorageClassArgs:
    """The default of one cluster."""

    storage_class: str
    """Its name. Another one takes its place: marked first, then the old one is as it was."""
    take_over_default: bool = False
    """Whether other classes that are marked are un-marked; default: they are refused."""
    pulumi_project: str
    """Pulumi's project and stack: whose change it is, as it is noted on each class."""
    pulumi_stack: str
    stack_cluster: StackCluster
    """The stack's cluster, and the way to it."""


class DefaultStorageClassProvider(RemoteProvider):
    """Marks and un-marks what it has read, or nothing at all."""

    what = "default StorageClass"
    update_on: ClassVar[tuple[str, ...]] = (
        "storageClass",
        "takeOverDefault",
        "pulumiProject",
        "pulumiStack",
        *CONNECTION,
    )

    def problems(self, inputs: Props) -> list[Problem]:
        return connection_problems(inputs)

    def drifted(self, outputs: Props) -> bool:
        return outputs.get("defaults") != [outputs["storageClass"]]

    def refusals(self, olds: Props, known: Props) -> list[Problem]:
        """Asked in a preview of something new. What cannot be asked now is left to the run."""
        before, chosen = plain(olds), ("storageClass", "takeOverDefault")
        if not known.keys() >= {*chosen} or all(before.get(name) == known[name] for name in chosen):
            return []
        return self._run(self.what, known, lambda: self._unfit_if_seen(before, known))

    def _unfit_if_seen(self, olds: Props, news: Props) -> list[Problem]:
        with suppress(RemoteError):  # within `_run`, which makes another error of it
            classes = _classes(connect(self.config, news))
            return [each for each in (_missing(classes, news), _taken(classes, olds, news)) if each]
        return []

    def do_create(self, inputs: Props) -> tuple[str, Props]:
        return ID, self._bring({}, inputs)

    def do_read(self, id_: str, outputs: Props) -> Props | None:
        classes = _classes(connect(self.config, outputs))
        return {"defaults": _defaults(classes)} if outputs["storageClass"] in map(_name, classes) else None

    def do_update(self, id_: str, olds: Props, news: Props) -> Props:
        return self._bring(olds, news)

    def do_delete(self, id_: str, outputs: Props) -> None:
        cluster = connect(self.config, outputs)
        _write(cluster, _classes(cluster), outputs, outputs, None)

    def _bring(self, olds: Props, news: Props) -> Props:
        cluster = connect(self.config, news)
        classes, chosen = _classes(cluster), news["storageClass"]
        for kind, unfit in ((NotFoundError, _missing(classes, news)), (NotOursError, _taken(classes, olds, news))):
            if unfit:
                raise kind(unfit.message, where=cluster.server, remedy="Nothing was written.")
        _write(cluster, classes, olds, news, chosen)
        found = _defaults(_classes(cluster))
        if found != [chosen]:
            raise ConflictError(
                f"Somebody else changes the default StorageClass at the same time: it is {', '.join(found) or 'none'}",
                where=cluster.server,
                remedy="Run the same command again.",
            )
        return {"defaults": found}


class DefaultStorageClass(Resource, module="ai_devops", name="DefaultStorageClass"):
    """Ready when the class is the default, and no other is."""

    def __init__(self, name: str, args: DefaultStorageClassArgs, opts: Optional[pulumi.ResourceOptions] = None) -> None:
        super().__init__(DefaultStorageClassProvider(), name, inputs_of(args, defaults=None), opts)


def _classes(cluster: Cluster) -> list[Document]:
    return list(cluster.every(CLASSES))


def _name(storage_class: Document) -> str:
    return str(storage_class["metadata"]["name"])


def _defaults(classes: Sequence[Document]) -> list[str]:
    return sorted(_name(each) for each in classes if is_default(each))


def _missing(classes: Sequence[Document], news: Props) -> Optional[Problem]:
    chosen, names = news["storageClass"], sorted(map(_name, classes))
    if chosen in names:
        return None
    sentence = f"Expected a StorageClass of the cluster, not '{chosen}'; it has: {', '.join(names) or 'none'}."
    return Problem("storageClass.name", sentence)


def _taken(classes: Sequence[Document], olds: Props, news: Props) -> Optional[Problem]:
    """That others are marked; None where they may be un-marked."""
    chosen = news["storageClass"]
    others = [_name(each) for each in classes if _name(each) != chosen and _marked_by_others(each, olds, news)]
    if not others or news.get("takeOverDefault"):
        return None
    return Problem(
        "storageClass.takeOverDefault",
        f"Expected no default StorageClass beside '{chosen}', or 'takeOverDefault: true', which un-marks others "
        f"until the stack goes; marked: {', '.join(sorted(others))}.",
    )


def _marked_by_others(found: Document, *stacks: Props) -> list[str]:
    """The annotations that make a class the default, and that this stack did not write."""
    now, noted = annotations_of(found), notes.noted(found, NOTE, *stacks)
    return [key for key in DEFAULT if now.get(key) == "true" and noted.get(key, {}).get("is") != "true"]


def _write(cluster: Cluster, classes: Sequence[Document], olds: Props, news: Props, chosen: Optional[str]) -> None:
    """Make `chosen` the default and no other; None: make each class what it was. Marks come before un-marks."""
    for each in sorted(classes, key=lambda found: "true" not in _wanted(found, olds, news, chosen).values()):
        ref = Ref(CLASSES.api, CLASSES.plural, CLASSES.kind, "", _name(each))

        def once(ref: Ref = ref) -> None:
            found = cluster.find(ref)
            if found is None:
                if ref.name == chosen:
                    raise NotFoundError(f"There is no {ref}", where=cluster.server, remedy="Make it, or name another.")
                return
            if chosen not in (None, ref.name) and _left_alone(found, olds, news):
                return  # marked since it was looked at: said by whoever looks again
            wanted, now = _wanted(found, olds, news, chosen), annotations_of(found)
            kept = _kept(found, notes.noted(found, NOTE, olds, news), wanted)
            changed = {key: value for key, value in wanted.items() if now.get(key) != value}
            change(cluster, ref, found, {}, {**changed, **notes.written(NOTE, olds, news, kept)})

        cluster.retry_on_conflict(once)


def _left_alone(found: Document, olds: Props, news: Props) -> bool:
    return not news.get("takeOverDefault") and bool(_marked_by_others(found, olds, news))


def _wanted(found: Document, olds: Props, news: Props, chosen: Optional[str]) -> dict[str, Optional[str]]:
    """The annotations as they are to be; None is none. What this stack wrote and does not want goes back."""
    now, noted = annotations_of(found), notes.noted(found, NOTE, olds, news)
    ours: dict[str, Optional[str]] = {}
    if _name(found) == chosen:
        ours = {DEFAULT[0]: "true"}
    elif chosen is not None:
        others = _marked_by_others(found, olds, news)
        ours = {key: "false" for key in DEFAULT if key in others or noted.get(key, {}).get("is") == "false"}
    back = {key: note["was"] for key, note in noted.items() if now.get(key) == note["is"]}
    return {**back, **ours}


def _kept(found: Document, noted: Note, wanted: dict[str, Optional[str]]) -> Note:
    """What is to be given back one day."""
    now = annotations_of(found)
    before = {key: noted[key]["was"] if key in noted else now.get(key) for key in wanted}
    return {key: {"is": value, "was": before[key]} for key, value in wanted.items() if value != before[key]}
