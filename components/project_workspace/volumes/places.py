"""What only the cluster can tell of a volume: whether it can be made, is somebody else's already, and may grow.

Owns: those looks and their sentences, and that one look lists the storage classes once, however many volumes are new.
Does not own when they are made (`check.py`).
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any

from project_workspace.kube import claims
from project_workspace.kube.cluster import Cluster, Document, Ref
from project_workspace.kube.metadata import annotations_of
from project_workspace.kube.quantities import canonical
from project_workspace.schema.problem import Problem
from project_workspace.stack_mark import StackMark
from project_workspace.volumes import changes, shared

DEFAULT = ("storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class")
"""The annotations of the class that a claim without one gets."""
CLASSES = Ref("apis/storage.k8s.io/v1", "storageclasses", "StorageClass", "", "")
AVAILABLE = "Available"
"""The phase of a volume that no claim has."""

Volume = Mapping[str, Any]


class Look:
    """One look at all volumes of a namespace: what is read for one of them is not read again for the next."""

    def __init__(self, connect: Callable[[], Cluster]) -> None:
        self._connect = connect

    @cached_property
    def cluster(self) -> Cluster:
        """Connected at the first question, which most previews do not have."""
        return self._connect()

    @cached_property
    def classes(self) -> list[Document]:
        return list(self.cluster.every(CLASSES))


def unfit(look: Look, path: str, volume: Volume) -> Iterator[Problem]:
    """A class or volume that is not there. Raises RemoteError where the cluster does not answer."""
    if volume.get("shared"):
        return  # it is made, or taken over
    if volume.get("volume"):
        yield from _unfit_volume(look, f"{path}.volume", volume["volume"])
    else:
        yield from _unfit_class(look, f"{path}.storageClass", volume.get("storageClass"))


def _unfit_volume(look: Look, path: str, name: str) -> Iterator[Problem]:
    found = look.cluster.find(claims.volume_ref(name))
    phase = found and found.get("status", {}).get("phase")
    if phase != AVAILABLE:
        why = f"'{name}' is {str(phase).lower()}" if found else f"the cluster has no '{name}'"
        hint = " ('A volume that stays' in docs/operations.md frees it)" if phase == "Released" else ""
        yield Problem(path, f"Expected a PersistentVolume that is free, for example 'pv-datasets'; {why}{hint}.")


def is_default(storage_class: Document) -> bool:
    """Whether a claim that names no class gets this one."""
    return any(annotations_of(storage_class).get(key) == "true" for key in DEFAULT)


def _unfit_class(look: Look, path: str, name: str | None) -> Iterator[Problem]:
    there = {each["metadata"]["name"] for each in look.classes}
    listed = ", ".join(sorted(there)) or "none"
    if name and name not in there:
        yield Problem(path, f"Expected a StorageClass of the cluster, not '{name}'; it has: {listed}.")
    elif not name and not any(is_default(each) for each in look.classes):
        yield Problem(
            path, f"Expected a StorageClass, because no class of the cluster is its default; it has: {listed}."
        )


def taken(look: Look, path: str, namespace: str, volume: Volume, mark: StackMark) -> Iterator[Problem]:
    """A claim of this name that this stack did not make."""
    name = volume["name"]
    found = look.cluster.find(claims.claim_ref(namespace, name))
    if found and StackMark.of(found) != mark:
        yield Problem(
            f"{path}.name",
            f"Expected a name that no claim in namespace {namespace} has, for example '{name}2'; 'adopt: true' takes "
            f"'{name}' over.",
        )


def other_than_wanted(look: Look, path: str, namespace: str, volume: Volume, _mark: StackMark) -> Iterator[Problem]:
    """A claim of this name, or a PersistentVolume of a shared one's, that cannot be taken over, because it can never
    become what is wanted."""
    wanted = _with_its_names(namespace, volume)
    found = look.cluster.find(claims.claim_ref(namespace, volume["name"]))
    if found:
        there = _as_chosen(found, wanted)
        yield from changes.of_one(path, there, wanted)
        if changes.grows(there, volume):
            yield from too_small(look, path, namespace, {**volume, "size": there["size"]})
    if volume.get("shared"):
        yield from _other_place(look, path, wanted)


def _with_its_names(namespace: str, volume: Volume) -> Volume:
    """A shared volume with the PersistentVolume and the class that its claim names."""
    if not volume.get("shared"):
        return volume
    names = {"volume": shared.volume_name(namespace, volume), "storageClass": shared.class_name(namespace, volume)}
    return {**volume, **names}


def _other_place(look: Look, path: str, volume: Volume) -> Iterator[Problem]:
    """A PersistentVolume that is there, and is not the one that would be made."""
    found = look.cluster.find(claims.volume_ref(volume["volume"]))
    if found is None:
        return
    if shared.leads_elsewhere(found, volume):
        yield Problem(
            path,
            f"Expected the file system that the PersistentVolume '{volume['volume']}' leads to, which never changes, "
            "or another PersistentVolume, for example 'volume: pv-datasets'.",
        )
    if (now := found["spec"].get("storageClassName", "")) != volume["storageClass"]:
        yield Problem(
            f"{path}.storageClass",
            f"Expected the storage class that the PersistentVolume '{volume['volume']}' has, for example '{now}'.",
        )


def _as_chosen(claim: Mapping[str, Any], wanted: Volume) -> Volume:
    """A claim under the settings' names; of what nobody has chosen now, nothing. Where a shared one leads, only its
    PersistentVolume says."""
    spec = claim["spec"]
    chosen = {"storageClass": spec.get("storageClassName"), "volume": spec.get("volumeName")}
    return {
        "name": wanted["name"],
        "size": canonical(spec["resources"]["requests"]["storage"]),
        "accessModes": spec["accessModes"],
        **{field: wanted[field] for field in ("shared",) if field in wanted},
        **{field: value for field, value in chosen.items() if field in wanted},
    }


def too_small(look: Look, path: str, namespace: str, volume: Volume) -> Iterator[Problem]:
    """A volume that cannot grow, though more is asked for."""
    found = look.cluster.find(claims.claim_ref(namespace, volume["name"]))
    why = found and ("it is shared, and as large as its file system" if volume.get("shared") else _why_not(look, found))
    if why:
        yield Problem(
            f"{path}.size",
            f"Expected the size that the volume '{volume['name']}' has, for example '{volume['size']}': {why}.",
        )


def _why_not(look: Look, claim: Mapping[str, Any]) -> str:
    """Why a claim cannot grow; empty when it can."""
    if not claims.is_bound(dict(claim)):
        return "it can grow only once a pod has used it; until then remove it, run 'pulumi up', and add it again"
    name = claim["spec"].get("storageClassName")
    if not name:
        return "it was not made by a StorageClass, and only those that were can grow"
    if any(each["metadata"]["name"] == name and each.get("allowVolumeExpansion") for each in look.classes):
        return ""
    return f"its StorageClass '{name}' has not 'allowVolumeExpansion: true'"
