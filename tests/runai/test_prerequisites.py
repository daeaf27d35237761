"""What Run:ai must have installed is looked for before anything is made, and each thing that is missing is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from local.kube import manifests
from project_workspace.remote.provider import Props, ProviderError
from project_workspace.runai.bindings import SHARED_INDEX, SHARED_VIEWERS, roles
from project_workspace.runai.options import RunaiOptions
from project_workspace.runai.ownership import MARK
from project_workspace.runai.prerequisites import PrerequisitesProvider
from project_workspace.runai.template import GENERATIONS
from tests.support.real_cluster import Kube

Provided = Callable[[type[PrerequisitesProvider]], PrerequisitesProvider]
SHARED = [{"namespace": "", "name": SHARED_VIEWERS}, {"namespace": "runai", "name": SHARED_INDEX}]


@pytest.fixture
def look(provided: Provided) -> PrerequisitesProvider:
    return provided(PrerequisitesProvider)


@pytest.fixture
def installed(kube: Kube) -> None:
    manifests.make_missing(kube.objects, manifests.documents("runai.yaml"), "test")


def inputs(**others: Any) -> Props:
    mark = {"pulumiProject": "project-workspace", "pulumiStack": "demo-dev"}
    return {"namespace": "aic-ns-not-there", "label": "runai/queue", "runaiProject": "vision", **mark, **others}


def refused(look: PrerequisitesProvider, given: Props, olds: Props | None = None) -> list[str]:
    """What a preview says."""
    return [failure.reason for failure in look.check(olds or {}, given).failures or []]


def test_where_run_ai_is_installed_nothing_is_said(look: PrerequisitesProvider, installed: None) -> None:
    for generation in GENERATIONS:
        options = RunaiOptions(project="vision", executors=["alice"], template=generation)
        given = inputs(clusterRoles=roles("ns", options), runaiNamespace="runai", sharedBindings=SHARED)
        assert refused(look, given) == []
        assert look.create(given).id == "aic-ns-not-there"


def test_everything_that_is_missing_is_told_at_once_before_anything_is_made(look: PrerequisitesProvider) -> None:
    missing = [{"namespace": "", "name": "viewers"}, {"namespace": "default", "name": "index"}]
    given = inputs(clusterRoles=["view", "role-a", "role-b"], runaiNamespace="of-runai", sharedBindings=missing)
    sentence = (
        "There is no Namespace of-runai, no ClusterRole role-a, no ClusterRole role-b, no ClusterRoleBinding viewers, "
        "no RoleBinding index in namespace default"
    )
    assert [each.partition(" (")[0] for each in refused(look, given)] == [sentence]
    with pytest.raises(ProviderError, match=f"{sentence} .nothing was changed.. Install Run:ai's cluster components"):
        look.create(given)


def test_a_namespace_of_another_project_is_refused_unless_it_may_be_taken(
    kube: Kube, look: PrerequisitesProvider
) -> None:
    name = kube.new_namespace()
    target = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
    kube.objects.merge(target, {"metadata": {"labels": {"runai/queue": "speech"}}})
    assert "belongs to the Run:ai project 'speech'" in refused(look, inputs(namespace=name))[0]
    with pytest.raises(ProviderError, match=r"belongs to the Run:ai project 'speech'.*'runai\.takeOver: true'"):
        look.create(inputs(namespace=name))
    for fits in ({"takeOver": True}, {"runaiProject": "speech"}, {"label": "run.ai/queue"}):
        assert refused(look, inputs(namespace=name, **fits)) == []

    kube.objects.merge(target, {"metadata": {"annotations": {MARK: "project-workspace/demo-dev"}}})
    assert refused(look, inputs(namespace=name)) == [], "a label of its own may change"


def test_it_looks_again_when_something_else_is_asked_for_and_only_then(look: PrerequisitesProvider) -> None:
    before = inputs(clusterRoles=["role-a"])
    assert refused(look, before, before) == []
    assert "no ClusterRole role-b" in refused(look, inputs(clusterRoles=["role-a", "role-b"]), before)[0]
    assert refused(look, inputs(clusterRoles=["view"]), before) == []


def test_a_cluster_that_does_not_answer_stops_no_preview_but_the_run(
    look: PrerequisitesProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUBECONFIG", "/nowhere/kubeconfig")
    assert refused(look, inputs()) == []
    with pytest.raises(ProviderError):
        look.create(inputs())
