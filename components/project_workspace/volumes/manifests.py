"""The objects of one volume: its claim, and for a shared one the PersistentVolume that leads to the file system.

Owns: their documents. Does not own when one may change or go (`check.py`, `claim_guard.py`). Why a PersistentVolume of
each workspace's own for a shared file system: a volume can be bound by one claim, a file system can have many volumes.
"""

from collections.abc import Mapping
from typing import Any

from project_workspace.kube.claims import KEPT, RETAIN
from project_workspace.kube.quantities import canonical
from project_workspace.stack_mark import StackMark
from project_workspace.volumes import shared
from project_workspace.volumes.options import VolumeOptions

NO_CLASS = ""
"""The storage class of a claim that is for a volume which is there: no class makes one for it."""
_THERE = "jsonpath={.status.phase}"
"""A claim is ready as soon as Kubernetes has looked at it: many a class makes the volume with the first pod only."""


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
        noted = volume.noted
        return {
            "volumeName": shared.volume_name(namespace, noted),
            "storageClassName": shared.class_name(namespace, noted),
        }
    if volume.volume:
        return {"volumeName": volume.volume, "storageClassName": volume.storage_class or NO_CLASS}
    return {"storageClassName": volume.storage_class} if volume.storage_class else {}


def shared_volume(namespace: str, volume: VolumeOptions, mark: StackMark, given: Mapping[str, str]) -> dict[str, Any]:
    """The PersistentVolume of this namespace for a file system that others may have one for too; `given` are further
    annotations."""
    annotations = {**given, **mark.annotations, "pulumi.com/patchForce": "true", "pulumi.com/waitFor": _THERE}
    noted = volume.noted
    chosen = shared.class_name(namespace, noted)
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": shared.volume_name(namespace, noted), "annotations": annotations},
        "spec": {
            "accessModes": volume.modes,
            "capacity": {"storage": canonical(volume.size)},
            "persistentVolumeReclaimPolicy": RETAIN,
            # The API server keeps no empty one of a PersistentVolume: said, it would be drift for ever.
            **({"storageClassName": chosen} if chosen else {}),
            **shared.source(noted),
        },
    }
