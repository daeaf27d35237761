"""The look before anything is put into somebody else's namespace, on a real API server."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from project_workspace.namespaces.look import NamespaceLookProvider
from project_workspace.remote.provider import Props, ProviderError
from project_workspace.stack_mark import StackMark
from tests.support.real_cluster import Kube, outs

Provided = Callable[[type[NamespaceLookProvider]], NamespaceLookProvider]
MARK = StackMark("project-workspace", "demo-dev")
QUOTA, MEMBER = "ResourceQuota/workspace-quota", "RoleBinding/user-alice-example-com-clusterrole-edit"


@pytest.fixture
def provider(provided: Provided) -> NamespaceLookProvider:
    return provided(NamespaceLookProvider)


def wanted(namespace: str, *objects: str, **more: Any) -> Props:
    noted = {"pulumiProject": MARK.project, "pulumiStack": MARK.stack}
    return {"namespace": namespace, "objects": list(objects), "adopt": False, **noted, **more}


def quota(kube: Kube, namespace: str, mark: StackMark | None = None) -> None:
    metadata = {"name": "workspace-quota", "namespace": namespace, "annotations": mark.annotations if mark else {}}
    kube.objects.create({"apiVersion": "v1", "kind": "ResourceQuota", "metadata": metadata, "spec": {}}, "test")


def said(provider: NamespaceLookProvider, olds: Props, news: Props) -> list[str]:
    return [failure.reason for failure in provider.check(olds, news).failures or []]


def test_a_namespace_that_has_nothing_of_these_names_is_right_and_nothing_is_written(
    kube: Kube, provider: NamespaceLookProvider
) -> None:
    name = kube.new_namespace()
    before = kube.objects.get("v1", "Namespace", name)
    assert said(provider, {}, wanted(name, QUOTA, MEMBER)) == []
    made = provider.create(wanted(name, QUOTA, MEMBER))
    provider.delete(made.id, outs(made))
    assert kube.objects.get("v1", "Namespace", name) == before


def test_one_that_is_not_there_is_refused_in_the_preview_and_by_the_run(provider: NamespaceLookProvider) -> None:
    sentence = "Expected a namespace that exists, for example 'team-vision'; the cluster has no 'nowhere'."
    assert said(provider, {}, wanted("nowhere", QUOTA)) == [sentence]
    with pytest.raises(ProviderError, match="the cluster has no 'nowhere'"):
        provider.create(wanted("nowhere", QUOTA, adopt=True))


def test_what_somebody_else_made_is_named_whole_and_taken_over_only_when_told(
    kube: Kube, provider: NamespaceLookProvider
) -> None:
    name = kube.new_namespace()
    quota(kube, name, StackMark("project-workspace", "other-dev"))
    binding = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding"}
    role = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "view"}
    metadata = {"name": MEMBER.partition("/")[2], "namespace": name}
    kube.objects.create({**binding, "metadata": metadata, "roleRef": role}, "test")
    sentences = [
        f"ResourceQuota workspace-quota in namespace {name} exists already, and stack 'other-dev' of Pulumi project "
        "'project-workspace' made it. Remove it, or set 'adopt: true' to take it over.",
        f"RoleBinding {metadata['name']} in namespace {name} exists already, and this stack did not make it. Remove "
        "it, or set 'adopt: true' to take it over.",
    ]
    assert said(provider, {}, wanted(name, QUOTA, MEMBER)) == sentences
    with pytest.raises(ProviderError, match=r"workspace-quota.*user-alice-example-com-clusterrole-edit"):
        provider.create(wanted(name, QUOTA, MEMBER))
    assert said(provider, {}, wanted(name, QUOTA, MEMBER, adopt=True)) == []
    provider.create(wanted(name, QUOTA, MEMBER, adopt=True))


def test_what_a_killed_run_of_this_stack_left_is_in_nobodys_way(kube: Kube, provider: NamespaceLookProvider) -> None:
    name = kube.new_namespace()
    quota(kube, name, MARK)
    assert said(provider, {}, wanted(name, QUOTA)) == []


def test_a_preview_of_a_cluster_that_does_not_answer_leaves_the_look_to_the_run(
    provider: NamespaceLookProvider, monkeypatch: pytest.MonkeyPatch, no_cluster: str
) -> None:
    monkeypatch.setenv("KUBECONFIG", no_cluster)
    assert said(provider, {}, wanted("team-vision", QUOTA)) == []
    with pytest.raises(ProviderError, match="Could not get Namespace team-vision"):
        provider.create(wanted("team-vision", QUOTA))


def test_only_what_is_new_is_looked_at(
    kube: Kube, provider: NamespaceLookProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = kube.new_namespace()
    made = outs(provider.create(wanted(name, MEMBER)))
    quota(kube, name)
    assert "exists already" in said(provider, made, wanted(name, MEMBER, QUOTA))[0]
    with pytest.raises(ProviderError, match="exists already"):
        provider.update(name, made, wanted(name, MEMBER, QUOTA))
    monkeypatch.setenv("KUBECONFIG", "/nowhere")
    assert said(provider, made, wanted(name, MEMBER)) == [], "without asking anybody"
    assert said(provider, made, wanted(name)) == []


def test_the_setting_that_names_the_namespace_is_the_programs(provider: NamespaceLookProvider) -> None:
    (failure,) = provider.check({}, wanted("nowhere", setting="namespace.name")).failures or []
    assert failure.property == "namespace.name"
    (failure,) = provider.check({}, wanted("nowhere")).failures or []
    assert failure.property == "names.namespace"
