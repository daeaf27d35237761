"""The servers of the local platform: how each is started, and how the world before the first workspace is made on it.

Owns: the commands, the order within Kubernetes and dex, and which port belongs to whom. Does not own what a server
does, nor the folder and the life of the platform (`platform.py`).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from local import processes
from local.aws import seed as aws_seed
from local.checkout import CHECKOUT
from local.dex import server as dex_server
from local.kube import cluster
from local.kube import seed as kube_seed
from local.kube.objects import Objects
from local.kube.servers import answers
from local.standins.profile_controller.server import profile_controller

PORTS = (*cluster.PORTS, "dex", "aws", "ai-conductor", "grafana")
"""The names of all ports of one platform."""

Report = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Servers:
    """What all servers of one platform are started with."""

    run_dir: Path
    data: Path
    ports: Mapping[str, int]
    binaries: Mapping[str, Path]
    conductor_admin: tuple[str, str]
    """Login id and password of AI Conductor's administrator."""
    grafana_token: str

    def start_kubernetes(self, report: Report) -> None:
        """etcd, kube-apiserver and kube-controller-manager, then Kubeflow's profile controller and dex on them."""
        binaries = cluster.Binaries(
            etcd=self.binaries["etcd"],
            apiserver=self.binaries["kube-apiserver"],
            controller_manager=self.binaries["kube-controller-manager"],
        )
        running = cluster.start(binaries, self.data / "kube", self.run_dir, self.ports)
        kube_seed.apply(Objects.connect(running.kubeconfig), dex_server.issuer(self.ports["dex"]))
        controller = profile_controller(running.kubeconfig, self.data / "profile-controller", checkout=CHECKOUT)
        processes.start(controller, self.run_dir)
        dex = dex_server.dex(
            self.binaries["dex"],
            running.kubeconfig,
            self.data / "dex",
            port=self.ports["dex"],
            checkout=CHECKOUT,
        )
        processes.start(dex, self.run_dir)
        report(f"  Kubernetes  {running.endpoint}\n  dex         {dex_server.issuer(self.ports['dex'])}")

    def start_aws(self, report: Report) -> None:
        """moto's AWS, with a VPC, a cluster and the shared policies in it."""
        url = self._url("aws")
        self._start("aws", "local.aws.server", *self._port("aws"), ready=lambda: answers(f"{url}/moto-api/"))
        aws_seed.seed(url)
        report(f"  AWS (moto)  {url}")

    def start_conductor(self, report: Report) -> None:
        """The stand-in of AI Conductor, with an administrator and somebody else's workspace in it."""
        url, (user, password) = self._url("ai-conductor"), self.conductor_admin
        self._start(
            "ai-conductor",
            "local.standins.ai_conductor",
            *self._port("ai-conductor"),
            *self._data("ai-conductor"),
            ready=lambda: answers(f"{url}/api/v1/healthz"),
            env={"AIC_ADMIN_USER": user, "AIC_ADMIN_PASSWD": password},
        )
        report(f"  Conductor   {url}")

    def start_grafana(self, report: Report) -> None:
        """The stand-in for Grafana, with a monitoring folder in it."""
        url = self._url("grafana")
        self._start(
            "grafana",
            "local.standins.grafana",
            *self._port("grafana"),
            *self._data("grafana"),
            ready=lambda: answers(f"{url}/api/health"),
            env={"GRAFANA_TOKEN": self.grafana_token},
        )
        report(f"  Grafana     {url}")

    def _start(
        self,
        name: str,
        module: str,
        *arguments: str,
        ready: Callable[[], bool],
        env: Mapping[str, str] | None = None,
    ) -> None:
        argv = (sys.executable, "-m", module, *arguments)
        processes.start(processes.ServerSpec(name, argv, ready, env=env or {}, cwd=CHECKOUT), self.run_dir)

    def _url(self, name: str) -> str:
        return f"http://127.0.0.1:{self.ports[name]}"

    def _port(self, name: str) -> tuple[str, str]:
        return ("--port", str(self.ports[name]))

    def _data(self, name: str) -> tuple[str, ...]:
        return ("--data", str(self.data / f"{name}.json"), "--seed")
