"""Labels on a namespace of somebody else's, on a real API server: nothing of theirs is lost, and all of ours goes."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from project_workspace.namespaces.labels import GONE, NOTE, NamespaceLabelsProvider
from project_workspace.remote.provider import Props, ProviderError
from tests.support.real_cluster import Kube, outs

Provided = Callable[[type[NamespaceLabelsProvider]], NamespaceLabelsProvider]
OWN = "kubernetes.io/metadata.name"
THEIRS = {"istio-injection": "enabled", "team": "speech"}


@pytest.fixture
def provider(provided: Provided) -> NamespaceLabelsProvider:
    return provided(NamespaceLabelsProvider)


@pytest.fixture
def name(kube: Kube) -> str:
    """A namespace of somebody else's, with labels."""
    made = kube.new_namespace(owner="somebody")
    set_labels(kube, made, **THEIRS)
    return made


def set_labels(kube: Kube, name: str, **labels: str | None) -> None:
    body = {"metadata": {"labels": {key.replace("_", "-"): value for key, value in labels.items()}}}
    kube.objects.merge({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}, body)


def marks(kube: Kube, name: str) -> tuple[dict[str, str], dict[str, str]]:
    """Labels but for the one that every namespace has, and annotations."""
    found = kube.objects.get("v1", "Namespace", name)
    assert found
    return {k: v for k, v in found["metadata"]["labels"].items() if k != OWN}, found["metadata"]["annotations"]


def wanted(namespace: str, stack: str = "demo-dev", **more: Any) -> Props:
    labels = {"cost-centre": "7", "example.com/marked": ""}
    mark = {"pulumiProject": "project-workspace", "pulumiStack": stack}
    return {"namespace": namespace, "labels": labels, "adopt": False, **mark, **more}


def test_labels_come_and_go_and_the_namespace_is_as_before(
    kube: Kube, provider: NamespaceLabelsProvider, name: str
) -> None:
    before, news = marks(kube, name), wanted(name)
    made = provider.create(news)
    labels, annotations = marks(kube, name)
    assert labels == {**THEIRS, **news["labels"]}
    [note] = [key for key in annotations if key.startswith(NOTE)]
    assert json.loads(annotations[note]) == {key: {"is": is_, "was": None} for key, is_ in news["labels"].items()}
    assert not provider.diff(name, outs(provider.read(name, outs(made))), news).changes
    provider.delete(name, outs(made))
    assert marks(kube, name) == before
    provider.delete(name, outs(made))
    assert marks(kube, name) == before


def test_a_label_of_another_value_is_refused_in_the_preview_and_by_the_run_and_nothing_is_written(
    kube: Kube, provider: NamespaceLabelsProvider, name: str
) -> None:
    news, before = wanted(name, labels={"cost-centre": "7", "team": "vision"}), marks(kube, name)
    sentence = (
        f"Expected the value that the label has on namespace {name}, 'speech', which this stack did not write; "
        "'adopt: true' changes it."
    )
    [failure] = provider.check({}, news).failures or []
    assert (failure.property, failure.reason) == ("namespace.labels.team", sentence)
    with pytest.raises(ProviderError) as refused:
        provider.create(news)
    assert f"team: {sentence[:-1]}" in str(refused.value)
    assert marks(kube, name) == before


def test_an_adopted_label_gets_its_old_value_back(kube: Kube, provider: NamespaceLabelsProvider, name: str) -> None:
    before, news = marks(kube, name), wanted(name, labels={"team": "vision"}, adopt=True)
    assert not provider.check({}, news).failures
    made = provider.create(news)
    assert marks(kube, name)[0]["team"] == "vision"
    other = {**news, "labels": {"team": "sound"}, "adopt": False}
    assert not provider.check(outs(made), other).failures, "what this stack wrote it may change"
    changed = provider.update(name, outs(made), other)
    assert marks(kube, name)[0]["team"] == "sound"
    provider.delete(name, outs(changed))
    assert marks(kube, name) == before


def test_a_label_that_had_the_value_before_stays(kube: Kube, provider: NamespaceLabelsProvider, name: str) -> None:
    before = marks(kube, name)
    made = provider.create(wanted(name, labels={"team": "speech"}))
    assert marks(kube, name) == before
    provider.delete(name, outs(made))
    assert marks(kube, name) == before


def test_a_label_that_somebody_has_changed_or_removed_is_drift_and_is_put_back(
    kube: Kube, provider: NamespaceLabelsProvider, name: str
) -> None:
    news = wanted(name, labels={"cost-centre": "7", "tier": "gold"})
    made = outs(provider.create(news))
    set_labels(kube, name, cost_centre="8", tier=None)
    seen = outs(provider.read(name, made))
    assert seen["labels"] == {"cost-centre": "8", "tier": GONE}
    assert provider.diff(name, seen, news).changes
    provider.update(name, seen, news)
    assert marks(kube, name)[0] == {**THEIRS, **news["labels"]}


def test_one_that_somebody_has_changed_stays_when_the_stack_goes(
    kube: Kube, provider: NamespaceLabelsProvider, name: str
) -> None:
    made = outs(provider.create(wanted(name, labels={"cost-centre": "7", "tier": "gold"})))
    set_labels(kube, name, cost_centre="8")
    provider.delete(name, made)
    labels, annotations = marks(kube, name)
    assert labels == {**THEIRS, "cost-centre": "8"}
    assert annotations == {"owner": "somebody"}


def test_one_that_is_wanted_no_more_goes_and_the_others_stay(
    kube: Kube, provider: NamespaceLabelsProvider, name: str
) -> None:
    made = outs(provider.create(wanted(name)))
    fewer = wanted(name, labels={"cost-centre": "7"})
    provider.update(name, made, fewer)
    assert marks(kube, name)[0] == {**THEIRS, "cost-centre": "7"}


def test_what_a_killed_run_wrote_is_known_by_the_next_one(
    kube: Kube, provider: NamespaceLabelsProvider, name: str
) -> None:
    before = marks(kube, name)
    provider.create(wanted(name))
    made = provider.create(wanted(name))  # of which the state of the first knows nothing
    provider.delete(name, outs(made))
    assert marks(kube, name) == before


def test_two_stacks_label_one_namespace_and_each_takes_its_own_away(
    kube: Kube, provider: NamespaceLabelsProvider, name: str
) -> None:
    before = marks(kube, name)
    one = outs(provider.create(wanted(name, "one-dev", labels={"one": "1"})))
    two = outs(provider.create(wanted(name, "two-dev", labels={"two": "2"})))
    assert marks(kube, name)[0] == {**THEIRS, "one": "1", "two": "2"}
    provider.delete(name, one)
    assert marks(kube, name)[0] == {**THEIRS, "two": "2"}
    provider.delete(name, two)
    assert marks(kube, name) == before


def test_a_stack_that_was_renamed_keeps_its_labels(kube: Kube, provider: NamespaceLabelsProvider, name: str) -> None:
    before = marks(kube, name)
    made = outs(provider.create(wanted(name)))
    other = {**wanted(name, "renamed-dev"), "labels": {"cost-centre": "8"}}
    assert not provider.check(made, other).failures, "what it wrote under its old name is its own"
    renamed = outs(provider.update(name, made, other))
    assert marks(kube, name)[0] == {**THEIRS, "cost-centre": "8"}
    provider.delete(name, renamed)
    assert marks(kube, name) == before


def test_a_note_that_somebody_has_spoilt_makes_nothing_of_theirs_ours(
    kube: Kube, provider: NamespaceLabelsProvider, name: str
) -> None:
    made = outs(provider.create(wanted(name, labels={"cost-centre": "7"})))
    [note] = [key for key in marks(kube, name)[1] if key.startswith(NOTE)]
    body = {"metadata": {"annotations": {note: "[spoilt"}}}
    kube.objects.merge({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}, body)
    provider.delete(name, made)
    assert marks(kube, name) == ({**THEIRS, "cost-centre": "7"}, {"owner": "somebody"})


def test_a_preview_of_a_cluster_that_does_not_answer_leaves_the_look_to_the_run(
    provider: NamespaceLabelsProvider, monkeypatch: pytest.MonkeyPatch, no_cluster: str
) -> None:
    monkeypatch.setenv("KUBECONFIG", no_cluster)
    assert not provider.check({}, wanted("team-vision")).failures
    with pytest.raises(ProviderError, match="Could not get Namespace team-vision"):
        provider.create(wanted("team-vision"))


def test_of_a_namespace_that_is_not_there_is_said_what_to_do(provider: NamespaceLabelsProvider) -> None:
    assert not provider.check({}, wanted("nowhere")).failures
    with pytest.raises(ProviderError, match=r"Whoever owns it must make it again, or remove it from the stack's file"):
        provider.create(wanted("nowhere"))
    assert provider.read("nowhere", wanted("nowhere")).id == ""
    provider.delete("nowhere", wanted("nowhere"))
