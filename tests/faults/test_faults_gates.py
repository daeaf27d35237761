"""Those that look and make nothing, on bad days: the note of the cluster, the namespace gate, the guards of a teardown.

What they must never do is take a fault for an answer: then a namespace that is somebody else's would be used, a bucket
with content deleted, or another cluster taken for the stack's own.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx
import pytest

from local.standins.ai_conductor.inprocess import Running, serving
from project_workspace.aws import provider_connection
from project_workspace.conductor import connection as conductor_connection
from project_workspace.kubeflow.gate import GateProvider
from project_workspace.kubeflow.namespace_guard import NamespaceGuardProvider
from project_workspace.lifecycle.account_identity import AccountIdentityProvider
from project_workspace.lifecycle.cluster_identity import ClusterIdentityProvider
from project_workspace.lifecycle.teardown_guard import TeardownGuardProvider
from project_workspace.remote.provider import ProviderError
from project_workspace.workbench.installation_guard import InstallationGuardProvider
from tests.support.faults.clouds import REGION, Cloud, cloud
from tests.support.faults.dialects import AWS, CONDUCTOR
from tests.support.faults.limits import Limits
from tests.support.faults.operations import Operation, Thing, configured
from tests.support.faults.proxy import Script, proxy
from tests.support.faults.rule import UNHURRIED, Bench, Case, Trial, assert_readable, cases
from tests.support.faults.shielded import Shielded

ADMIN = ("site-admin", "admin-secret-4711")
OWNER = "aic-user-demo-ws@aic.com"
FULL, EMPTY = "s3-full", "s3-empty"
WORKSPACE = "acoustics-ws"

_CONTENT = ["GET /apis", "GET persistentvolumeclaims", "GET /apis/kubeflow.org/v1"]
_INSTALLED = ["GET deployments", "GET statefulsets"]
_OWNER = ["GET profiles", "GET namespaces"]
_LOOK = ["POST auth/login", "GET workspaces", "GET solutions/workspace"]
CALLS = {
    "create the account": ["sts:GetCallerIdentity"],
    "read the account": ["sts:GetCallerIdentity"],
    "read the account of another stack": ["sts:GetCallerIdentity"],
    "create the note": ["GET namespaces"],
    "read the note": ["GET namespaces"],
    "read the note of another cluster": ["GET namespaces"],
    "delete the shield of an empty namespace": [*_OWNER, *_CONTENT, "GET persistentvolumeclaims"],
    "delete the shield of a namespace with a volume": [*_OWNER, *_CONTENT],
    "create the gate": ["GET namespaces"],
    "create the gate of a namespace of somebody else": ["GET namespaces"],
    "delete the gate": ["GET namespaces"],
    "delete the watch of a namespace without an installation": [*_INSTALLED, *_CONTENT],
    "delete the watch of an installation": [*_INSTALLED, *_CONTENT],
    "delete the guard of an empty workspace": ["s3:ListObjectVersions", *_LOOK],
    "delete the guard of a full bucket": ["s3:ListObjectVersions", *_LOOK],
    "delete the guard of a workspace with a solution": ["s3:ListObjectVersions", *_LOOK],
    "delete the guard of data that may go": [*_LOOK, "DELETE solutions/s-1"],
}
"""Of an undisturbed run."""


@dataclass
class Looked(Trial):
    """One operation; a refusal is an answer too."""

    limits: Limits
    look: Callable[[], Any]
    refused: str
    operate: Operation = field(default=lambda: None)

    def act(self, patience: float) -> Any:
        self.limits.set(patience)
        conductor_connection._clients.clear()
        try:
            self.operate()
        except ProviderError as error:
            if self.refused and self.refused in str(error):
                return self.refused
            raise
        return "done"

    def state(self) -> Any:
        return self.look()


@dataclass(frozen=True)
class World:
    """All remotes; each is reached through its own proxy, with one script."""

    cluster: Shielded
    aws: Cloud
    conductor: Running

    @contextmanager
    def gate(self, operation: str, script: Script, limits: Limits) -> Generator[Trial]:
        foreign, name = "somebody else" in operation, f"aic-ns-{uuid4().hex[:12]}"
        if foreign:
            self.cluster.kube.make_namespace(name, owner="somebody@else.com")
        with self.cluster.behind(script) as kubeconfig:
            provider = configured(GateProvider, **{"kubernetes:kubeconfig": kubeconfig})
            thing = Thing(provider, {"namespace": name, "owner": OWNER, "adopt": False}, {})
            trial = Looked(
                script,
                [self.cluster.token],
                limits,
                lambda: self.cluster.kube.objects.get("v1", "Namespace", name) is not None,
                "of another owner" if foreign else "",
            )
            trial.operate = thing.ready(operation.split(maxsplit=1)[0], (name, {}))
            yield trial

    @contextmanager
    def note(self, operation: str, script: Script, limits: Limits) -> Generator[Trial]:
        uid = self.cluster.kube.objects.get("v1", "Namespace", "kube-system")
        assert uid
        noted = "u-another" if "another" in operation else uid["metadata"]["uid"]
        with self.cluster.behind(script) as kubeconfig:
            thing = Thing(configured(ClusterIdentityProvider, **{"kubernetes:kubeconfig": kubeconfig}), {}, {})
            refused = "belongs to another cluster" if "another" in operation else ""
            trial = Looked(script, [self.cluster.token], limits, lambda: None, refused)
            trial.operate = thing.ready(operation.split(maxsplit=1)[0], (noted, {"clusterUid": noted}))
            yield trial

    @contextmanager
    def account(
        self, operation: str, script: Script, limits: Limits, monkeypatch: pytest.MonkeyPatch
    ) -> Generator[Trial]:
        noted = "222222222222" if "another" in operation else "123456789012"
        with (
            httpx.Client(base_url=self.aws.url, trust_env=False) as remote,
            proxy(remote, AWS, script) as url,
        ):
            monkeypatch.setenv("AWS_ENDPOINT_URL", url)
            thing = Thing(configured(AccountIdentityProvider, **{"aws:region": REGION}), {}, {})
            refused = "belongs to another AWS account" if "another" in operation else ""
            trial = Looked(script, [], limits, lambda: None, refused)
            note = {"accountId": noted, "partition": "aws"}
            trial.operate = _anew(thing.ready(operation.split(maxsplit=1)[0], (noted, note)))
            yield trial

    @contextmanager
    def shield(self, operation: str, script: Script, limits: Limits) -> Generator[Trial]:
        """The guard of a namespace."""
        name, objects = f"aic-ns-{uuid4().hex[:12]}", self.cluster.kube.objects
        self.cluster.kube.make_namespace(name, owner=OWNER)
        profile = {"apiVersion": "kubeflow.org/v1", "kind": "Profile", "metadata": {"name": name}}
        objects.create({**profile, "spec": {"owner": {"kind": "User", "name": OWNER}}}, "test")
        if "volume" in operation:
            spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
            metadata = {"name": "data", "namespace": name}
            claim = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": metadata, "spec": spec}
            objects.create(claim, "test")
        with self.cluster.behind(script) as kubeconfig:
            provider = configured(NamespaceGuardProvider, **{"kubernetes:kubeconfig": kubeconfig})
            thing = Thing(provider, {"namespace": name, "profile": name, "deleteData": False}, {})
            refused = "1 volume (data)" if "volume" in operation else ""
            trial = Looked(script, [self.cluster.token], limits, lambda: None, refused)
            trial.operate = thing.ready("delete", (name, {}))
            yield trial

    @contextmanager
    def watch(self, operation: str, script: Script, limits: Limits) -> Generator[Trial]:
        """The guard of an installed Workbench."""
        name, objects, installed = f"anaconda-{uuid4().hex[:12]}", self.cluster.kube.objects, "of an" in operation
        self.cluster.kube.make_namespace(name)
        if installed:
            labels = {"app": "ap-ui"}
            pod = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "a", "image": "aedev/ae-ui:1"}]}}
            metadata = {"name": "ap-ui", "namespace": name}
            spec = {"replicas": 0, "selector": {"matchLabels": labels}, "template": pod}
            objects.create({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": spec}, "test")
        with self.cluster.behind(script) as kubeconfig:
            provider = configured(InstallationGuardProvider, **{"kubernetes:kubeconfig": kubeconfig})
            thing = Thing(provider, {"namespace": name, "goes": True, "deleteData": False}, {})
            refused = "still installed: 1 deployment (ap-ui)" if installed else ""
            trial = Looked(script, [self.cluster.token], limits, lambda: None, refused)
            trial.operate = thing.ready("delete", (name, {}))
            yield trial

    @contextmanager
    def guard(
        self, operation: str, script: Script, limits: Limits, monkeypatch: pytest.MonkeyPatch
    ) -> Generator[Trial]:
        solutions = [{"id": "s-1", "name": "bolts", "workspace_id": self._workspace["id"], "scope_ws": WORKSPACE}]
        has_solution = "solution" in operation or "may go" in operation
        with self.conductor.place.store.edit() as draft:
            draft["solutions"] = solutions if has_solution else []
        with (
            httpx.Client(base_url=self.aws.url, trust_env=False) as cloud_remote,
            httpx.Client(base_url=self.conductor.url, trust_env=False) as conductor_remote,
            proxy(cloud_remote, AWS, script) as aws,
            proxy(conductor_remote, CONDUCTOR, script) as conductor,
        ):
            monkeypatch.setenv("AWS_ENDPOINT_URL", aws)
            bucket = FULL if "bucket" in operation else EMPTY
            inputs = {"bucket": bucket, "region": REGION, "deleteData": "may go" in operation}
            there = {"conductorUrl": conductor, "conductorProfile": "ai-conductor-2.1", "workspace": WORKSPACE}
            thing = Thing(configured(TeardownGuardProvider), {**inputs, **there}, {})
            refused = "still has content" if "full" in operation or "with a" in operation else ""
            trial = Looked(script, ADMIN[1:], limits, lambda: self.conductor.state["solutions"], refused)
            trial.operate = thing.ready("delete", (bucket, {}))
            yield trial

    @property
    def _workspace(self) -> dict[str, Any]:
        return next(each for each in self.conductor.state["workspaces"] if each["name"] == WORKSPACE)


def _anew(operate: Operation) -> Operation:
    """As a new process, which has not looked at the account."""

    def run() -> Any:
        provider_connection.forget()
        return operate()

    return run


@pytest.fixture(scope="module")
def world(cluster_behind: Shielded) -> Iterator[World]:
    with cloud() as aws, serving(*ADMIN) as conductor:
        for bucket in (FULL, EMPTY):
            aws.s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
        aws.s3.put_object(Bucket=FULL, Key="model.bin", Body=b"weights")
        yield World(cluster_behind, aws, conductor)


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch, limits: Limits, world: World, undisturbed: dict[str, Any]) -> Bench:
    world.aws.use(monkeypatch)
    monkeypatch.setattr(conductor_connection, "_clients", {})
    monkeypatch.setenv("AIC_ADMIN_USER", ADMIN[0])
    monkeypatch.setenv("AIC_ADMIN_PASSWD", ADMIN[1])

    @contextmanager
    def begin(operation: str) -> Generator[Trial]:
        script = Script()
        limits.set(UNHURRIED)
        if "account" in operation:
            made = world.account(operation, script, limits, monkeypatch)
        elif "note" in operation:
            made = world.note(operation, script, limits)
        elif "watch" in operation:
            made = world.watch(operation, script, limits)
        elif "shield" in operation:
            made = world.shield(operation, script, limits)
        elif "gate" in operation:
            made = world.gate(operation, script, limits)
        else:
            made = world.guard(operation, script, limits, monkeypatch)
        with made as trial:
            yield trial

    return Bench(begin, undisturbed)


@pytest.mark.parametrize("operation", CALLS)
def test_the_calls_of_an_operation_are_these(bench: Bench, operation: str) -> None:
    assert bench.calls_of(operation) == CALLS[operation]


@pytest.mark.parametrize("case", cases(CALLS))
def test_a_look_completes_or_says_why_and_the_next_run_completes_it(bench: Bench, case: Case) -> None:
    bench.prove(case)


def test_an_api_server_without_tls_that_can_be_trusted_is_a_sentence(world: World, limits: Limits) -> None:
    limits.set(UNHURRIED)
    with world.cluster.behind(Script()) as plain:
        config = {"kubernetes:kubeconfig": plain.replace("http://", "https://")}
        with pytest.raises(ProviderError, match="no TLS connection that can be trusted") as told:
            configured(GateProvider, **config)().create({"namespace": "any", "owner": OWNER, "adopt": False})
    assert_readable(str(told.value), [world.cluster.token])
