"""Volumes on bad days: the look before, and the guard that keeps the data, at every call of each."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest

from local.kube import manifests
from project_workspace.kube.claims import KEPT
from project_workspace.stack_mark import StackMark
from project_workspace.volumes.check import VolumeCheckProvider
from project_workspace.volumes.claim_guard import ClaimGuardProvider
from tests.support.claims import bound
from tests.support.faults.limits import Limits
from tests.support.faults.operations import Operation, Thing, configured
from tests.support.faults.proxy import Script
from tests.support.faults.rule import UNHURRIED, Bench, Case, NamedTrial, Trial, cases
from tests.support.faults.shielded import Shielded

MARK = StackMark("project-workspace", "demo-dev")
_CLAIM = ["GET persistentvolumeclaims"]
_KEEP = [*_CLAIM, "GET persistentvolumes", "PATCH persistentvolumes"]
CALLS = {
    "create the look": ["GET storageclasses", *_CLAIM],
    "read the look": _CLAIM,
    "update the look": [*_CLAIM, "GET storageclasses"],
    "create the guard": _KEEP,
    "read the guard": [*_CLAIM, "GET persistentvolumes"],
    "update the guard": _KEEP,
    "delete the guard": [*_CLAIM, "GET persistentvolumes", "PATCH persistentvolumes"],
}
"""Of an undisturbed run. A delete of the look calls nobody: it has made nothing."""


@dataclass(kw_only=True)
class Stored(NamedTrial):
    """One operation on a namespace with a claim whose data stays, and the volume behind it."""

    cluster: Shielded
    volume: str

    def act(self, patience: float) -> Any:
        return str(super().act(patience)).replace(self.volume, "VOLUME")

    def state(self) -> Any:
        found = self.cluster.kube.objects.get("v1", "PersistentVolume", self.volume)
        assert found
        marks = StackMark.in_annotations(found["metadata"].get("annotations") or {})
        return found["spec"]["persistentVolumeReclaimPolicy"], marks


@pytest.fixture
def bench(limits: Limits, cluster_behind: Shielded, undisturbed: dict[str, Any]) -> Bench:
    manifests.make_missing(cluster_behind.kube.objects, manifests.documents("storage-classes.yaml"), "test")

    @contextmanager
    def begin(operation: str) -> Generator[Trial]:
        script, name, kube = Script(), f"aic-ns-{uuid4().hex[:12]}", cluster_behind.kube
        limits.set(UNHURRIED)
        kube.make_namespace(name)
        volume = bound(kube, name, "data", storage_class="gp3", annotations={**MARK.annotations, KEPT: "true"})
        with cluster_behind.behind(script) as kubeconfig:
            trial = Stored(script, [cluster_behind.token], name, limits, cluster=cluster_behind, volume=volume)
            trial.operate = _operation(operation, kubeconfig, name)
            yield trial

    return Bench(begin, undisturbed)


def _operation(operation: str, kubeconfig: str, namespace: str) -> Operation:
    work, _, what = operation.partition(" the ")
    config = {"kubernetes:kubeconfig": kubeconfig}
    if what == "guard":
        guard = {"namespace": namespace, "volume": "data", "claim": "an-id", "retain": True, "deleteData": False}
        return Thing(configured(ClaimGuardProvider, **config), guard, guard).ready(work, (namespace, {"kept": True}))
    data = {"name": "other" if work == "create" else "data", "size": "10Gi", "accessModes": ["ReadWriteOnce"]}
    inputs = {"namespace": namespace, "volumes": [data], "adopt": False}
    marked = {**inputs, "pulumiProject": MARK.project, "pulumiStack": MARK.stack}
    grown = {**marked, "volumes": [{**data, "size": "20Gi"}]}
    return Thing(configured(VolumeCheckProvider, **config), marked, grown).ready(work, (namespace, {}))


@pytest.mark.parametrize("operation", CALLS)
def test_the_calls_of_an_operation_are_these(bench: Bench, operation: str) -> None:
    assert bench.calls_of(operation) == CALLS[operation]


def test_without_a_fault_the_guard_alone_keeps_the_volume(bench: Bench) -> None:
    for work in ("create", "update", "delete"):
        assert bench.undisturbed(f"{work} the guard")[1] == ("Retain", MARK)
    assert bench.undisturbed("create the look")[1] == ("Delete", None)


@pytest.mark.parametrize("case", cases(CALLS))
def test_an_operation_completes_or_says_why_and_the_next_run_completes_it(bench: Bench, case: Case) -> None:
    bench.prove(case)
