"""Restarts of dex among many: one serves all who edited before it, and who is in company gives the others time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from project_workspace.kube import rollout
from project_workspace.kube.cluster import Cluster
from project_workspace.kube.rollout import UID_ANNOTATION, VERSION_ANNOTATION, Source, ensure_rollout
from tests.support.real_cluster import DexCluster, Spoilt

pytestmark = pytest.mark.usefixtures("short_gathering")

SOURCE = Source(namespace="auth", config_map="dex", key="config.yaml", deployment="dex")


def touch(dex_cluster: DexCluster) -> str:
    """Somebody adds a comment; answers the text from before."""
    cluster = dex_cluster.connect()
    text, _ = cluster.config_text("auth", "dex", "config.yaml")
    cluster.edit_config_map("auth", "dex", "config.yaml", lambda _: text + "# touched\n")
    return text


def restarts(dex_cluster: DexCluster) -> int:
    found = dex_cluster.objects.get("apps/v1", "Deployment", "dex", "auth")
    assert found
    return found["metadata"]["generation"]


def pausing(dex_cluster: DexCluster, slept: list[float]) -> Cluster:
    """A cluster whose sleeps are noted and short."""
    real = dex_cluster.connect()

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        threading.Event().wait(min(seconds, 0.05))

    return Cluster(real.client, real.server, sleep=sleep)


def test_a_restart_for_a_later_edit_serves_the_earlier_one_too(dex_cluster: DexCluster) -> None:
    touch(dex_cluster)
    before, real, left = restarts(dex_cluster), dex_cluster.connect(), [True]

    def spoil(called: str, call: Callable[[], Any]) -> Any:
        answer = call()
        if left:  # the configuration was read: now somebody else edits it and restarts for both
            left.clear()
            touch(dex_cluster)
            assert ensure_rollout(real, SOURCE, 60) is True
            touch(dex_cluster)
        return answer

    assert ensure_rollout(Cluster(Spoilt(real.client, spoil), real.server), SOURCE, 60) is False
    assert restarts(dex_cluster) == before + 1
    assert ensure_rollout(real, SOURCE, 60) is True, "the edit after that restart waits for one of its own"


def test_what_a_copy_from_elsewhere_was_restarted_for_does_not_count(dex_cluster: DexCluster) -> None:
    real = dex_cluster.connect()
    ensure_rollout(real, SOURCE, 60)
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "dex", "namespace": "auth"}}
    copied = {UID_ANNOTATION: "of-another-cluster", VERSION_ANNOTATION: "999999999"}
    dex_cluster.objects.merge(target, {"spec": {"template": {"metadata": {"annotations": copied}}}})
    assert ensure_rollout(real, SOURCE, 60) is True
    assert ensure_rollout(real, SOURCE, 60) is False


def test_alone_nobody_waits_and_in_company_one_gathering_comes_before_the_restart(dex_cluster: DexCluster) -> None:
    ensure_rollout(dex_cluster.connect(), SOURCE, 60)
    slept: list[float] = []
    before = touch(dex_cluster)
    assert ensure_rollout(pausing(dex_cluster, slept), SOURCE, 60, edited_from=before) is True
    assert rollout.GATHER_SECONDS not in slept[:1]

    touch(dex_cluster)
    slept.clear()
    before = touch(dex_cluster)
    assert ensure_rollout(pausing(dex_cluster, slept), SOURCE, 60, edited_from=before) is True
    assert slept[:1] == [rollout.GATHER_SECONDS], "an edit of somebody else was waiting for a restart"
