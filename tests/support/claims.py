"""Claims and volumes as people and drivers make them, bound by Kubernetes' own controller.

Owns: making them. Stands in for a storage driver, which the local platform has none of: a volume is made beforehand, of
a kind that nothing ever mounts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

from local.kube.objects import Objects
from tests.support.real_cluster import Kube, eventually

NO_CLASS = ""


def free_volume(
    kube: Kube,
    size: str = "10Gi",
    storage_class: str = NO_CLASS,
    policy: str = "Delete",
    *,
    only_for: Mapping[str, str] | None = None,
) -> str:
    """A volume that no claim has yet; its name. `only_for`: namespace and name of the one claim that may have it."""
    name = f"pv-{uuid4().hex[:12]}"
    make_volume(kube.objects, name, size, storage_class, policy, only_for=only_for)
    eventually(f"{name} is free", lambda: phase_of(kube.objects, name) == "Available")
    return name


def make_volume(
    objects: Objects,
    name: str,
    size: str,
    storage_class: str = NO_CLASS,
    policy: str = "Delete",
    *,
    only_for: Mapping[str, str] | None = None,
) -> None:
    spec = {
        **({"claimRef": {"apiVersion": "v1", "kind": "PersistentVolumeClaim", **only_for}} if only_for else {}),
        "accessModes": ["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany"],
        "capacity": {"storage": size},
        "persistentVolumeReclaimPolicy": policy,
        "storageClassName": storage_class,
        # Its driver is not there: nobody mounts it, and nobody deletes it either.
        "csi": {"driver": "ebs.csi.aws.com", "volumeHandle": name},
    }
    objects.create({"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": name}, "spec": spec}, "driver")


def phase_of(objects: Objects, volume: str) -> str:
    found = objects.get("v1", "PersistentVolume", volume)
    return str((found or {}).get("status", {}).get("phase"))


def claim(
    kube: Kube,
    namespace: str,
    name: str,
    *,
    storage_class: str | None = None,
    volume: str | None = None,
    annotations: Mapping[str, str] | None = None,
    modes: Sequence[str] = ("ReadWriteOnce",),
) -> None:
    """A claim on 10Gi."""
    spec: dict[str, Any] = {"accessModes": [*modes], "resources": {"requests": {"storage": "10Gi"}}}
    if storage_class is not None:
        spec["storageClassName"] = storage_class
    if volume:
        spec["volumeName"] = volume
    metadata = {"name": name, "namespace": namespace, "annotations": dict(annotations or {})}
    kube.objects.create(
        {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": metadata, "spec": spec}, "test"
    )


def bound(
    kube: Kube,
    namespace: str,
    name: str,
    *,
    storage_class: str = NO_CLASS,
    volume: str = "",
    annotations: Mapping[str, str] | None = None,
) -> str:
    """A claim with a volume behind it; the volume's name."""
    # Another test's claim waits for any volume, on the same cluster.
    volume = volume or free_volume(kube, "10Gi", storage_class, only_for={"namespace": namespace, "name": name})
    claim(kube, namespace, name, storage_class=storage_class, volume=volume, annotations=annotations)
    is_bound(kube.objects, namespace, name)
    return volume


def is_bound(objects: Objects, namespace: str, name: str) -> None:
    """Wait until the claim has its volume."""

    def phase() -> str:
        found = objects.get("v1", "PersistentVolumeClaim", name, namespace)
        return str((found or {}).get("status", {}).get("phase"))

    eventually(f"claim {name} is bound", lambda: phase() == "Bound")
