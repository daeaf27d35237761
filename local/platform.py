"""The local platform as a whole: its folder, its servers, and what a person needs to use it.

Owns: a folder (`.local` for `make local`, a temporary one in tests) with ports, credentials, data, logs and pid
records; start, stop and the environment for plain `pulumi` commands. Does not own any server (`servers.py`).
A platform that was stopped starts afresh: moto keeps AWS in memory, and half a world would fit no state.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from local import processes, toolchain
from local.checkout import CHECKOUT
from local.ports import stable_ports
from local.servers import PORTS, Servers
from workspacectl.private_files import write_private

REGION = "ap-northeast-2"
PASSPHRASE = "local"  # noqa: S105 - public on purpose: see stacks/Pulumi.local.yaml
EXPECTED = (
    "etcd",
    "kube-apiserver",
    "kube-controller-manager",
    "profile-controller",
    "dex",
    "aws",
    "ai-conductor",
    "grafana",
)
"""The servers of a platform that runs, by the names of their records."""

AWS_VARIABLES = {
    "AWS_ENDPOINT_URL",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_REGION",
    "AWS_CA_BUNDLE",
}
"""What AWS clients may see on the platform: what it sets itself, and the machine's certificates."""

NO_SIDECARS = "metadata=skip"
"""Of the backend's URL. By default a `.attrs` file is written, in place, beside every state file, and an engine that is
killed in that moment leaves an empty one: "failed to load checkpoint: EOF" is then the answer to every command."""

Report = Callable[[str], None]


@dataclass(frozen=True)
class Credentials:
    """The administrators of one platform: drawn at its start, kept in a file that only its owner can read."""

    conductor_user: str
    conductor_password: str
    grafana_token: str


class Platform:
    """One local platform in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.run_dir = folder / "run"
        self.data = folder / "data"

    @property
    def is_running(self) -> bool:
        """Whether every server runs."""
        names = {server.name for server in processes.running(self.run_dir)} if self.run_dir.exists() else set()
        return names.issuperset(EXPECTED)

    @cached_property
    def ports(self) -> dict[str, int]:
        """The port of every server, on 127.0.0.1: those of the platform that runs, else free ones."""
        file = self.folder / "ports.json"
        return json.loads(file.read_text()) if self.is_running else stable_ports(PORTS, file)

    @cached_property
    def credentials(self) -> Credentials:
        """The administrators' credentials."""
        file = self.folder / "credentials.json"
        if not file.exists():
            drawn = {
                "conductor_user": "admin",
                "conductor_password": secrets.token_urlsafe(18),
                "grafana_token": f"glsa_{secrets.token_urlsafe(24)}",
            }
            write_private(file, json.dumps(drawn))
        return Credentials(**json.loads(file.read_text()))

    def start(self, report: Report) -> None:
        """Start all servers and make the world as it is before the first workspace; nothing if it runs.

        Raises `processes.PlatformError` or `toolchain.ToolchainError` with the sentence to show.
        """
        if self.is_running:
            report("The local platform is running.")
            return
        binaries = toolchain.ensure(toolchain.SERVERS)
        self._clear()
        servers = Servers(
            run_dir=self.run_dir,
            data=self.data,
            ports=self.ports,
            binaries=binaries,
            conductor_admin=(self.credentials.conductor_user, self.credentials.conductor_password),
            grafana_token=self.credentials.grafana_token,
        )
        report("Starting the local platform: etcd, kube-apiserver, dex, AWS (moto), AI Conductor, Grafana.")
        try:
            self._start_side_by_side(servers, report)
        except BaseException:
            self.stop()
            raise

    def _start_side_by_side(self, servers: Servers, report: Report) -> None:
        parts = (servers.start_kubernetes, servers.start_aws, servers.start_conductor, servers.start_grafana)
        with ThreadPoolExecutor(len(parts)) as pool:
            for part in [pool.submit(part, report) for part in parts]:
                part.result()

    def stop(self) -> None:
        """Stop all servers; a platform that does not run is left as it is."""
        if self.run_dir.exists():
            processes.stop_all(self.run_dir)

    def _clear(self) -> None:
        self.stop()
        for name in ("run", "data", "state"):
            shutil.rmtree(self.folder / name, ignore_errors=True)
        for folder in (self.folder, self.run_dir, self.data, self.folder / "state", self.home):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def url(self, server: str) -> str:
        """The address of a server that speaks HTTP."""
        return f"http://127.0.0.1:{self.ports[server]}"

    @property
    def issuer(self) -> str:
        """dex's issuer, to which a user logs in."""
        return f"{self.url('dex')}/dex"

    @property
    def home(self) -> Path:
        """The engine's PULUMI_HOME, in which its plugins are."""
        return self.folder / "pulumi"

    @property
    def kubeconfig(self) -> Path:
        """The administrator's kubeconfig."""
        return self.data / "kube" / "kubeconfig"

    def misleading(self) -> list[str]:
        """Variables of the caller that could lead to a real AWS account: a profile, a session, another endpoint."""
        return sorted(name for name in os.environ if name.startswith("AWS_") and name not in AWS_VARIABLES)

    def complete_environment(self) -> dict[str, str]:
        """The caller's environment, led to this platform and nowhere else."""
        kept = {name: value for name, value in os.environ.items() if name not in self.misleading()}
        return {**kept, **self.environment()}

    def environment(self) -> dict[str, str]:
        """What plain `pulumi` commands need to work against this platform, beside the variables that are set."""
        return {
            **toolchain.engine_environment(Path(sys.executable), CHECKOUT, self.home),
            "PULUMI_BACKEND_URL": f"file://{self.folder / 'state'}?{NO_SIDECARS}",
            "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
            "PULUMI_SKIP_UPDATE_CHECK": "1",
            "KUBECONFIG": str(self.kubeconfig),
            "AWS_ENDPOINT_URL": self.url("aws"),
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_REGION": REGION,
            "AIC_FRONTEND_URL": self.url("ai-conductor"),
            "AIC_ADMIN_USER": self.credentials.conductor_user,
            "AIC_ADMIN_PASSWD": self.credentials.conductor_password,
            "GRAFANA_URL": self.url("grafana"),
            "GRAFANA_TOKEN": self.credentials.grafana_token,
        }
