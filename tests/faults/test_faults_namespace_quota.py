"""A Profile's quota on bad days, at every call of every operation."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest

from project_workspace.kubeflow.namespace_quota import NamespaceQuotaProvider
from tests.support.faults.limits import Limits
from tests.support.faults.operations import Thing, configured
from tests.support.faults.proxy import Script
from tests.support.faults.rule import UNHURRIED, Bench, Case, NamedTrial, Trial, cases
from tests.support.faults.shielded import Shielded

HARD = {"cpu": "8"}
OF_OTHERS = {"hard": {"pods": "5"}, "scopes": ["NotTerminating"]}

CALLS = {
    "create": ["GET profiles", "PATCH profiles"],
    "read": ["GET profiles"],
    "update": ["GET profiles", "PATCH profiles"],
}
"""Of an undisturbed run. A delete calls nobody: the quota goes with the Profile."""


@dataclass(kw_only=True)
class Limited(NamedTrial):
    """One operation on a Profile of its own, to whose quota somebody has added something."""

    cluster: Shielded

    def state(self) -> Any:
        found = self.cluster.kube.objects.get("kubeflow.org/v1", "Profile", self.name)
        assert found
        return found["spec"]["resourceQuotaSpec"]


@pytest.fixture
def bench(limits: Limits, cluster_behind: Shielded, undisturbed: dict[str, Any]) -> Bench:
    @contextmanager
    def begin(operation: str) -> Generator[Trial]:
        script, name, objects = Script(), f"aic-ns-{uuid4().hex[:12]}", cluster_behind.kube.objects
        limits.set(UNHURRIED)
        profile = {"apiVersion": "kubeflow.org/v1", "kind": "Profile", "metadata": {"name": name}}
        objects.create({**profile, "spec": {"resourceQuotaSpec": {"hard": HARD}}}, "test")
        added = {"spec": {"resourceQuotaSpec": OF_OTHERS}}
        if operation == "create":
            objects.merge(profile, added)
        with cluster_behind.behind(script) as kubeconfig:
            inputs = {"namespace": name, "hard": HARD}
            provider = configured(NamespaceQuotaProvider, **{"kubernetes:kubeconfig": kubeconfig})
            trial = Limited(script, [cluster_behind.token], name, limits, cluster=cluster_behind)
            trial.operate = Thing(provider, inputs, inputs).ready(operation)
            objects.merge(profile, added)
            yield trial

    return Bench(begin, undisturbed)


@pytest.mark.parametrize("operation", CALLS)
def test_the_calls_of_an_operation_are_these(bench: Bench, operation: str) -> None:
    assert bench.calls_of(operation) == CALLS[operation]


def test_without_a_fault_limits_of_others_go_and_what_was_there_beside_them_stays(bench: Bench) -> None:
    _, after_create = bench.undisturbed("create")
    assert after_create == {"hard": HARD, "scopes": OF_OTHERS["scopes"]}
    _, after_update = bench.undisturbed("update")
    assert after_update == {"hard": HARD}


@pytest.mark.parametrize("case", cases(CALLS))
def test_an_operation_completes_or_says_why_and_the_next_run_completes_it(bench: Bench, case: Case) -> None:
    bench.prove(case)
