"""The cluster's default StorageClass on bad days: every fault at every call."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest

from project_workspace.ai_devops.default_class import NOTE, DefaultStorageClassProvider
from project_workspace.volumes.places import DEFAULT
from tests.ai_devops.conftest import Classes, classes
from tests.support.faults.limits import Limits
from tests.support.faults.operations import Thing, configured
from tests.support.faults.proxy import Script
from tests.support.faults.rule import UNHURRIED, Bench, Case, NamedTrial, Trial, cases
from tests.support.faults.shielded import Shielded

__all__ = ["classes"]

_READ, _WRITE = "GET storageclasses", "PATCH storageclasses"
CALLS = {
    "create": [_READ, _READ, _WRITE, _READ, _READ, _WRITE, _READ],
    "read": [_READ],
    "update": [_READ, _READ, _WRITE, _READ, _WRITE, _READ],
    "delete": [_READ, _READ, _WRITE, _READ, _WRITE, _READ],
}
"""Of an undisturbed run: all are listed, each is read before it is written, and one of three is right already."""
GA = DEFAULT[0]


@dataclass(kw_only=True)
class OfACluster(NamedTrial):
    """One operation on the classes of a cluster: one is the default, and two are not."""

    classes: Classes

    def state(self) -> Any:
        """The default, and how many notes of the stack's are left."""
        seen = self.classes.seen()
        marks = {name.replace(self.name, "NAME"): each.get(GA) for name, each in seen.items()}
        return marks, sum(key.startswith(NOTE) for each in seen.values() for key in each)


@pytest.fixture
def bench(limits: Limits, cluster_behind: Shielded, undisturbed: dict[str, Any], classes: Classes) -> Bench:
    @contextmanager
    def begin(operation: str) -> Generator[Trial]:
        script, name = Script(), f"sc-{uuid4().hex[:8]}"
        limits.set(UNHURRIED)
        for each in classes.seen():
            classes.remove(each)
        classes.make(f"{name}-old", **{GA: "true"})
        classes.make(f"{name}-new")
        classes.make(f"{name}-newer")
        inputs = {"storageClass": f"{name}-new", "takeOverDefault": True}
        mark = {"pulumiProject": "ai-devops", "pulumiStack": "aidevops-dev"}
        news = {**inputs, **mark, "storageClass": f"{name}-newer"}
        with cluster_behind.behind(script) as kubeconfig:
            trial = OfACluster(script, [cluster_behind.token], name, limits, classes=classes)
            given = configured(DefaultStorageClassProvider, **{"kubernetes:kubeconfig": kubeconfig})
            trial.operate = Thing(given, {**inputs, **mark}, news).ready(operation)
            yield trial

    return Bench(begin, undisturbed)


@pytest.mark.parametrize("operation", CALLS)
def test_the_calls_of_an_operation_are_these(bench: Bench, operation: str) -> None:
    assert bench.calls_of(operation) == CALLS[operation]


def test_without_a_fault_the_default_moves_and_comes_back(bench: Bench) -> None:
    assert bench.undisturbed("create")[1] == ({"NAME-old": "false", "NAME-new": "true", "NAME-newer": None}, 2)
    assert bench.undisturbed("update")[1] == ({"NAME-old": "false", "NAME-new": None, "NAME-newer": "true"}, 2)
    assert bench.undisturbed("delete")[1] == ({"NAME-old": "true", "NAME-new": None, "NAME-newer": None}, 0)


@pytest.mark.parametrize("case", cases(CALLS))
def test_an_operation_completes_or_says_why_and_the_next_run_completes_it(bench: Bench, case: Case) -> None:
    bench.prove(case)
