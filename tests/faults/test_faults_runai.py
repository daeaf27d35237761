"""Run:ai on bad days: the namespace's label, people in a shared binding and the look before, at every call of each."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest

from project_workspace.runai.claims import GROUP, claims
from project_workspace.runai.ownership import MARK
from project_workspace.runai.prerequisites import PrerequisitesProvider
from project_workspace.runai.queue_label import QueueLabelProvider
from project_workspace.runai.shared_subjects import SharedSubjectsProvider
from tests.support.faults.limits import Limits
from tests.support.faults.operations import Operation, Thing, configured
from tests.support.faults.proxy import Script
from tests.support.faults.rule import UNHURRIED, Bench, Case, NamedTrial, Trial, cases
from tests.support.faults.shielded import Shielded

_LABEL = ["GET namespaces", "PATCH namespaces"]
_PEOPLE = ["GET rolebindings", "PUT rolebindings", "GET rolebindings"]
CALLS = {
    "create the label": _LABEL,
    "read the label": ["GET namespaces"],
    "update the label": _LABEL,
    "delete the label": _LABEL,
    "create the people": _PEOPLE,
    "read the people": ["GET rolebindings"],
    "update the people": _PEOPLE,
    "delete the people": _PEOPLE,
    "create the look": ["GET namespaces", "GET clusterroles", "GET rolebindings", "GET namespaces"],
}
"""Of an undisturbed run."""
MARKED = {"pulumiProject": "project-workspace", "pulumiStack": "demo-dev"}


@dataclass(kw_only=True)
class InRunai(NamedTrial):
    """One operation on a namespace and a binding of their own, both of one name."""

    cluster: Shielded

    def state(self) -> Any:
        objects = self.cluster.kube.objects
        namespace = objects.get("v1", "Namespace", self.name)
        binding = objects.get(f"{GROUP}/v1", "RoleBinding", self.name, self.cluster.namespace)
        assert namespace
        assert binding
        labels, annotations = (namespace["metadata"].get(part) or {} for part in ("labels", "annotations"))
        people = [each["name"] for each in binding.get("subjects", [])]
        return labels.get("runai/queue"), annotations.get(MARK), people, [*claims(binding)]


@pytest.fixture
def bench(limits: Limits, cluster_behind: Shielded, undisturbed: dict[str, Any]) -> Bench:
    @contextmanager
    def begin(operation: str) -> Generator[Trial]:
        script, name, kube = Script(), f"aic-ns-{uuid4().hex[:12]}", cluster_behind.kube
        limits.set(UNHURRIED)
        kube.make_namespace(name)
        role = {"apiGroup": GROUP, "kind": "ClusterRole", "name": "view"}
        metadata = {"name": name, "namespace": cluster_behind.namespace}
        body = {"apiVersion": f"{GROUP}/v1", "kind": "RoleBinding", "metadata": metadata, "roleRef": role}
        kube.objects.create({**body, "subjects": [{"apiGroup": GROUP, "kind": "User", "name": "zoe"}]}, "test")
        with cluster_behind.behind(script) as kubeconfig:
            trial = InRunai(script, [cluster_behind.token], name, limits, cluster=cluster_behind)
            trial.operate = _operation(operation, kubeconfig, name, cluster_behind.namespace)
            yield trial

    return Bench(begin, undisturbed)


def _operation(operation: str, kubeconfig: str, name: str, namespace: str) -> Operation:
    work, _, what = operation.partition(" the ")
    label = {"namespace": name, "label": "runai/queue", "runaiProject": "vision", **MARKED}
    people = {"binding": name, "namespace": namespace, "users": ["alice", "bob"], **MARKED}
    shared = [{"namespace": namespace, "name": name}]
    look = {**label, "clusterRoles": ["view"], "runaiNamespace": "default", "sharedBindings": shared}
    provider, inputs, news = {
        "label": (QueueLabelProvider, label, {**label, "runaiProject": "speech"}),
        "people": (SharedSubjectsProvider, people, {**people, "users": ["bob", "carol"]}),
        "look": (PrerequisitesProvider, look, look),
    }[what]
    given = configured(provider, **{"kubernetes:kubeconfig": kubeconfig})
    return Thing(given, inputs, news).ready(work)


@pytest.mark.parametrize("operation", CALLS)
def test_the_calls_of_an_operation_are_these(bench: Bench, operation: str) -> None:
    assert bench.calls_of(operation) == CALLS[operation]


def test_without_a_fault_everything_of_one_stack_comes_and_goes(bench: Bench) -> None:
    assert bench.undisturbed("create the label")[1][:2] == ("vision", "project-workspace/demo-dev")
    assert bench.undisturbed("update the label")[1][:2] == ("speech", "project-workspace/demo-dev")
    assert bench.undisturbed("delete the label")[1][:2] == (None, None)
    assert bench.undisturbed("create the people")[1][2] == ["zoe", "alice", "bob"]
    assert bench.undisturbed("update the people")[1][2] == ["zoe", "bob", "carol"]
    assert bench.undisturbed("delete the people")[1][2:] == (["zoe"], [])


@pytest.mark.parametrize("case", cases(CALLS))
def test_an_operation_completes_or_says_why_and_the_next_run_completes_it(bench: Bench, case: Case) -> None:
    bench.prove(case)
