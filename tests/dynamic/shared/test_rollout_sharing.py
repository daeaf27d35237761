"""Restarts of dex among many: one serves all who edited before it, and who is in company gives the others time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from components.clients import rollout
from components.clients.cluster import Cluster
from components.clients.rollout import UID_ANNOTATION, VERSION_ANNOTATION, Source, bring_up_to_date
from tests.clients.shared.real_cluster import Platform, Spoilt

SOURCE = Source(namespace="auth", config_map="dex", key="config.yaml", deployment="dex")


def touch(platform: Platform) -> str:
    """Somebody adds a comment; answers the text from before."""
    cluster = platform.connect()
    text, _ = cluster.config_text("auth", "dex", "config.yaml")
    cluster.edit_config_map("auth", "dex", "config.yaml", lambda _: text + "# touched\n")
    return text


def restarts(platform: Platform) -> int:
    found = platform.objects.get("apps/v1", "Deployment", "dex", "auth")
    assert found
    return found["metadata"]["generation"]


def pausing(platform: Platform, slept: list[float]) -> Cluster:
    """A cluster whose sleeps are noted and short."""
    real = platform.connect()

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        threading.Event().wait(min(seconds, 0.05))

    return Cluster(real.client, real.server, sleep=sleep)


def test_a_restart_for_a_later_edit_serves_the_earlier_one_too(platform: Platform) -> None:
    touch(platform)
    before, real, left = restarts(platform), platform.connect(), [True]

    def spoil(called: str, call: Callable[[], Any]) -> Any:
        answer = call()
        if left:  # the configuration was read: now somebody else edits it and restarts for both
            left.clear()
            touch(platform)
            assert bring_up_to_date(real, SOURCE, 60) is True
            touch(platform)
        return answer

    assert bring_up_to_date(Cluster(Spoilt(real.client, spoil), real.server), SOURCE, 60) is False
    assert restarts(platform) == before + 1
    assert bring_up_to_date(real, SOURCE, 60) is True, "the edit after that restart waits for one of its own"


def test_what_a_copy_from_elsewhere_was_restarted_for_does_not_count(platform: Platform) -> None:
    real = platform.connect()
    bring_up_to_date(real, SOURCE, 60)
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "dex", "namespace": "auth"}}
    copied = {UID_ANNOTATION: "of-another-cluster", VERSION_ANNOTATION: "999999999"}
    platform.objects.merge(target, {"spec": {"template": {"metadata": {"annotations": copied}}}})
    assert bring_up_to_date(real, SOURCE, 60) is True
    assert bring_up_to_date(real, SOURCE, 60) is False


def test_alone_nobody_waits_and_in_company_one_gathering_comes_before_the_restart(platform: Platform) -> None:
    bring_up_to_date(platform.connect(), SOURCE, 60)
    slept: list[float] = []
    before = touch(platform)
    assert bring_up_to_date(pausing(platform, slept), SOURCE, 60, edited_from=before) is True
    assert rollout.GATHER_SECONDS not in slept[:1]

    touch(platform)
    slept.clear()
    before = touch(platform)
    assert bring_up_to_date(pausing(platform, slept), SOURCE, 60, edited_from=before) is True
    assert slept[:1] == [rollout.GATHER_SECONDS], "an edit of somebody else was waiting for a restart"
