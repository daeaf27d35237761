"""A dex user's object on bad days: at every call of every operation."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest

from project_workspace.dex.password_object import PasswordObjectProvider
from project_workspace.dex.password_storage import object_name
from tests.support.faults.limits import Limits
from tests.support.faults.operations import Thing, configured
from tests.support.faults.proxy import Script
from tests.support.faults.rule import UNHURRIED, Bench, Case, NamedTrial, Trial, cases
from tests.support.faults.shielded import Shielded

HASHES = (f"$2b$12${'a' * 53}", f"$2b$12${'b' * 53}")
DEX = "issuer: http://dex\nstorage: {type: kubernetes}\nenablePasswordDB: true\n"

_FIT = ["GET configmaps", "GET /apis", "GET /apis/dex.coreos.com/v1"]
CALLS = {
    "create": [*_FIT, "GET passwords", "POST passwords"],
    "read": ["GET passwords", "GET configmaps"],
    "update": [*_FIT, "GET passwords", "PUT passwords"],
    "delete": ["GET passwords", "DELETE passwords"],
}
"""Of an undisturbed run: the look at dex, and the object."""


@dataclass(kw_only=True)
class Made(NamedTrial):
    """One operation on one object beside a configuration of its own."""

    cluster: Shielded

    def state(self) -> Any:
        name = object_name(f"{self.name}@aic.com")
        found = self.cluster.kube.objects.get("dex.coreos.com/v1", "Password", name, self.cluster.namespace)
        user = {key: value for key, value in (found or {}).items() if key not in ("apiVersion", "kind", "metadata")}
        return str(user).replace(self.name, "NAME"), found and found["metadata"]["annotations"]


@pytest.fixture
def bench(limits: Limits, cluster_behind: Shielded, undisturbed: dict[str, Any]) -> Bench:
    @contextmanager
    def begin(operation: str) -> Generator[Trial]:
        script, name = Script(), f"dex-{uuid4().hex[:12]}"
        metadata = {"name": name, "namespace": cluster_behind.namespace}
        config = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"config.yaml": DEX}}
        cluster_behind.kube.objects.create(config, "test")
        with cluster_behind.behind(script) as kubeconfig:
            trial = Made(script, [*HASHES, cluster_behind.token], name, limits, cluster=cluster_behind)
            limits.set(UNHURRIED)
            trial.operate = _user(kubeconfig, cluster_behind.namespace, name).ready(operation)
            yield trial

    return Bench(begin, undisturbed)


def _user(kubeconfig: str, namespace: str, name: str) -> Thing:
    inputs = {"email": f"{name}@aic.com", "username": name, "userId": f"id-{name}", "adopt": False}
    mark = {"pulumiProject": "project-workspace", "pulumiStack": "demo-dev"}
    given = {**inputs, **mark, "namespace": namespace, "configMap": name, "key": "config.yaml"}
    provider = configured(PasswordObjectProvider, **{"kubernetes:kubeconfig": kubeconfig})
    return Thing(provider, {**given, "passwordHash": HASHES[0]}, {**given, "passwordHash": HASHES[1]})


@pytest.mark.parametrize("operation", CALLS)
def test_the_calls_of_an_operation_are_these(bench: Bench, operation: str) -> None:
    assert bench.calls_of(operation) == CALLS[operation]


@pytest.mark.parametrize("case", cases(CALLS, whole="create"))
def test_an_operation_completes_or_says_why_and_the_next_run_completes_it(bench: Bench, case: Case) -> None:
    bench.prove(case)
