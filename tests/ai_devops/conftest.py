"""What tests of ai-devops share: the StorageClasses of a real API server."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from project_workspace.volumes.places import DEFAULT
from tests.namespaces.conftest import no_cluster
from tests.support.real_cluster import Kube

__all__ = ["no_cluster"]

GA, BETA = DEFAULT


@dataclass(frozen=True)
class Classes:
    """The StorageClasses, as somebody else has access to them."""

    kube: Kube

    def make(self, name: str, **annotations: str) -> None:
        body = {"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "provisioner": "ebs.csi.aws.com"}
        self.kube.objects.create({**body, "metadata": {"name": name, "annotations": annotations}}, "test")

    def annotate(self, name: str, **annotations: str | None) -> None:
        target = {"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": name}}
        self.kube.objects.merge(target, {"metadata": {"annotations": annotations}})

    def remove(self, name: str) -> None:
        self.kube.objects.delete("storage.k8s.io/v1", "StorageClass", name)

    def seen(self) -> dict[str, dict[str, str]]:
        """The annotations of each."""
        found, _ = self.kube.objects.list_all("storage.k8s.io/v1", "StorageClass")
        return {each["metadata"]["name"]: each["metadata"].get("annotations") or {} for each in found}

    def defaults(self) -> list[str]:
        return sorted(name for name, each in self.seen().items() if "true" in (each.get(GA), each.get(BETA)))


@pytest.fixture
def classes(kube: Kube) -> Iterator[Classes]:
    """None but those that a test makes."""
    found = Classes(kube)
    others, _ = kube.objects.list_all("storage.k8s.io/v1", "StorageClass")
    for name in found.seen():
        found.remove(name)
    yield found
    for name in found.seen():
        found.remove(name)
    for each in others:
        metadata = {"name": each["metadata"]["name"], "annotations": each["metadata"].get("annotations") or {}}
        kube.objects.create({**each, "metadata": metadata}, "test")
