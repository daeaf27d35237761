"""A namespace's marks on bad days, at every call of every operation; and no provider is left out of these tests."""

from __future__ import annotations

import inspect
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Any
from uuid import uuid4

import pytest

import project_workspace
from project_workspace.kubeflow.namespace_metadata import NamespaceMetadataProvider
from project_workspace.remote.provider import RemoteProvider
from tests.support.faults.limits import Limits
from tests.support.faults.operations import Thing, configured
from tests.support.faults.proxy import Script
from tests.support.faults.rule import UNHURRIED, Bench, Case, NamedTrial, Trial, cases
from tests.support.faults.shielded import Shielded

OWNER = "aic-user-demo-ws@aic.com"
LABELS = {"istio-injection": "enabled", "app.kubernetes.io/part-of": "kubeflow-profile"}
CHANGED = {"istio-injection": "disabled", "app.kubernetes.io/part-of": None, "team": "vision"}

CALLS = {
    "create": ["GET namespaces"],
    "read": ["GET namespaces"],
    "update": ["GET namespaces", "PATCH namespaces"],
}
"""Of an undisturbed run. A delete calls nobody: the marks go with the namespace."""
CALLS_NOBODY = {"NodeGroupGenerationProvider", "KeyStoreProvider", "SelfSignedCertificateProvider"}


@dataclass(kw_only=True)
class Marked(NamedTrial):
    """One operation on a namespace of its own, whose marks somebody has changed unless they are yet to be noted."""

    cluster: Shielded

    def state(self) -> Any:
        found = self.cluster.kube.objects.get("v1", "Namespace", self.name)
        assert found
        labels = {key: str(value).replace(self.name, "NAME") for key, value in found["metadata"]["labels"].items()}
        return found["metadata"]["annotations"], labels


@pytest.fixture
def bench(limits: Limits, cluster_behind: Shielded, undisturbed: dict[str, Any]) -> Bench:
    @contextmanager
    def begin(operation: str) -> Generator[Trial]:
        script, name, kube = Script(), f"aic-ns-{uuid4().hex[:12]}", cluster_behind.kube
        limits.set(UNHURRIED)
        kube.make_namespace(name, owner=OWNER)
        target = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
        kube.objects.merge(target, {"metadata": {"labels": LABELS}})
        with cluster_behind.behind(script) as kubeconfig:
            inputs = {"namespace": name, "owner": OWNER}
            provider = configured(NamespaceMetadataProvider, **{"kubernetes:kubeconfig": kubeconfig})
            trial = Marked(script, [cluster_behind.token], name, limits, cluster=cluster_behind)
            trial.operate = Thing(provider, inputs, inputs).ready(operation)
            if operation != "create":
                changed = {"annotations": {"owner": "eve@aic.com"}, "labels": CHANGED}
                kube.objects.merge(target, {"metadata": changed})
            yield trial

    return Bench(begin, undisturbed)


@pytest.mark.parametrize("operation", CALLS)
def test_the_calls_of_an_operation_are_these(bench: Bench, operation: str) -> None:
    assert bench.calls_of(operation) == CALLS[operation]


def test_without_a_fault_an_update_puts_the_marks_back(bench: Bench) -> None:
    _, (annotations, labels) = bench.undisturbed("update")
    assert annotations["owner"] == OWNER
    assert {key: labels[key] for key in LABELS} == LABELS
    assert labels["team"] == "vision", "what others add is theirs"


@pytest.mark.parametrize("case", cases(CALLS))
def test_an_operation_completes_or_says_why_and_the_next_run_completes_it(bench: Bench, case: Case) -> None:
    bench.prove(case)


def test_every_provider_that_calls_somebody_is_disturbed_here() -> None:
    modules = [import_module(each.name) for each in walk_packages(project_workspace.__path__, "project_workspace.")]
    providers = {
        name
        for module in modules
        for name, kind in inspect.getmembers(module, inspect.isclass)
        if issubclass(kind, RemoteProvider) and hasattr(kind, "what")
    }
    assert "UserProvider" in providers
    texts = "".join(path.read_text() for path in Path(__file__).parent.glob("test_faults_*.py"))
    assert sorted(name for name in providers if f" {name}" not in texts) == sorted(CALLS_NOBODY)
