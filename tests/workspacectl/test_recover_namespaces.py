"""What a killed run had made of a namespace, and in one that stays, is found by its mark, or carried through."""

from __future__ import annotations

from typing import Any, cast

import pytest

from project_workspace.aws.client import Clients
from project_workspace.remote.provider import StackConfig
from project_workspace.stack_mark import StackMark
from tests.support.claims import claim, free_volume, is_bound
from tests.support.real_cluster import Kube
from workspacectl.recover import carried, made

MARK, OTHER = StackMark("project-workspace", "demo-dev"), StackMark("project-workspace", "other-dev")
CLAIM = "kubernetes:core/v1:PersistentVolumeClaim"
LABELS = "pulumi-python:dynamic/namespaces:NamespaceLabels"


@pytest.fixture
def place(kube: Kube) -> made.Place:
    return made.Place(aws=cast("Clients", None), mark=MARK, cluster=kube.connect)


@pytest.mark.parametrize("mark", [MARK, OTHER], ids=str)
def test_a_namespace_is_this_stacks_by_its_mark(kube: Kube, place: made.Place, mark: StackMark) -> None:
    name = f"plain-{mark.stack}"
    namespace: Any = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
    assert made.id_of("kubernetes:core/v1:Namespace", namespace, place) is None, "it is not there yet"
    namespace["metadata"]["annotations"] = mark.annotations
    kube.objects.create(namespace, "pulumi")
    assert made.id_of("kubernetes:core/v1:Namespace", namespace, place) == (name if mark == MARK else None)


@pytest.mark.parametrize(
    ("group", "kind", "spec"),
    [
        ("core/v1", "LimitRange", {"limits": []}),
        ("core/v1", "ResourceQuota", {"hard": {"pods": "1"}}),
        ("networking.k8s.io/v1", "NetworkPolicy", {"podSelector": {}}),
    ],
)
def test_what_stands_in_a_namespace_that_stays_is_this_stacks_by_its_mark(
    kube: Kube, place: made.Place, group: str, kind: str, spec: dict[str, Any]
) -> None:
    namespace, type_ = kube.new_namespace(), f"kubernetes:{group}:{kind}"
    for mark, found in ((MARK, True), (OTHER, False)):
        metadata = {"name": mark.stack, "namespace": namespace, "annotations": mark.annotations}
        each = {"apiVersion": group.removeprefix("core/"), "kind": kind, "metadata": metadata, "spec": spec}
        assert made.id_of(type_, each, place) is None, "it is not there yet"
        kube.objects.create(each, "pulumi")
        assert made.id_of(type_, each, place) == (f"{namespace}/{mark.stack}" if found else None)


@pytest.mark.parametrize("mark", [MARK, OTHER], ids=str)
def test_a_claim_is_this_stacks_by_its_mark_unless_data_would_go_with_it(
    kube: Kube, place: made.Place, mark: StackMark
) -> None:
    namespace = kube.new_namespace()
    volumes = {
        "waits": None,
        "keeps": free_volume(kube, policy="Retain", only_for={"namespace": namespace, "name": "keeps"}),
        "loses": free_volume(kube, policy="Delete", only_for={"namespace": namespace, "name": "loses"}),
    }

    def found(name: str) -> str | None:
        return made.id_of(CLAIM, {"metadata": {"name": name, "namespace": namespace}}, place)

    assert [found(name) for name in volumes] == [None, None, None], "none is there yet"
    for name, volume in volumes.items():
        storage_class = "" if volume else "none-yet"
        claim(kube, namespace, name, volume=volume, storage_class=storage_class, annotations=mark.annotations)
        if volume:
            is_bound(kube.objects, namespace, name)
    ours = [f"{namespace}/waits", f"{namespace}/keeps", None]
    assert [found(name) for name in volumes] == (ours if mark == MARK else [None, None, None])


def test_labels_are_taken_up_or_away_and_those_of_a_namespace_that_is_gone_are_done(
    kube: Kube, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUBECONFIG", str(kube.kubeconfig))
    name, config = kube.new_namespace(), StackConfig({}.get)
    mark = {"pulumiProject": MARK.project, "pulumiStack": MARK.stack}
    inputs = {"namespace": name, "labels": {"team": "vision"}, **mark}

    def labels() -> dict[str, Any]:
        found = kube.objects.get("v1", "Namespace", name)
        assert found
        return found["metadata"]["labels"]

    assert carried.leaves_something(LABELS)
    assert carried.through(LABELS, inputs, config) == (name, inputs)
    assert labels()["team"] == "vision"
    carried.away(LABELS, inputs, config)
    assert "team" not in labels()
    carried.away(LABELS, {**inputs, "namespace": "team-that-never-was"}, config)
