"""A plain namespace, and labels of one that stays, as an adoption shows them before it takes them over."""

from __future__ import annotations

from typing import Any

from tests.support.real_cluster import Kube
from workspacectl.adopt.plan import Plan, Planned
from workspacectl.adopt.takeovers import Takeover, takeovers

PLAIN = "kubernetes:core/v1:Namespace"
LABELS = "pulumi-python:dynamic/namespaces:NamespaceLabels"


def taken(kube: Kube, type_: str, inputs: dict[str, Any]) -> list[Takeover]:
    nothing: Any = None
    return takeovers(Plan([Planned("create", type_, "demo", {}, inputs, ())], {}), {}, kube.connect(), nothing)


def labelled(kube: Kube) -> str:
    name = kube.new_namespace()
    target = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
    kube.objects.merge(target, {"metadata": {"labels": {"team": "speech", "tier": "gold"}}})
    return name


def test_a_plain_namespace_is_shown_with_the_labels_that_would_change_and_keeps_the_others(kube: Kube) -> None:
    wanted = {"metadata": {"name": labelled(kube), "labels": {"team": "vision", "tier": "gold", "cost-centre": "7"}}}
    (found,) = taken(kube, PLAIN, wanted)
    assert found.thing == f"namespace {wanted['metadata']['name']}"
    assert found.changes == [("team", "speech", "vision"), ("cost-centre", "absent", "7")]
    assert found.notes == ["Its other labels stay, and what is in it."]
    assert taken(kube, PLAIN, {"metadata": {"name": "team-that-never-was"}}) == []


def test_labels_that_are_there_are_shown_and_those_that_are_not_would_only_be_made(kube: Kube) -> None:
    name = labelled(kube)
    (found,) = taken(kube, LABELS, {"namespace": name, "labels": {"team": "vision", "cost-centre": "7"}})
    assert (found.thing, found.changes) == (f"labels of namespace {name}", [("team", "speech", "vision")])
    assert taken(kube, LABELS, {"namespace": name, "labels": {"cost-centre": "7"}}) == []
    assert taken(kube, LABELS, {"namespace": "team-that-never-was", "labels": {"team": "vision"}}) == []
