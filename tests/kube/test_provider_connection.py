"""Operations share a connection while it says the same: not after a while, and not once its kubeconfig changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from project_workspace.kube import cluster, provider_connection
from project_workspace.kube.cluster import Cluster
from project_workspace.remote.errors import CredentialsError
from project_workspace.remote.provider import StackConfig


def config_of(server: str) -> str:
    return json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": "one",
            "clusters": [{"name": "one", "cluster": {"server": server}}],
            "contexts": [{"name": name, "context": {"cluster": "one", "user": "me"}} for name in ("one", "two")],
            "users": [{"name": "me", "user": {"token": "s3cret"}}],
        }
    )


FIRST, SECOND = config_of("https://first.example.com"), config_of("https://second.example.com")


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The kubeconfig of the environment."""
    found = tmp_path / "kubeconfig"
    found.write_text(FIRST)
    monkeypatch.setenv("KUBECONFIG", str(found))
    return found


def connected(config: Mapping[str, str] | None = None, **props: Any) -> Cluster:
    return provider_connection.connect(StackConfig((config or {}).get), props)


def test_operations_with_the_same_connection_share_it(path: Path) -> None:
    assert connected() is connected()
    assert connected(kubeconfig=SECOND) is connected(kubeconfig=SECOND)
    assert connected({"kubernetes:kubeconfig": SECOND}) is connected({"kubernetes:kubeconfig": SECOND})


def test_another_kubeconfig_or_context_is_another_connection(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = [
        connected(),
        connected({"kubernetes:context": "two"}),
        connected({"kubernetes:kubeconfig": str(path)}),
        connected({"kubernetes:kubeconfig": SECOND}),
        connected({"kubernetes:kubeconfig": SECOND, "kubernetes:context": "two"}),
    ]
    other = path.with_name("other")
    other.write_text(SECOND)
    monkeypatch.setenv("KUBECONFIG", str(other))
    found.append(connected())
    assert [each.server.removeprefix("https://").split(".")[0] for each in found] == [
        *("first", "first", "first"),
        *("second", "second", "second"),
    ]
    assert len({id(each) for each in found}) == 6


def test_a_kubeconfig_that_was_written_anew_is_read_anew(path: Path) -> None:
    before = connected()
    path.write_text(SECOND)
    assert (before.server, connected().server) == ("https://first.example.com", "https://second.example.com")


def test_a_connection_is_not_kept_as_long_as_its_credentials_may_live(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    monkeypatch.setattr(provider_connection, "clock", lambda: now[0])
    first = connected()
    now[0] = provider_connection.KEPT_SECONDS
    assert connected() is first
    now[0] += 0.01
    assert connected() is not first


def test_resources_that_begin_side_by_side_connect_once(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Cluster] = []
    both = Barrier(2)

    def connect(kubeconfig: str | None, context: str | None) -> Cluster:
        made.append(real(kubeconfig, context))
        return made[-1]

    def begin() -> Cluster:
        both.wait(20)
        return connected()

    real = cluster.connect
    monkeypatch.setattr(cluster, "connect", connect)
    with ThreadPoolExecutor(2) as pool:
        first, second = [each.result() for each in [pool.submit(begin), pool.submit(begin)]]
    assert made == [first]
    assert second is first


def test_a_connection_that_failed_is_tried_again(path: Path) -> None:
    path.unlink()
    with pytest.raises(CredentialsError):
        connected()
    path.write_text(FIRST)
    assert connected().server == "https://first.example.com"
