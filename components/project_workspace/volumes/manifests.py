"""The objects of one volume: its claim, and for a shared one the PersistentVolume that leads to the file system.

Owns: their documents. Does not own when one may change or go (`check.py`, `claim_guard.py`). Why a PersistentVolume of
each workspace's own for a shared file system: a volume can be bound by one claim, a file system can have many volumes.
"""

from collections.abc import Mapping
from typing import Any

from project_workspace.kube.claims import KEPT, RETAIN
from project_workspace.kube.quantities import canonical
from project_workspace.stack_mark import StackMark
from project_workspace.volumes.options import SharedOptions, VolumeOptions

NO_CLASS = ""
"""The storage class of a claim that is for a volume which is there: no class makes one for it."""
_THERE = "jsonpath={.status.phase}"
"""A claim is ready as soon as Kubernetes has looked at it: many a class makes the volume with the first pod only."""


def shared_name(namespace: str, volume: VolumeOptions) -> str:
    """Name of the PersistentVolume: the cluster has one of a name, and a workspace one of its own.

    It is the name of its storage class as well, which is none: so no claim but ours is ever bound to it. A `claimRef`
    would say the same, but it is Kubernetes' own to write.
    """
    return f"{namespace}-{volume.name}"


def claim(namespace: str, volume: VolumeOptions, mark: StackMark) -> dict[str, Any]:
    """The claim."""
    stays = {KEPT: "true"} if volume.retain or volume.shared else {}
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {
            "name": volume.name,
            "namespace": namespace,
            "annotations": {**mark.annotations, **stays, "pulumi.com/patchForce": "true", "pulumi.com/waitFor": _THERE},
        },
        "spec": {
            "accessModes": volume.modes,
            "resources": {"requests": {"storage": canonical(volume.size)}},
            **_place(namespace, volume),
        },
    }


def _place(namespace: str, volume: VolumeOptions) -> Mapping[str, str]:
    """Which volume the claim is for."""
    if volume.shared:
        name = shared_name(namespace, volume)
        return {"volumeName": name, "storageClassName": name}
    if volume.volume:
        return {"volumeName": volume.volume, "storageClassName": volume.storage_class or NO_CLASS}
    return {"storageClassName": volume.storage_class} if volume.storage_class else {}


def shared_volume(
    namespace: str, volume: VolumeOptions, shared: SharedOptions, mark: StackMark, given: Mapping[str, str]
) -> dict[str, Any]:
    """The PersistentVolume of this namespace for a file system that others may have one for too; `given` are further
    annotations."""
    annotations = {**given, **mark.annotations, "pulumi.com/patchForce": "true", "pulumi.com/waitFor": _THERE}
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": shared_name(namespace, volume), "annotations": annotations},
        "spec": {
            "accessModes": volume.modes,
            "capacity": {"storage": canonical(volume.size)},
            "persistentVolumeReclaimPolicy": RETAIN,
            "storageClassName": shared_name(namespace, volume),
            **_source(shared),
        },
    }


def _source(shared: SharedOptions) -> dict[str, Any]:
    if shared.nfs:
        return {"nfs": {"server": shared.nfs.server, "path": shared.nfs.path}}
    assert shared.csi
    attributes = {"volumeAttributes": dict(shared.csi.attributes)} if shared.csi.attributes else {}
    return {"csi": {"driver": shared.csi.driver, "volumeHandle": shared.csi.handle, **attributes}}
