"""The guard of the installation, on a real API server: a destroy begins only when Workbench is installed no more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from project_workspace.remote.provider import Props, ProviderError
from project_workspace.stack_mark import StackMark
from project_workspace.workbench.installation_guard import InstallationGuardProvider
from tests.support.claims import claim
from tests.support.real_cluster import Kube

MARK = StackMark("workbench", "trial-dev")


@pytest.fixture
def provider(provided: Callable[..., Any]) -> InstallationGuardProvider:
    return provided(InstallationGuardProvider)


def guard(namespace: str, **more: Any) -> Props:
    return {"namespace": namespace, "goes": True, "deleteData": False, **more}


def running(kube: Kube, namespace: str, kind: str, name: str) -> None:
    labels = {"app": name}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "app", "image": "aedev/ae-ui"}]}}
    spec = {"replicas": 0, "selector": {"matchLabels": labels}, "template": template}
    more = {"serviceName": name} if kind == "StatefulSet" else {}
    metadata = {"name": name, "namespace": namespace}
    kube.objects.create({"apiVersion": "apps/v1", "kind": kind, "metadata": metadata, "spec": {**spec, **more}}, "helm")


def refused(provider: InstallationGuardProvider, props: Props) -> str:
    with pytest.raises(ProviderError) as error:
        provider.delete("guard", props)
    return str(error.value)


def test_a_namespace_that_is_only_prepared_may_go(kube: Kube, provider: InstallationGuardProvider) -> None:
    name = kube.new_namespace()
    claim(kube, name, "anaconda-storage", annotations={**MARK.annotations, "project-workspace/data-stays": "true"})
    provider.delete("guard", guard(name))


def test_what_is_installed_is_named_with_the_way_to_take_it_away(
    kube: Kube, provider: InstallationGuardProvider
) -> None:
    name = kube.new_namespace()
    running(kube, name, "StatefulSet", "postgres")
    for deployment in ("a", "b", "c", "d"):
        running(kube, name, "Deployment", deployment)
    for goes in (True, False):
        assert refused(provider, guard(name, goes=goes)) == (
            "Workbench is still installed: 4 deployments (a, b, c, ...) and 1 stateful set (postgres). Nothing was "
            f"deleted (namespace {name}). Run 'helm uninstall' in that namespace ('helm list -n {name}' names it), or "
            "set 'deleteData: true' and run 'pulumi up', then destroy again."
        )
    provider.delete("guard", guard(name, deleteData=True))


def test_claims_of_others_are_in_danger_only_where_the_namespace_goes(
    kube: Kube, provider: InstallationGuardProvider
) -> None:
    name = kube.new_namespace()
    claim(kube, name, "theirs")
    assert refused(provider, guard(name)) == (
        f"Others have data in the namespace: 1 volume (theirs) in namespace {name}. Nothing was deleted (namespace "
        f"{name}). Remove it, or set 'deleteData: true' and run 'pulumi up', then destroy again."
    )
    provider.delete("guard", guard(name, goes=False))
