"""The role of a service account on bad days, at every call of every operation."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest

from project_workspace.kubeflow.editor_role import EditorRoleProvider
from tests.support.faults.limits import Limits
from tests.support.faults.operations import Thing, configured
from tests.support.faults.proxy import Script
from tests.support.faults.rule import UNHURRIED, Bench, Case, NamedTrial, Trial, cases
from tests.support.faults.shielded import Shielded

ARN = "arn:aws:iam::123456789012:role/demo"
ANNOTATION = "eks.amazonaws.com/role-arn"
CALLS = {
    "create": ["GET serviceaccounts"],
    "read": ["GET serviceaccounts"],
    "update": ["GET serviceaccounts"],
    "delete": ["GET serviceaccounts", "PATCH serviceaccounts"],
}
"""Of an undisturbed run, in which Kubeflow's controller has done its part."""


@dataclass(kw_only=True)
class Annotated(NamedTrial):
    """One operation on the service account of a namespace of its own."""

    cluster: Shielded

    def state(self) -> Any:
        found = self.cluster.kube.objects.get("v1", "ServiceAccount", "default-editor", self.name)
        assert found
        return found["metadata"].get("annotations")


@pytest.fixture
def bench(limits: Limits, cluster_behind: Shielded, undisturbed: dict[str, Any]) -> Bench:
    @contextmanager
    def begin(operation: str) -> Generator[Trial]:
        script, name, kube = Script(), f"aic-ns-{uuid4().hex[:12]}", cluster_behind.kube
        limits.set(UNHURRIED)
        kube.make_namespace(name, owner="aic-user-demo-ws@aic.com")
        metadata = {"name": "default-editor", "namespace": name, "annotations": {ANNOTATION: ARN}}
        kube.objects.apply({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata}, "controller")
        with cluster_behind.behind(script) as kubeconfig:
            inputs = {"namespace": name, "roleArn": ARN}
            provider = configured(EditorRoleProvider, **{"kubernetes:kubeconfig": kubeconfig})
            trial = Annotated(script, [cluster_behind.token], name, limits, cluster=cluster_behind)
            trial.operate = Thing(provider, inputs, inputs).ready(operation)
            yield trial

    return Bench(begin, undisturbed)


@pytest.mark.parametrize("operation", CALLS)
def test_the_calls_of_an_operation_are_these(bench: Bench, operation: str) -> None:
    assert bench.calls_of(operation) == CALLS[operation]


@pytest.mark.parametrize("case", cases(CALLS))
def test_an_operation_completes_or_says_why_and_the_next_run_completes_it(bench: Bench, case: Case) -> None:
    bench.prove(case)
