"""A restart of dex on a bad day: it happens once, and the end of the rollout is still waited for."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import pytest
import urllib3

from project_workspace.kube.cluster import Cluster
from project_workspace.kube.rollout import HASH_ANNOTATION, Source, ensure_rollout, wait_for_rollout
from project_workspace.remote.errors import NotFoundError, RefusedError
from tests.support.real_cluster import Answer, DexCluster, Spoilt

pytestmark = pytest.mark.usefixtures("short_gathering")

SOURCE = Source(namespace="auth", config_map="dex", key="config.yaml", deployment="dex")
LOST = urllib3.exceptions.ReadTimeoutError(None, "/", "read timed out")  # pyright: ignore[reportArgumentType]


def _lost_before(_: Callable[[], Any]) -> Any:
    raise LOST


def _lost_after(call: Callable[[], Any]) -> Any:
    call().read()
    raise LOST


FAULTS: dict[str, Callable[[Callable[[], Any]], Any]] = {
    "time-out before": _lost_before,
    "time-out after": _lost_after,
    "conflict": lambda _: Answer(409, b"{}"),
    "server error": lambda _: Answer(503, b"<html>"),
}


SPOILT_CALLS = [
    (method, name) for method in ("PATCH", "GET") for name in FAULTS if (method, name) != ("GET", "conflict")
]


@pytest.mark.parametrize("fault", SPOILT_CALLS)
def test_a_fault_neither_loses_nor_doubles_the_restart(dex_cluster: DexCluster, fault: tuple[str, str]) -> None:
    _touch(dex_cluster)
    before, (method, name) = _deployment(dex_cluster)["metadata"]["generation"], fault
    real, left = dex_cluster.connect(), [True]

    def spoil(called: str, call: Callable[[], Any]) -> Any:
        if called == method and left:
            left.clear()
            return FAULTS[name](call)
        return call()

    cluster = Cluster(Spoilt(real.client, spoil), real.server)
    ensure_rollout(cluster, SOURCE, 60)
    assert not left
    assert _deployment(dex_cluster)["metadata"]["generation"] == before + 1
    assert ensure_rollout(real, SOURCE, 60) is False
    assert _deployment(dex_cluster)["metadata"]["generation"] == before + 1


def test_who_loses_the_race_for_the_restart_waits_for_the_winners(dex_cluster: DexCluster) -> None:
    _touch(dex_cluster)
    before, real, left = _deployment(dex_cluster)["metadata"]["generation"], dex_cluster.connect(), [True]

    def spoil(called: str, call: Callable[[], Any]) -> Any:
        if called == "PATCH" and left:
            left.clear()
            ensure_rollout(real, SOURCE, 60)
        return call()

    assert ensure_rollout(Cluster(Spoilt(real.client, spoil), real.server), SOURCE, 60) is False
    assert _deployment(dex_cluster)["metadata"]["generation"] == before + 1


def test_a_missing_permission_and_a_missing_deployment_are_named(dex_cluster: DexCluster) -> None:
    _touch(dex_cluster)
    real = dex_cluster.connect()
    forbidden = Spoilt(real.client, lambda method, call: Answer(403, b"{}") if method == "PATCH" else call())
    with pytest.raises(RefusedError, match="the verb 'patch' on 'deployments' in namespace auth"):
        ensure_rollout(Cluster(forbidden, real.server), SOURCE, 60)
    with pytest.raises(NotFoundError, match="There is no Deployment none in namespace auth"):
        wait_for_rollout(real, "auth", "none", 60)
    ensure_rollout(real, SOURCE, 60)


def test_the_restart_says_for_which_text_it_was(dex_cluster: DexCluster) -> None:
    _touch(dex_cluster)
    real = dex_cluster.connect()
    assert ensure_rollout(real, SOURCE, 60) is True
    text, _ = real.config_text("auth", "dex", "config.yaml")
    annotations = _deployment(dex_cluster)["spec"]["template"]["metadata"]["annotations"]
    assert annotations[HASH_ANNOTATION] == hashlib.sha256(text.encode()).hexdigest()


def _deployment(dex_cluster: DexCluster) -> Any:
    return dex_cluster.objects.get("apps/v1", "Deployment", "dex", "auth")


def _touch(dex_cluster: DexCluster) -> None:
    """Somebody adds a comment."""
    cluster = dex_cluster.connect()
    text, _ = cluster.config_text("auth", "dex", "config.yaml")
    cluster.edit_config_map("auth", "dex", "config.yaml", lambda _: text + "# touched\n")
