"""One real cluster for the tests of this folder: etcd, API server, controllers, dex and the profile controller."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pytest

from local import processes, toolchain
from local.checkout import CHECKOUT
from local.dex import server as dex_server
from local.dex.login import LoginResult, login
from local.kube import cluster, seed
from local.kube.objects import Object, Objects
from local.ports import free_ports, stable_ports
from local.standins.profile_controller.server import profile_controller

T = TypeVar("T")


def eventually(what: str, probe: Callable[[], T | None], limit: float = 20.0) -> T:
    """The first true answer of `probe`; fails with `what` when there is none within `limit` seconds."""
    deadline = time.monotonic() + limit
    while time.monotonic() < deadline:
        if found := probe():
            return found
        threading.Event().wait(0.03)
    pytest.fail(f"Not within {limit:g} s: {what}.")


@dataclass(frozen=True)
class Platform:
    """The cluster and where its parts are."""

    objects: Objects
    kubeconfig: Path
    run_dir: Path
    dex_folder: Path
    issuer: str
    seeded: seed.Seeded

    def log(self, server: str) -> str:
        return (self.run_dir / f"{server}.log").read_text()

    def login(self, email: str, password: str) -> LoginResult:
        return login(self.issuer, email, password)

    def profile(self, name: str, **spec: object) -> Object:
        """Apply a Profile of owner@example.com (unless `owner` is given) and answer it."""
        document = {
            "apiVersion": "kubeflow.org/v1",
            "kind": "Profile",
            "metadata": {"name": name},
            "spec": {"owner": {"kind": "User", "name": "owner@example.com"}, **spec},
        }
        return self.objects.apply(document, "test", force=True)

    def ready_profile(self, name: str, **spec: object) -> Object:
        """Apply a Profile and wait for the controller's finalizer."""
        self.profile(name, **spec)
        return eventually(f"profile {name} is ready", lambda: self._with_finalizer(name))

    def _with_finalizer(self, name: str) -> Object | None:
        found = self.objects.get("kubeflow.org/v1", "Profile", name)
        return found if found and found["metadata"].get("finalizers") else None


@pytest.fixture(scope="session")
def tools() -> dict[str, Path]:
    return toolchain.ensure(toolchain.SERVERS)


@pytest.fixture(scope="session")
def platform(tools: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    folder = tmp_path_factory.mktemp("platform")
    run_dir, kube, dex_folder = folder / "run", folder / "kube", folder / "dex"
    binaries = cluster.Binaries(tools["etcd"], tools["kube-apiserver"], tools["kube-controller-manager"])
    try:
        started = cluster.start(binaries, kube, run_dir, stable_ports(cluster.PORTS, folder / "ports.json"))
        objects, dex_port = Objects.connect(started.kubeconfig), free_ports(1)[0]
        issuer = dex_server.issuer(dex_port)
        seeded = seed.apply(objects, issuer)
        dex = dex_server.dex(tools["dex"], started.kubeconfig, dex_folder, port=dex_port, checkout=CHECKOUT)
        processes.start(dex, run_dir)
        processes.start(profile_controller(started.kubeconfig, folder / "profiles", checkout=CHECKOUT), run_dir)
        yield Platform(objects, started.kubeconfig, run_dir, dex_folder, issuer, seeded)
    finally:
        processes.stop_all(run_dir)


@pytest.fixture
def wait_for() -> Callable[..., object]:
    return eventually
