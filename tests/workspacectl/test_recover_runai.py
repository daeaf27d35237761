"""What a killed run had made for Run:ai outside of the namespace is found by its mark, or carried through."""

from __future__ import annotations

from typing import Any, cast

import pytest

from project_workspace.aws.client import Clients
from project_workspace.remote.provider import StackConfig
from project_workspace.runai.bindings import EVERYWHERE, Grant, own_binding
from project_workspace.stack_mark import StackMark
from tests.support.real_cluster import Kube
from workspacectl.recover import carried, made

MARK, OTHER = StackMark("project-workspace", "demo-dev"), StackMark("project-workspace", "other-dev")
RBAC = "kubernetes:rbac.authorization.k8s.io/v1"
LABEL = "pulumi-python:dynamic/runai:QueueLabel"


def test_a_binding_is_this_stacks_by_its_mark_wherever_it_is(kube: Kube) -> None:
    place = made.Place(aws=cast("Clients", None), mark=MARK, cluster=kube.connect)
    namespace = kube.new_namespace()
    for where in (namespace, EVERYWHERE):
        kind = f"{RBAC}:{'RoleBinding' if where else 'ClusterRoleBinding'}"
        for mark, found in ((MARK, True), (OTHER, False)):
            name = f"{namespace}-{mark.stack}"
            binding = own_binding(Grant("x", "view", where, name, "", ["alice"]), mark.annotations)
            assert made.id_of(kind, binding, place) is None, "it is not there yet"
            kube.objects.create(binding, "pulumi")
            id_ = f"{where}/{name}" if where else name
            assert made.id_of(kind, binding, place) == (id_ if found else None)


def test_a_label_is_taken_up_or_away_and_one_whose_namespace_is_gone_is_done(
    kube: Kube, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUBECONFIG", str(kube.kubeconfig))
    name, config = kube.new_namespace(), StackConfig({}.get)
    mark = {"pulumiProject": MARK.project, "pulumiStack": MARK.stack}
    inputs = {"namespace": name, "label": "runai/queue", "runaiProject": "vision", **mark}

    def labels() -> dict[str, Any]:
        found = kube.objects.get("v1", "Namespace", name)
        assert found
        return found["metadata"]["labels"]

    assert carried.leaves_something(LABEL)
    assert carried.through(LABEL, inputs, config) == (name, {**inputs, "written": "vision"})
    assert labels()["runai/queue"] == "vision"
    carried.away(LABEL, inputs, config)
    assert "runai/queue" not in labels()
    carried.away(LABEL, {**inputs, "namespace": "aic-ns-that-never-was"}, config)
