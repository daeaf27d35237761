"""What a shared volume is in the cluster: the names of its PersistentVolume and class, and where that leads.

Owns: these, from the volume as the look has it (`VolumeOptions.noted`). Does not own the documents (`manifests.py`).
Why apart: the look runs in a dynamic provider, which loads no option models.
"""

from collections.abc import Mapping
from typing import Any

from project_workspace.kube.cluster import Document

Volume = Mapping[str, Any]


def volume_name(namespace: str, volume: Volume) -> str:
    """Name of the PersistentVolume: the cluster has one of a name, and a workspace one of its own."""
    return volume.get("volume") or f"{namespace}-{volume['name']}"


def class_name(namespace: str, volume: Volume) -> str:
    """Its storage class, which is none: the volume's own name, so that no claim but ours is ever bound to it.

    A `claimRef` would say the same, but it is Kubernetes' own to write. Of one that was made by hand it is chosen, and
    may be empty.
    """
    chosen = volume.get("storageClass")
    return volume_name(namespace, volume) if chosen is None else chosen


def source(volume: Volume) -> dict[str, Any]:
    """The part of a PersistentVolume's `spec` that leads to the file system."""
    shared = volume["shared"]
    if "nfs" in shared:
        return {"nfs": {"server": shared["nfs"]["server"], "path": shared["nfs"]["path"]}}
    csi = shared["csi"]
    attributes = {"volumeAttributes": dict(csi["attributes"])} if csi.get("attributes") else {}
    return {"csi": {"driver": csi["driver"], "volumeHandle": csi["handle"], **attributes}}


def leads_elsewhere(found: Document, volume: Volume) -> bool:
    """Whether a PersistentVolume leads to another file system than is wanted."""
    return any(
        found["spec"].get(kind, {}).get(field) != value
        for kind, fields in source(volume).items()
        for field, value in fields.items()
    )
