"""Start the local cluster: etcd, then the API server, then the controllers; one call for platform and tests.

Owns: the order of the three servers, the custom kinds in it (they come before the controllers), the layout of the
cluster's folder. Does not own: the servers' command lines (`servers`), what else the cluster holds (`seed`), stopping
(`local.processes.stop_all` of the same run folder).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from local import processes
from local.kube import credentials, definitions, servers
from local.kube.objects import Objects

PORTS = ("etcd", "etcd-peer", "kube-apiserver", "kube-controller-manager")
"""The names of the ports that `start` needs (see `local.ports.stable_ports`)."""


@dataclass(frozen=True)
class Binaries:
    """Where the three programs are."""

    etcd: Path
    apiserver: Path
    controller_manager: Path


@dataclass(frozen=True)
class Cluster:
    """A cluster that runs."""

    kubeconfig: Path
    endpoint: str


def start(binaries: Binaries, folder: Path, run_dir: Path, ports: Mapping[str, int]) -> Cluster:
    """Start the cluster with its data, keys and `kubeconfig` in `folder`; logs and pid records go to `run_dir`.

    Started again with the same folder it comes back with what it held. When one of the three does not come up,
    those before it are stopped and `PlatformError` tells why.
    """
    secrets, certificates = credentials.ensure(folder), folder / "certificates"
    certificates.mkdir(exist_ok=True, mode=0o700)
    endpoint, kubeconfig = f"https://127.0.0.1:{ports['kube-apiserver']}", folder / "kubeconfig"
    started: list[processes.Running] = []
    try:
        etcd = servers.etcd(binaries.etcd, folder / "etcd", port=ports["etcd"], peer_port=ports["etcd-peer"])
        started.append(processes.start(etcd, run_dir))
        apiserver = servers.apiserver(
            binaries.apiserver,
            certificates,
            secrets,
            port=ports["kube-apiserver"],
            etcd_port=ports["etcd"],
        )
        started.append(processes.start(apiserver, run_dir))
        ca = servers.apiserver_certificate(certificates)
        credentials.write_kubeconfig(kubeconfig, endpoint=endpoint, ca=ca, token=secrets.admin_token)
        definitions.ensure(Objects.connect(kubeconfig))
        controllers = servers.controller_manager(
            binaries.controller_manager,
            certificates,
            secrets,
            kubeconfig,
            port=ports["kube-controller-manager"],
        )
        started.append(processes.start(controllers, run_dir))
    except BaseException:
        for server in reversed(started):
            processes.stop(server, run_dir)
        raise
    return Cluster(kubeconfig, endpoint)
