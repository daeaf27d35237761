"""The cluster of these tests: the local platform's real API server and dex, and a client whose calls can be spoilt."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import pytest
from pulumi.dynamic import Config, ConfigureRequest, CreateResult, ReadResult, UpdateResult

from local import processes, toolchain
from local.checkout import CHECKOUT
from local.dex import server as dex_server
from local.kube import cluster, seed
from local.kube.objects import Objects
from local.ports import free_ports, stable_ports
from project_workspace.kube import cluster as cluster_client
from project_workspace.kube import rollout
from project_workspace.kube.cluster import Cluster
from project_workspace.remote.provider import RemoteProvider

Provider = TypeVar("Provider", bound=RemoteProvider)


def eventually(what: str, probe: Callable[[], Any], limit: float = 20.0) -> Any:
    """The first true answer of `probe`; fails with `what` when there is none within `limit` seconds."""
    deadline = time.monotonic() + limit
    while time.monotonic() < deadline:
        if found := probe():
            return found
        threading.Event().wait(0.03)
    pytest.fail(f"Not within {limit:g} s: {what}.")


def outs(result: CreateResult | ReadResult | UpdateResult) -> dict[str, Any]:
    """What a provider answered to be kept in the state."""
    assert result.outs is not None
    return result.outs


@dataclass(frozen=True)
class Kube:
    """A real cluster without dex; `objects` is somebody else's access to it."""

    kubeconfig: Path
    objects: Objects

    def connect(self) -> Cluster:
        return cluster_client.connect(str(self.kubeconfig))

    def new_namespace(self, **annotations: str) -> str:
        name = f"test-{uuid4().hex[:12]}"
        self.make_namespace(name, **annotations)
        return name

    def make_namespace(self, name: str, **annotations: str) -> None:
        metadata = {"name": name, "annotations": annotations}
        self.objects.create({"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}, "test")

    def new_config_map(self, namespace: str, **data: str) -> None:
        metadata = {"name": "dex", "namespace": namespace, "labels": {"owner": "somebody"}}
        body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}
        self.objects.create(body, "test")


@dataclass(frozen=True)
class DexCluster(Kube):
    """A real cluster with a real dex that follows its Deployment."""

    issuer: str
    seeded: seed.Seeded


@dataclass
class Spoilt:
    """Stands before a real `ApiClient` and spoils chosen calls: the fault is injected, the rest is real."""

    client: Any
    spoil: Callable[[str, Callable[[], Any]], Any]
    """Called with the HTTP method and the real call; answers or raises what the caller shall see."""
    calls: list[str] = field(default_factory=list)

    @property
    def configuration(self) -> Any:
        return self.client.configuration

    def param_serialize(self, *args: Any, **kwargs: Any) -> Any:
        return self.client.param_serialize(*args, **kwargs)

    def call_api(self, method: str, *args: Any, **kwargs: Any) -> Any:
        self.calls.append(method)
        return self.spoil(method, lambda: self.client.call_api(method, *args, **kwargs))


@dataclass
class Answer:
    """An answer that the API server did not give."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def response(self) -> io.BytesIO:
        """What is under the library's own answer."""
        return io.BytesIO(self.body)


@pytest.fixture
def short_gathering(monkeypatch: pytest.MonkeyPatch) -> None:
    """A configuration that a test edits by hand looks as if somebody else were about to restart dex.

    Not as long as a poll of the rollout, so that a test can tell them apart.
    """
    monkeypatch.setattr(rollout, "GATHER_SECONDS", 0.55)


@pytest.fixture
def provided(kube: Kube, monkeypatch: pytest.MonkeyPatch) -> Callable[[type[Provider]], Provider]:
    """Makes a provider as the engine does, for the cluster of the tests."""
    monkeypatch.setenv("KUBECONFIG", str(kube.kubeconfig))

    def made(kind: type[Provider]) -> Provider:
        provider = kind()
        provider.configure(ConfigureRequest(Config({}, "workspace")))
        return provider

    return made


@pytest.fixture(scope="session")
def kube(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kube]:
    folder = tmp_path_factory.mktemp("kube")
    try:
        yield _start(folder, toolchain.ensure(toolchain.SERVERS))
    finally:
        processes.stop_all(folder / "run")


@pytest.fixture(scope="session")
def dex_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DexCluster]:
    folder, tools = tmp_path_factory.mktemp("platform"), toolchain.ensure(toolchain.SERVERS)
    try:
        kube, port = _start(folder, tools), free_ports(1)[0]
        issuer = dex_server.issuer(port)
        seeded = seed.apply(kube.objects, issuer)
        dex = dex_server.dex(tools["dex"], kube.kubeconfig, folder / "dex", port=port, checkout=CHECKOUT)
        processes.start(dex, folder / "run")
        yield DexCluster(kube.kubeconfig, kube.objects, issuer, seeded)
    finally:
        processes.stop_all(folder / "run")


def _start(folder: Path, tools: dict[str, Path]) -> Kube:
    binaries = cluster.Binaries(tools["etcd"], tools["kube-apiserver"], tools["kube-controller-manager"])
    ports = stable_ports(cluster.PORTS, folder / "ports.json")
    started = cluster.start(binaries, folder / "kube", folder / "run", ports)
    return Kube(started.kubeconfig, Objects.connect(started.kubeconfig))
