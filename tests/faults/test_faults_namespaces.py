"""Somebody else's namespace on bad days: this stack's labels on it, and the look before, at every call of each."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest

from project_workspace.namespaces.labels import NOTE, NamespaceLabelsProvider
from project_workspace.namespaces.look import NamespaceLookProvider
from tests.support.faults.limits import Limits
from tests.support.faults.operations import Operation, Thing, configured
from tests.support.faults.proxy import Script
from tests.support.faults.rule import UNHURRIED, Bench, Case, NamedTrial, Trial, cases
from tests.support.faults.shielded import Shielded

_LABELS = ["GET namespaces", "PATCH namespaces"]
CALLS = {
    "create the labels": _LABELS,
    "read the labels": ["GET namespaces"],
    "update the labels": _LABELS,
    "delete the labels": _LABELS,
    "create the look": ["GET namespaces", "GET resourcequotas"],
    "update the look": ["GET namespaces", "GET rolebindings"],
}
"""Of an undisturbed run."""
MARKED = {"pulumiProject": "project-workspace", "pulumiStack": "demo-dev"}


@dataclass(kw_only=True)
class Elsewhere(NamedTrial):
    """One operation on a namespace of its own, which somebody else has labelled."""

    cluster: Shielded

    def state(self) -> Any:
        found = self.cluster.kube.objects.get("v1", "Namespace", self.name)
        assert found
        labels, annotations = found["metadata"]["labels"], found["metadata"].get("annotations") or {}
        of_people = {key: value for key, value in labels.items() if key != "kubernetes.io/metadata.name"}
        return of_people, [text for key, text in annotations.items() if key.startswith(NOTE)]


@pytest.fixture
def bench(limits: Limits, cluster_behind: Shielded, undisturbed: dict[str, Any]) -> Bench:
    @contextmanager
    def begin(operation: str) -> Generator[Trial]:
        script, name, kube = Script(), f"team-{uuid4().hex[:12]}", cluster_behind.kube
        limits.set(UNHURRIED)
        metadata = {"name": name, "labels": {"team": "speech"}}
        kube.objects.create({"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}, "test")
        with cluster_behind.behind(script) as kubeconfig:
            trial = Elsewhere(script, [cluster_behind.token], name, limits, cluster=cluster_behind)
            trial.operate = _operation(operation, kubeconfig, name)
            yield trial

    return Bench(begin, undisturbed)


def _operation(operation: str, kubeconfig: str, name: str) -> Operation:
    work, _, what = operation.partition(" the ")
    labels = {"namespace": name, "labels": {"cost-centre": "7"}, "adopt": False, **MARKED}
    look = {"namespace": name, "objects": ["ResourceQuota/workspace-quota"], "adopt": False, **MARKED}
    provider, inputs, news = {
        "labels": (NamespaceLabelsProvider, labels, {**labels, "labels": {"cost-centre": "8", "tier": "gold"}}),
        "look": (NamespaceLookProvider, look, {**look, "objects": ["RoleBinding/user-alice"]}),
    }[what]
    given = configured(provider, **{"kubernetes:kubeconfig": kubeconfig})
    return Thing(given, inputs, news).ready(work)


@pytest.mark.parametrize("operation", CALLS)
def test_the_calls_of_an_operation_are_these(bench: Bench, operation: str) -> None:
    assert bench.calls_of(operation) == CALLS[operation]


def test_without_a_fault_this_stacks_labels_come_and_go(bench: Bench) -> None:
    assert bench.undisturbed("create the labels")[1][0] == {"team": "speech", "cost-centre": "7"}
    assert bench.undisturbed("update the labels")[1][0] == {"team": "speech", "cost-centre": "8", "tier": "gold"}
    assert bench.undisturbed("delete the labels")[1] == ({"team": "speech"}, [])


@pytest.mark.parametrize("case", cases(CALLS))
def test_an_operation_completes_or_says_why_and_the_next_run_completes_it(bench: Bench, case: Case) -> None:
    bench.prove(case)
