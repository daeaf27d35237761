"""The Lease when its holder is killed and when clocks are hours apart: a real API server, real processes."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Self

import pytest

from local.checkout import CHECKOUT
from project_workspace.kube import lease
from project_workspace.kube.lease import held
from project_workspace.remote.errors import DeadlineError
from tests.support.real_cluster import Kube

SECONDS = 2
"""The Lease's duration here: long enough to tell a wait from none, short enough to wait for it."""

HOLDER = """
import sys
from project_workspace.kube import cluster, lease
lease.DURATION_SECONDS = int(sys.argv[3])
with lease.held(cluster.connect(sys.argv[1]), sys.argv[2], "edits", "killed"):
    print("holding", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def namespace(kube: Kube) -> str:
    return kube.new_namespace()


@pytest.fixture
def holder(kube: Kube, namespace: str) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the Lease until it is killed."""
    command = [sys.executable, "-c", HOLDER, str(kube.kubeconfig), namespace, str(SECONDS)]
    with subprocess.Popen(command, cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "holding\n"
        yield process
        process.kill()


def test_a_holder_that_was_killed_is_followed_when_its_time_is_over(
    kube: Kube, namespace: str, holder: subprocess.Popen[str]
) -> None:
    holder.send_signal(signal.SIGKILL)
    assert holder.wait() == -signal.SIGKILL
    began = time.monotonic()
    with held(kube.connect(), namespace, "edits", "heir", limit_seconds=30) as mine:
        waited = time.monotonic() - began
        mine.renew()
    assert SECONDS < waited < SECONDS + 5


class Skewed(datetime):
    """A wall clock that is wrong by `by`."""

    by = timedelta()

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        return super().now(tz) + cls.by


@pytest.mark.parametrize("hours", [-5, 5])
def test_a_clock_that_is_hours_wrong_neither_takes_a_lease_early_nor_late(
    kube: Kube, namespace: str, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    monkeypatch.setattr(lease, "DURATION_SECONDS", SECONDS)
    dead = held(kube.connect(), namespace, "edits", "dead")
    dead.__enter__()

    monkeypatch.setattr(Skewed, "by", timedelta(hours=hours))
    monkeypatch.setattr(lease, "datetime", Skewed)
    began = time.monotonic()
    with held(kube.connect(), namespace, "edits", "heir", limit_seconds=30):
        assert SECONDS < time.monotonic() - began < SECONDS + 5
        found = kube.objects.get("coordination.k8s.io/v1", "Lease", "edits", namespace)
        assert found
        written = datetime.fromisoformat(found["spec"]["renewTime"])
        assert abs(written - datetime.now(UTC)) > timedelta(hours=4), "its clock is wrong indeed"

        monkeypatch.setattr(Skewed, "by", timedelta(hours=-hours))
        with (
            pytest.raises(DeadlineError, match="held by 'heir' for longer than"),
            held(kube.connect(), namespace, "edits", "other", limit_seconds=SECONDS / 4),
        ):
            pytest.fail("two holders")
