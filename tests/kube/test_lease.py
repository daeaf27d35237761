"""Rules of the Lease among stacks, on a real API server; time is the test's own, so nothing waits for it."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest
import urllib3

from project_workspace.aws import client as aws
from project_workspace.kube import lease
from project_workspace.kube.cluster import Cluster
from project_workspace.kube.lease import DURATION_SECONDS, LostLeaseError, held
from project_workspace.remote.errors import DeadlineError, NotFoundError, RefusedError
from tests.support.real_cluster import Answer, Kube, Spoilt


@dataclass
class Time:
    """A steady clock that only sleeping moves."""

    now: float = 0.0
    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def clock(self) -> float:
        return self.now


def _cluster(kube: Kube, time: Time) -> Cluster:
    real = kube.connect()
    return Cluster(real.client, real.server, sleep=time.sleep, clock=time.clock)


def _spec(kube: Kube, namespace: str) -> dict[str, Any]:
    found = kube.objects.get("coordination.k8s.io/v1", "Lease", "edits", namespace)
    assert found
    return found["spec"]


def test_a_lease_is_made_held_and_given_back(kube: Kube) -> None:
    namespace, time = kube.new_namespace(), Time()
    with held(_cluster(kube, time), namespace, "edits", "a") as mine:
        assert _spec(kube, namespace)["holderIdentity"] == "a"
        mine.renew()
        assert _spec(kube, namespace)["leaseDurationSeconds"] == DURATION_SECONDS
    assert _spec(kube, namespace)["holderIdentity"] == ""
    with held(_cluster(kube, time), namespace, "edits", "b"):
        assert _spec(kube, namespace)["holderIdentity"] == "b"
        assert _spec(kube, namespace)["leaseTransitions"] == 1
    assert time.slept == []


def test_a_lease_is_given_back_when_the_work_fails(kube: Kube) -> None:
    namespace = kube.new_namespace()
    with pytest.raises(ValueError, match="work"), held(_cluster(kube, Time()), namespace, "edits", "a"):
        raise ValueError("work")
    assert _spec(kube, namespace)["holderIdentity"] == ""


def test_a_dead_holder_is_followed_after_the_duration_of_the_observers_own_clock(kube: Kube) -> None:
    namespace, time = kube.new_namespace(), Time(now=1_000_000.0)
    dead = held(_cluster(kube, Time()), namespace, "edits", "dead")
    dead.__enter__()
    with held(_cluster(kube, time), namespace, "edits", "heir"):
        waited = sum(time.slept)
    assert DURATION_SECONDS < waited < DURATION_SECONDS + 2


@pytest.mark.parametrize("skew", ["1999-01-01T00:00:00.000000Z", "2999-01-01T00:00:00.000000Z"])
def test_the_clock_of_the_holder_does_not_matter(kube: Kube, skew: str) -> None:
    namespace, time = kube.new_namespace(), Time()
    skewed = held(_cluster(kube, Time()), namespace, "edits", "skewed")
    skewed.__enter__()
    kube.objects.merge(
        {
            "apiVersion": "coordination.k8s.io/v1",
            "kind": "Lease",
            "metadata": {"name": "edits", "namespace": namespace},
        },
        {"spec": {"renewTime": skew, "acquireTime": skew}},
    )
    with held(_cluster(kube, time), namespace, "edits", "heir"):
        assert DURATION_SECONDS < sum(time.slept) < DURATION_SECONDS + 2


def test_a_holder_that_renews_is_never_taken_over(kube: Kube) -> None:
    namespace, time = kube.new_namespace(), Time()
    with held(_cluster(kube, Time()), namespace, "edits", "busy") as mine:
        observer = _cluster(kube, time)

        def sleep(seconds: float) -> None:
            time.sleep(seconds)
            mine.renew()

        observer.sleep = sleep
        with (
            pytest.raises(DeadlineError, match="held by 'busy' for longer than 90 s"),
            held(observer, namespace, "edits", "heir", limit_seconds=90),
        ):
            pytest.fail("two holders")
        assert sum(time.slept) > 2 * DURATION_SECONDS


def test_a_holder_that_was_taken_over_learns_it_before_its_next_write(kube: Kube) -> None:
    namespace = kube.new_namespace()
    stopped = held(_cluster(kube, Time()), namespace, "edits", "stopped")
    mine = stopped.__enter__()
    with held(_cluster(kube, Time()), namespace, "edits", "heir"):
        with pytest.raises(LostLeaseError, match="was taken over while it was held"):
            mine.renew()
        stopped.__exit__(None, None, None)
        assert _spec(kube, namespace)["holderIdentity"] == "heir", "giving back leaves the heir alone"


LOST = urllib3.exceptions.ReadTimeoutError(None, "/", "read timed out")  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize("method", ["POST", "PUT"])
@pytest.mark.parametrize("happened", [True, False])
def test_a_lost_answer_neither_loses_nor_doubles_the_lease(kube: Kube, method: str, happened: bool) -> None:
    namespace, real, left = kube.new_namespace(), kube.connect(), [True]
    if method == "PUT":
        with held(real, namespace, "edits", "before"):
            pass

    def spoil(called: str, call: Any) -> Any:
        if called == method and left:
            left.clear()
            if happened:
                call().read()
            raise LOST
        return call()

    time = Time()
    cluster = Cluster(Spoilt(real.client, spoil), real.server, sleep=time.sleep, clock=time.clock)
    with held(cluster, namespace, "edits", "a"):
        assert _spec(kube, namespace)["holderIdentity"] == "a"
        assert not left
    assert _spec(kube, namespace)["holderIdentity"] == ""


def test_a_renewal_whose_answer_was_lost_is_looked_up(kube: Kube) -> None:
    namespace, real = kube.new_namespace(), kube.connect()
    puts: list[str] = []

    def spoil(called: str, call: Any) -> Any:
        if called == "PUT":
            puts.append(called)
            if len(puts) == 1:
                call().read()
                raise LOST
        return call()

    with held(Cluster(Spoilt(real.client, spoil), real.server), namespace, "edits", "a") as mine:
        mine.renew()
        mine.renew()
    assert len(puts) == 3
    assert _spec(kube, namespace)["holderIdentity"] == ""


def test_a_missing_namespace_or_permission_is_named(kube: Kube) -> None:
    with (
        pytest.raises(NotFoundError, match="Could not create Lease edits in namespace nowhere"),
        held(kube.connect(), "nowhere", "edits", "a"),
    ):
        pytest.fail("held")
    real = kube.connect()
    forbidden = Spoilt(real.client, lambda method, call: Answer(403, b"{}") if method == "POST" else call())
    with (
        pytest.raises(RefusedError, match="the verb 'create' on 'leases' in namespace"),
        held(Cluster(forbidden, real.server), kube.new_namespace(), "edits", "a"),
    ):
        pytest.fail("held")


def _briefly(seconds: float) -> None:
    threading.Event().wait(seconds / 20)


def test_eight_stacks_hold_it_one_after_the_other(kube: Kube) -> None:
    namespace, inside = kube.new_namespace(), threading.Semaphore(1)

    def work(_: int) -> bool:
        cluster = kube.connect()
        cluster.sleep = _briefly
        with held(cluster, namespace, "edits", str(uuid4())) as mine:
            alone = inside.acquire(blocking=False)
            mine.renew()
            inside.release()
            return alone

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(work, range(8))) == [True] * 8


def test_no_write_under_the_lease_may_outlast_it() -> None:
    assert aws.CONNECT_SECONDS + aws.READ_SECONDS < lease.DURATION_SECONDS
