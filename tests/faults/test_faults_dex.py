"""dex's configuration on bad days: one user in it, at every call of every operation.

The Deployment has no pods and is paused, so that a rollout is nothing but the controller's note that it has seen it.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest

from local.kube.objects import Objects
from project_workspace.dex import config_file as dex_config
from project_workspace.dex.config_file import Entry
from project_workspace.dex.provider import UserProvider
from project_workspace.kube.rollout import HASH_ANNOTATION, is_rolled_out
from tests.support.faults.limits import Limits
from tests.support.faults.operations import Thing, configured
from tests.support.faults.proxy import Script
from tests.support.faults.rule import UNHURRIED, Bench, Case, NamedTrial, Trial, cases
from tests.support.faults.shielded import Shielded
from tests.support.real_cluster import eventually

HASHES = (f"$2b$12${'a' * 53}", f"$2b$12${'b' * 53}")
THEIRS = f"""# kept by hand
issuer: http://dex
enablePasswordDB: true
staticPasswords:
- email: other@aic.com
  hash: '$2y$12${"c" * 53}'
  userID: o
"""

_WRITE = [
    "GET configmaps",
    "PUT configmaps",
    "GET configmaps",
    "GET configmaps",
    "GET deployments",
    "PATCH deployments",
    "GET deployments",
]
CALLS = {"create": _WRITE, "read": ["GET configmaps"], "update": _WRITE, "delete": _WRITE}
"""Of an undisturbed run: the edit, the look at it, the restart and the wait for it."""
DISTURBED = {**CALLS, "update": _WRITE[:3]}
"""An update restarts dex with the very same calls as a create."""


@dataclass(kw_only=True)
class Edited(NamedTrial):
    """One operation on a ConfigMap and a Deployment of its own."""

    cluster: Shielded

    def state(self) -> Any:
        config = self.cluster.kube.objects.get("v1", "ConfigMap", self.name, self.cluster.namespace)
        deployment = _deployment(self.cluster.kube.objects, self.cluster.namespace, self.name)
        assert config
        template = deployment["spec"]["template"]["metadata"].get("annotations", {})
        restarts = deployment["metadata"]["generation"]
        return config["data"], config["metadata"]["labels"], restarts, template.get(HASH_ANNOTATION)


@pytest.fixture
def bench(limits: Limits, cluster_behind: Shielded, undisturbed: dict[str, Any]) -> Bench:
    @contextmanager
    def begin(operation: str) -> Generator[Trial]:
        script, name = Script(), f"dex-{uuid4().hex[:12]}"
        _install(cluster_behind, name, with_user=operation != "create")
        with cluster_behind.behind(script) as kubeconfig:
            secrets = [*HASHES, cluster_behind.token]
            trial = Edited(script, secrets, name, limits, cluster=cluster_behind)
            limits.set(UNHURRIED)
            trial.operate = _user(kubeconfig, cluster_behind.namespace, name).ready(
                operation, ("demo@aic.com", {"hash": HASHES[0]})
            )
            yield trial

    return Bench(begin, undisturbed)


def _install(cluster: Shielded, name: str, *, with_user: bool) -> None:
    entry = Entry(email="demo@aic.com", hash=HASHES[0], username="demo", user_id="id-demo")
    text = dex_config.put(THEIRS, entry) if with_user else THEIRS
    metadata = {"name": name, "namespace": cluster.namespace, "labels": {"owner": "somebody"}}
    config = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": metadata,
        "data": {"config.yaml": text, "more": "kept"},
    }
    labels = {"app": name}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "dex", "image": "dex"}]}}
    spec = {"replicas": 0, "paused": True, "selector": {"matchLabels": labels}, "template": template}
    deployment = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": spec}
    objects = cluster.kube.objects
    for document in (config, deployment):
        objects.create(document, "test")
    eventually(
        "the controllers have seen the Deployment", lambda: is_rolled_out(_deployment(objects, cluster.namespace, name))
    )


def _deployment(objects: Objects, namespace: str, name: str) -> dict[str, Any]:
    found = objects.get("apps/v1", "Deployment", name, namespace)
    assert found
    return found


def _user(kubeconfig: str, namespace: str, name: str) -> Thing:
    place = {"namespace": namespace, "name": name, "key": "config.yaml"}
    inputs = {"email": "demo@aic.com", "username": "demo", "userId": "id-demo", "adopt": False, "configMap": place}
    given = {**inputs, "deployment": name, "passwordHash": HASHES[0]}
    provider = configured(UserProvider, **{"kubernetes:kubeconfig": kubeconfig})
    return Thing(provider, given, {**given, "passwordHash": HASHES[1]})


@pytest.mark.parametrize("operation", CALLS)
def test_the_calls_of_an_operation_are_these(bench: Bench, operation: str) -> None:
    assert bench.calls_of(operation) == CALLS[operation]


@pytest.mark.parametrize("case", cases(DISTURBED, whole="create"))
def test_an_operation_completes_or_says_why_and_the_next_run_completes_it(bench: Bench, case: Case) -> None:
    bench.prove(case)
