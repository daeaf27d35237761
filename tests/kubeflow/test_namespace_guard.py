"""What people have in a namespace, and the guard that lets nothing take it away: on a real API server."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from kubernetes.dynamic.exceptions import DynamicApiError
from pulumi.dynamic import Config, ConfigureRequest
from pulumi.output import Unknown

from local.kube.objects import Objects, UnknownKindError
from project_workspace.kube import cluster
from project_workspace.kubeflow.contents import content_of
from project_workspace.kubeflow.namespace_guard import NamespaceGuardProvider
from project_workspace.remote.provider import Props, ProviderError
from tests.support.real_cluster import DexCluster, Kube, eventually

CLAIM = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
NOTEBOOKS: dict[str, Any] = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "notebooks.kubeflow.org"},
    "spec": {
        "group": "kubeflow.org",
        "names": {"kind": "Notebook", "plural": "notebooks"},
        "scope": "Namespaced",
        "versions": [
            {
                "name": "v1",
                "served": True,
                "storage": True,
                "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}},
            }
        ],
    },
}


@pytest.fixture
def provider(kube: Kube) -> NamespaceGuardProvider:
    made = NamespaceGuardProvider()
    made.configure(ConfigureRequest(Config({"kubernetes:kubeconfig": kube.kubeconfig.read_text()}, "workspace")))
    return made


def claim(kube: Kube, namespace: str, name: str) -> None:
    metadata = {"name": name, "namespace": namespace}
    kube.objects.create(
        {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": metadata, "spec": CLAIM}, "test"
    )


def guard(namespace: str, **more: Any) -> Props:
    return {"namespace": namespace, "profile": namespace, "deleteData": False, **more}


def test_an_empty_namespace_and_one_that_is_not_there_hold_nothing(kube: Kube) -> None:
    found = cluster.connect(str(kube.kubeconfig))
    assert content_of(found, kube.new_namespace()) is None
    assert content_of(found, "not-there") is None


@contextmanager
def notebooks(kube: Kube, namespace: str) -> Generator[None]:
    """A cluster with Kubeflow's notebooks, of which one is in the namespace."""
    notebook = {"apiVersion": "kubeflow.org/v1", "kind": "Notebook", "metadata": {"name": "n", "namespace": namespace}}

    def made() -> bool:
        with suppress(DynamicApiError, UnknownKindError):  # not served yet
            Objects.connect(kube.kubeconfig).create(notebook, "test")
            return True
        return False

    kube.objects.create(NOTEBOOKS, "test")
    eventually("the notebook is there", made)
    yield
    kube.objects.delete("apiextensions.k8s.io/v1", "CustomResourceDefinition", NOTEBOOKS["metadata"]["name"])


def test_volumes_and_notebooks_are_named_and_kinds_that_the_cluster_lacks_are_none(kube: Kube) -> None:
    found, name = cluster.connect(str(kube.kubeconfig)), kube.new_namespace()
    for each in ("d", "c", "b", "a"):
        claim(kube, name, each)
    assert content_of(found, name) == f"4 volumes (a, b, c, ...) in namespace {name}"
    with notebooks(kube, name):
        assert content_of(found, name) == f"4 volumes (a, b, c, ...) and 1 notebook (n) in namespace {name}"


def test_a_profile_that_would_be_replaced_or_deleted_passes_its_guard_first(
    kube: Kube, provider: NamespaceGuardProvider
) -> None:
    name = kube.new_namespace()
    replaced = {**guard(name), "profile": Unknown()}
    assert provider.diff(name, guard(name), replaced).replaces == ["profile"]
    provider.delete(name, guard(name))

    claim(kube, name, "data")
    for operation in (lambda: provider.diff(name, guard(name), replaced), lambda: provider.delete(name, guard(name))):
        with pytest.raises(ProviderError) as refused:
            operation()
        assert str(refused.value) == (
            f"The namespace may not go: there is still 1 volume (data) in namespace {name} "
            "(nothing was deleted). Remove it, or set 'deleteData: true' and run 'pulumi up' before the change."
        )
    assert provider.diff(name, guard(name), guard(name)).changes is False
    provider.delete(name, guard(name, deleteData=True))
    assert provider.diff(name, guard(name, deleteData=True), replaced).replaces == ["profile"]


def test_a_profile_whose_namespace_is_somebody_elses_to_kubeflow_may_not_go(
    dex_cluster: DexCluster,
) -> None:
    """Kubeflow's controller leaves it alone, finalizer and all: the deletion would wait until its time is out."""
    provider, name = NamespaceGuardProvider(), dex_cluster.new_namespace(owner="eve@example.com")
    config = {"kubernetes:kubeconfig": dex_cluster.kubeconfig.read_text()}
    provider.configure(ConfigureRequest(Config(config, "workspace")))
    provider.delete(name, guard(name))  # there is no Profile
    profile = {"apiVersion": "kubeflow.org/v1", "kind": "Profile", "metadata": {"name": name}}
    dex_cluster.objects.create({**profile, "spec": {"owner": {"kind": "User", "name": "me@example.com"}}}, "test")
    for data in ({}, {"deleteData": True}):
        with pytest.raises(ProviderError) as refused:
            provider.delete(name, guard(name, **data))
        assert str(refused.value) == (
            f"Kubeflow would never let Profile {name} go: the annotation 'owner' of its namespace is "
            f"'eve@example.com', and its owner is 'me@example.com'. Nothing was deleted "
            f"({dex_cluster.connect().server}). 'pulumi up --refresh' puts it right; then run this again."
        )
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
    dex_cluster.objects.merge(namespace, {"metadata": {"annotations": {"owner": "me@example.com"}}})
    provider.delete(name, guard(name))
