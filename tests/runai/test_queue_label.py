"""The label by which a namespace is a Run:ai project's, on a real API server."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from project_workspace.kube.cluster import Cluster, Document, Ref
from project_workspace.kubeflow.namespace_metadata import NamespaceMetadataProvider
from project_workspace.remote.provider import Props, ProviderError
from project_workspace.runai.ownership import MARK
from project_workspace.runai.queue_label import QueueLabelProvider
from tests.support.real_cluster import Kube, outs

Provided = Callable[[type[QueueLabelProvider]], QueueLabelProvider]
LABEL = "runai/queue"
OWN = "kubernetes.io/metadata.name"
KUBEFLOW = {"app.kubernetes.io/part-of": "kubeflow-profile", "istio-injection": "enabled"}


@pytest.fixture
def label(provided: Provided) -> QueueLabelProvider:
    return provided(QueueLabelProvider)


def inputs(namespace: str, project: str = "vision", **others: Any) -> Props:
    mark = {"pulumiProject": "project-workspace", "pulumiStack": "demo-dev"}
    return {"namespace": namespace, "label": LABEL, "runaiProject": project, **mark, **others}


def labelled(kube: Kube, **labels: str) -> str:
    name = kube.new_namespace(owner="somebody")
    merge(kube, name, {"labels": {**KUBEFLOW, **{key.replace("_", "/"): value for key, value in labels.items()}}})
    return name


def merge(kube: Kube, name: str, metadata: dict[str, Any]) -> None:
    kube.objects.merge({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}, {"metadata": metadata})


def marks(kube: Kube, name: str) -> tuple[dict[str, str], dict[str, str]]:
    """Labels but for the one that every namespace has, and annotations."""
    found = kube.objects.get("v1", "Namespace", name)
    assert found
    labels = found["metadata"]["labels"]
    return {key: value for key, value in labels.items() if key != OWN}, found["metadata"]["annotations"]


def test_a_namespace_becomes_the_projects_and_is_as_before_again(kube: Kube, label: QueueLabelProvider) -> None:
    name = labelled(kube)
    before = marks(kube, name)
    made = label.create(inputs(name))
    assert marks(kube, name) == (
        {**KUBEFLOW, LABEL: "vision"},
        {"owner": "somebody", MARK: "project-workspace/demo-dev"},
    )
    assert not label.diff(name, outs(label.read(name, outs(made))), inputs(name)).changes
    label.delete(name, outs(made))
    assert marks(kube, name) == before
    label.delete(name, outs(made))
    assert marks(kube, name) == before


def test_a_namespace_of_another_project_is_not_taken_without_being_told(kube: Kube, label: QueueLabelProvider) -> None:
    name = labelled(kube, runai_queue="speech")
    before = marks(kube, name)
    with pytest.raises(ProviderError, match=rf"Namespace {name} belongs to the Run:ai project 'speech', by its label"):
        label.create(inputs(name))
    assert marks(kube, name) == before
    made = label.create(inputs(name, takeOver=True))
    assert marks(kube, name)[0][LABEL] == "vision"
    label.delete(name, outs(made))
    assert LABEL not in marks(kube, name)[0]


def test_a_label_that_somebody_else_set_to_the_project_stays_theirs(kube: Kube, label: QueueLabelProvider) -> None:
    name = labelled(kube, runai_queue="vision")
    before = marks(kube, name)
    made = label.create(inputs(name))
    assert outs(made)["written"] == ""
    label.delete(name, outs(made))
    assert marks(kube, name) == before


def test_an_adoption_takes_it_over(kube: Kube, label: QueueLabelProvider) -> None:
    name = labelled(kube, runai_queue="vision")
    made = label.create(inputs(name, adopt=True))
    assert marks(kube, name)[1][MARK] == "project-workspace/demo-dev"
    label.delete(name, outs(made))
    assert LABEL not in marks(kube, name)[0]


def test_a_create_that_is_repeated_after_a_killed_run_owns_what_it_made(kube: Kube, label: QueueLabelProvider) -> None:
    name = labelled(kube)
    label.create(inputs(name))
    again = label.create(inputs(name))
    label.delete(name, outs(again))
    assert LABEL not in marks(kube, name)[0]


def test_all_labels_replaced_as_runai_does_is_drift_and_ours_comes_back_beside_kubeflows(
    kube: Kube, label: QueueLabelProvider, provided: Any
) -> None:
    """Run:ai's controller writes the labels of a namespace anew when its own differ (docs/facts/runai.md)."""
    name = labelled(kube)
    kubeflow = provided(NamespaceMetadataProvider)
    theirs = {"namespace": name, "owner": "somebody", "labelsOfOthers": [LABEL]}
    noted, made = kubeflow.create(theirs), label.create(inputs(name))
    replaced = {**dict.fromkeys(KUBEFLOW), LABEL: None, "runai/namespace-version": "v2"}
    merge(kube, name, {"labels": replaced})

    seen = label.read(name, outs(made))
    assert outs(seen)["runaiProject"] == ""
    assert label.diff(name, outs(seen), inputs(name)).changes
    label.update(name, outs(seen), inputs(name))
    kubeflow.update(name, outs(kubeflow.read(name, outs(noted))), theirs)
    assert marks(kube, name)[0] == {**KUBEFLOW, LABEL: "vision", "runai/namespace-version": "v2"}


def test_kubeflows_marks_do_not_take_the_label_for_theirs(kube: Kube, provided: Any) -> None:
    name = labelled(kube, runai_queue="vision")
    kubeflow, given = provided(NamespaceMetadataProvider), {"namespace": name, "owner": "somebody"}
    noted = outs(kubeflow.create(given))
    assert noted["labelsMade"] == {**KUBEFLOW, LABEL: "vision"}
    news = {**given, "labelsOfOthers": [LABEL]}
    assert kubeflow.diff(name, noted, news).changes
    assert outs(kubeflow.update(name, noted, news))["labelsMade"] == KUBEFLOW
    assert outs(kubeflow.create(news))["labelsMade"] == KUBEFLOW


def test_a_namespace_that_another_project_took_meanwhile_is_not_taken_back(
    kube: Kube, label: QueueLabelProvider
) -> None:
    name = labelled(kube)
    made = label.create(inputs(name))
    merge(kube, name, {"labels": {LABEL: "speech"}})
    seen = label.read(name, outs(made))
    assert outs(seen)["runaiProject"] == "speech"
    with pytest.raises(ProviderError, match="belongs to the Run:ai project 'speech'"):
        label.update(name, outs(seen), inputs(name))
    label.delete(name, outs(seen))
    assert marks(kube, name)[0][LABEL] == "speech", "it is not ours any more"
    assert MARK not in marks(kube, name)[1]


def test_another_project_or_another_key_takes_the_place_of_ours(kube: Kube, label: QueueLabelProvider) -> None:
    name = labelled(kube)
    made = label.create(inputs(name))
    other = outs(label.update(name, outs(made), inputs(name, "speech")))
    assert marks(kube, name)[0] == {**KUBEFLOW, LABEL: "speech"}
    moved = outs(label.update(name, other, inputs(name, "speech", label="run.ai/queue")))
    assert marks(kube, name)[0] == {**KUBEFLOW, "run.ai/queue": "speech"}
    label.delete(name, moved)
    assert marks(kube, name)[0] == KUBEFLOW


def test_a_project_that_comes_between_reading_and_writing_keeps_the_namespace(
    kube: Kube, label: QueueLabelProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, merged = labelled(kube), Cluster.merge

    def raced(cluster: Cluster, ref: Ref, body: Document) -> Document:
        monkeypatch.setattr(Cluster, "merge", merged)
        merge(kube, name, {"labels": {LABEL: "speech"}})
        return merged(cluster, ref, body)

    monkeypatch.setattr(Cluster, "merge", raced)
    with pytest.raises(ProviderError, match="belongs to the Run:ai project 'speech'"):
        label.create(inputs(name))
    assert marks(kube, name)[0][LABEL] == "speech"


def test_a_namespace_that_is_gone_is_done(kube: Kube, label: QueueLabelProvider) -> None:
    gone = {**inputs("aic-ns-that-never-was"), "written": "vision"}
    assert label.read(gone["namespace"], gone).id == ""
    label.delete(gone["namespace"], gone)
    with pytest.raises(ProviderError, match="There is no Namespace aic-ns-that-never-was"):
        label.create(inputs("aic-ns-that-never-was"))
