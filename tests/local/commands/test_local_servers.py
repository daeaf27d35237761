"""How the servers are started: each on its own port, in the right order, without a secret on a command line."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import pytest

from local import processes
from local.aws import seed as aws_seed
from local.checkout import CHECKOUT
from local.kube import cluster
from local.kube import seed as kube_seed
from local.kube.objects import Objects
from local.platform import EXPECTED
from local.processes import PlatformError, ServerSpec
from local.servers import PORTS, Servers

PORT = {name: 20000 + number for number, name in enumerate(PORTS)}
PASSWORD, TOKEN = "the-administrators-password", "glsa_the-token"


@pytest.fixture
def servers(tmp_path: Path) -> Servers:
    return Servers(
        run_dir=tmp_path / "run",
        data=tmp_path / "data",
        ports=PORT,
        binaries={name: Path("/bin") / name for name in ("etcd", "kube-apiserver", "kube-controller-manager", "dex")},
        conductor_admin=("admin", PASSWORD),
        grafana_token=TOKEN,
    )


@pytest.fixture
def happened(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Any]:
    """What would have been done, in order; nothing is started."""
    events: list[Any] = []
    running = cluster.Cluster(tmp_path / "kubeconfig", "https://127.0.0.1:1")

    def started(binaries: Any, folder: Path, run_dir: Path, ports: Any) -> cluster.Cluster:
        events.append(("cluster", binaries, folder, ports))
        return running

    monkeypatch.setattr(processes, "start", lambda spec, run_dir: events.append(spec))
    monkeypatch.setattr(cluster, "start", started)
    monkeypatch.setattr(Objects, "connect", staticmethod(lambda kubeconfig: ("objects of", kubeconfig)))
    monkeypatch.setattr(kube_seed, "apply", lambda objects, issuer: events.append(("seed", objects, issuer)))
    monkeypatch.setattr(aws_seed, "seed", lambda url: events.append(("seed", url)))
    return events


def python(*arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", *arguments)


def test_kubernetes_is_seeded_before_the_controller_and_dex_come_up_on_it(
    servers: Servers, happened: list[Any], tmp_path: Path
) -> None:
    said: list[str] = []
    servers.start_kubernetes(said.append)
    started, seeded, controller, dex = happened
    binaries = cluster.Binaries(Path("/bin/etcd"), Path("/bin/kube-apiserver"), Path("/bin/kube-controller-manager"))
    issuer = f"http://127.0.0.1:{PORT['dex']}/dex"
    assert started == ("cluster", binaries, tmp_path / "data" / "kube", PORT)
    assert seeded == ("seed", ("objects of", tmp_path / "kubeconfig"), issuer)
    assert [controller.name, dex.name] == ["profile-controller", "dex"]
    assert dex.argv[-8:] == (
        *("--kubeconfig", str(tmp_path / "kubeconfig"), "--dex", "/bin/dex"),
        *("--folder", str(tmp_path / "data" / "dex"), "--port", str(PORT["dex"])),
    )
    assert said == [f"  Kubernetes  https://127.0.0.1:1\n  dex         {issuer}"]


def test_aws_is_seeded_when_it_runs(servers: Servers, happened: list[Any]) -> None:
    servers.start_aws(lambda line: None)
    server, seeded = happened
    assert (server.name, server.argv) == ("aws", python("local.aws.server", "--port", str(PORT["aws"])))
    assert seeded == ("seed", f"http://127.0.0.1:{PORT['aws']}")


def test_the_stand_ins_get_their_port_their_data_and_their_secrets_by_the_environment(
    servers: Servers, happened: list[ServerSpec], tmp_path: Path
) -> None:
    servers.start_conductor(lambda line: None)
    servers.start_grafana(lambda line: None)
    assert [(spec.name, spec.argv, dict(spec.env), spec.cwd) for spec in happened] == [
        (name, python(module, "--port", str(PORT[name]), "--data", str(data), "--seed"), env, CHECKOUT)
        for name, module, data, env in (
            (
                "ai-conductor",
                "local.standins.ai_conductor",
                tmp_path / "data" / "ai-conductor.json",
                {"AIC_ADMIN_USER": "admin", "AIC_ADMIN_PASSWD": PASSWORD},
            ),
            ("grafana", "local.standins.grafana", tmp_path / "data" / "grafana.json", {"GRAFANA_TOKEN": TOKEN}),
        )
    ]


def test_every_expected_server_is_started_with_a_program_that_exists_and_no_secret_on_its_command_line(
    servers: Servers, happened: list[Any]
) -> None:
    for part in (servers.start_kubernetes, servers.start_aws, servers.start_conductor, servers.start_grafana):
        part(lambda line: None)
    specs = [event for event in happened if isinstance(event, ServerSpec)]
    by_cluster = {"etcd", "kube-apiserver", "kube-controller-manager"}
    assert {spec.name for spec in specs} | by_cluster == set(EXPECTED)
    assert [spec.name for spec in specs if importlib.util.find_spec(spec.argv[2]) is None] == []
    secrets_given = {value for spec in specs for value in spec.env.values()}
    assert {PASSWORD, TOKEN} <= secrets_given
    shown = " ".join(part for spec in specs for part in spec.argv)
    assert PASSWORD not in shown
    assert TOKEN not in shown


def test_a_server_that_does_not_come_up_is_not_seeded(
    servers: Servers, happened: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(spec: ServerSpec, run_dir: Path) -> None:
        raise PlatformError(f"{spec.name} was not ready.")

    monkeypatch.setattr(processes, "start", refuse)
    with pytest.raises(PlatformError, match="aws was not ready"):
        servers.start_aws(lambda line: None)
    assert happened == []
