"""The platform as a whole: it runs completely or is made afresh, and nothing is left of one that did not come up."""

from __future__ import annotations

import json
import os
import socket
import stat
import sys
from collections.abc import Generator, Iterable
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
import pytest

from local import platform as platform_module
from local import processes, toolchain
from local.checkout import CHECKOUT
from local.platform import EXPECTED, Platform
from local.processes import PlatformError
from local.servers import PORTS


def quiet(line: str) -> None:
    """Progress that nobody reads."""


def pids(platform: Platform) -> dict[str, int]:
    return {server.name: server.pid for server in processes.running(platform.run_dir)}


def living(folder: Path) -> list[int]:
    """The waiting processes of a platform in `folder`, by what they hold open: their log."""
    found: list[int] = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.name() == "sleep" and any(str(folder) in link for link in _links(process.pid)):
                found.append(process.pid)
    return found


def _links(pid: int) -> list[str]:
    with suppress(OSError):
        return [os.readlink(f"/proc/{pid}/fd/1")]
    return []


@contextmanager
def taken(ports: Iterable[int]) -> Generator[None]:
    """Somebody listens on these ports: the servers themselves, or a stranger."""
    with ExitStack() as held:
        for port in ports:
            listener = held.enter_context(socket.socket())
            with suppress(OSError):  # then it is taken already
                listener.bind(("127.0.0.1", port))
                listener.listen()
        yield


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_platform_that_was_never_started_does_not_run_and_can_be_stopped(platform: Platform) -> None:
    assert not platform.is_running
    platform.stop()
    assert not platform.folder.exists()


def test_a_start_brings_up_every_server_and_a_stop_ends_them_all(platform: Platform) -> None:
    platform.start(quiet)
    assert set(pids(platform)) == set(EXPECTED)
    assert sorted(living(platform.folder)) == sorted(pids(platform).values())
    assert platform.is_running
    platform.stop()
    assert not platform.is_running
    assert living(platform.folder) == []
    platform.stop()


def test_a_start_of_a_platform_that_runs_only_says_so(platform: Platform) -> None:
    platform.start(quiet)
    before, said = pids(platform), list[str]()
    Platform(platform.folder).start(said.append)
    assert pids(platform) == before
    assert said == ["The local platform is running."]


@pytest.mark.parametrize("lost", EXPECTED)
def test_a_platform_runs_only_when_every_server_does(
    lost: str, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    def recorded(names: Iterable[str]) -> list[processes.Running]:
        return [processes.Running(name, 1, 0.0, 0.0) for name in names]

    platform.run_dir.mkdir(parents=True)
    monkeypatch.setattr(processes, "running", lambda _: recorded(EXPECTED))
    assert platform.is_running
    monkeypatch.setattr(processes, "running", lambda _: recorded(set(EXPECTED) - {lost}))
    assert not platform.is_running


def test_a_platform_that_does_not_run_completely_is_cleared_and_started_afresh(platform: Platform) -> None:
    platform.start(quiet)
    before, ports, credentials = pids(platform), platform.ports, platform.credentials
    for folder in (platform.data, platform.folder / "state"):
        (folder / "half a world").write_text("of the old platform")
    processes.kill([psutil.Process(before["aws"])])

    again = Platform(platform.folder)
    assert not again.is_running
    again.start(quiet)
    after = pids(again)
    assert set(after) == set(EXPECTED)
    assert not set(before.values()) & set(after.values())
    assert sorted(living(platform.folder)) == sorted(after.values())
    assert list(platform.folder.rglob("half a world")) == []
    assert set(again.ports) == set(ports)
    assert again.credentials == credentials


def test_a_tool_that_cannot_be_had_leaves_the_old_platform_untouched(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(names: Iterable[str]) -> dict[str, Path]:
        raise toolchain.ToolchainError("etcd cannot be built.")

    platform.data.mkdir(parents=True)
    (platform.data / "kept").write_text("data")
    monkeypatch.setattr(toolchain, "ensure", refuse)
    with pytest.raises(toolchain.ToolchainError):
        platform.start(quiet)
    assert (platform.data / "kept").read_text() == "data"


@pytest.mark.parametrize("broken", ["etcd", "dex", "aws", "ai-conductor", "grafana"])
def test_nothing_is_left_running_when_one_server_does_not_start(
    broken: str, platform: Platform, waiting_servers: Any
) -> None:
    waiting_servers.ends_at_once = broken
    with pytest.raises(PlatformError, match=f"^{broken} ended with exit code 1 before it was ready"):
        platform.start(quiet)
    assert (platform.run_dir / "grafana.log").exists(), "the others were started at its side"
    assert (platform.run_dir / "aws.log").exists()
    assert list(platform.run_dir.glob("*.json")) == []
    assert living(platform.folder) == []


def test_nothing_is_left_running_when_the_start_is_interrupted(
    platform: Platform, waiting_servers: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def interrupted(servers: Any, report: Any) -> None:
        servers._wait("grafana")
        seen.extend(pids(platform))
        raise KeyboardInterrupt

    monkeypatch.setattr(waiting_servers, "start_grafana", interrupted)
    with pytest.raises(KeyboardInterrupt):
        platform.start(quiet)
    assert "grafana" in seen
    assert living(platform.folder) == []


def test_the_ports_of_a_platform_that_runs_are_the_recorded_ones(platform: Platform) -> None:
    platform.start(quiet)
    recorded = json.loads((platform.folder / "ports.json").read_text())
    assert set(recorded) == set(PORTS)
    with taken(recorded.values()):
        assert Platform(platform.folder).ports == recorded


def test_a_platform_that_does_not_run_gives_up_a_port_that_somebody_took(platform: Platform) -> None:
    recorded = dict(platform.ports)
    with taken([recorded["dex"]]):
        again = Platform(platform.folder).ports
    assert again["dex"] != recorded["dex"]
    assert len(set(again.values())) == len(PORTS)


def test_credentials_are_drawn_once_for_each_platform_and_only_their_owner_reads_them(tmp_path: Path) -> None:
    first, second = Platform(tmp_path / "a"), Platform(tmp_path / "b")
    drawn = first.credentials
    assert Platform(tmp_path / "a").credentials == drawn
    assert drawn.conductor_password != second.credentials.conductor_password
    assert drawn.grafana_token != second.credentials.grafana_token
    assert mode(first.folder / "credentials.json") == 0o600


def test_only_the_owner_enters_the_folders_of_a_platform(platform: Platform) -> None:
    platform.start(quiet)
    folders = [platform.folder, *(path for path in platform.folder.iterdir() if path.is_dir())]
    assert {path.name: mode(path) for path in folders} == dict.fromkeys(
        (platform.folder.name, "run", "data", "state", "pulumi"), 0o700
    )


def test_the_environment_is_everything_that_plain_pulumi_commands_need(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[Path, Path, Path]] = []

    def engine_environment(*paths: Path) -> dict[str, str]:
        asked.append(paths)  # pyright: ignore[reportArgumentType] - three of them, which is compared below
        return {"PATH": "/engine:/usr/bin", "PULUMI_HOME": "/home"}

    monkeypatch.setattr(toolchain, "engine_environment", engine_environment)
    folder, ports, drawn = platform.folder, platform.ports, platform.credentials
    assert platform.environment() == {
        "PATH": "/engine:/usr/bin",
        "PULUMI_HOME": "/home",
        "PULUMI_BACKEND_URL": f"file://{folder}/state?metadata=skip",
        "PULUMI_CONFIG_PASSPHRASE": platform_module.PASSPHRASE,
        "PULUMI_SKIP_UPDATE_CHECK": "1",
        "KUBECONFIG": f"{folder}/data/kube/kubeconfig",
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{ports['aws']}",
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_REGION": "ap-northeast-2",
        "AIC_FRONTEND_URL": f"http://127.0.0.1:{ports['ai-conductor']}",
        "AIC_ADMIN_USER": "admin",
        "AIC_ADMIN_PASSWD": drawn.conductor_password,
        "GRAFANA_URL": f"http://127.0.0.1:{ports['grafana']}",
        "GRAFANA_TOKEN": drawn.grafana_token,
    }
    assert asked == [(Path(sys.executable), CHECKOUT, folder / "pulumi")]
    assert platform.issuer == f"http://127.0.0.1:{ports['dex']}/dex"


def test_commands_keep_the_callers_environment_but_not_what_would_lead_to_another_account(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    others = ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_S3", "AWS_DEFAULT_REGION")
    for name in (*others, "AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_CA_BUNDLE", "OF_THE_CALLER"):
        monkeypatch.setenv(name, "the caller's")
    assert platform.misleading() == sorted(others)
    kept = {name: value for name, value in os.environ.items() if name not in others}
    assert platform.complete_environment() == {**kept, **platform.environment()}
    assert platform.complete_environment()["OF_THE_CALLER"] == "the caller's"
    assert platform.complete_environment()["AWS_ENDPOINT_URL"] == platform.url("aws")
