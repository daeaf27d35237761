"""The time limits of every client, shortened for a test, and the pauses that clients would have made.

Pauses and waits are shortened by what measures them, never by the rules: the clock of a cluster's client runs fast,
and every other pause is noted and left out.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache, partial
from types import SimpleNamespace

import botocore.endpoint
import pytest
import tenacity.nap

from project_workspace.aws import client as aws
from project_workspace.iam import policy_document
from project_workspace.kube import cluster, lease
from project_workspace.kube.cluster import Cluster
from project_workspace.remote import http

SPEED = 30.0
"""How many of a cluster client's seconds go by in one."""


@dataclass
class Limits:
    """The time limits of every client, as a test sets them, and the pauses that they would have made."""

    monkeypatch: pytest.MonkeyPatch
    pauses: list[float] = field(default_factory=list)

    def set(self, patience: float) -> None:
        """Clients that are made from here wait so many seconds for an answer."""
        self.monkeypatch.setattr(http, "Limits", partial(LIMITS_OF_HTTP, answer_seconds=patience))
        self.monkeypatch.setattr(cluster, "CALL_SECONDS", (5, patience))
        self.monkeypatch.setattr(aws, "READ_SECONDS", patience)
        self.monkeypatch.setattr(aws, "CALL_SECONDS", patience)

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)


LIMITS_OF_HTTP = http.Limits
_one_context = cache(ssl.create_default_context)
"""To read the system's certificates takes longer than a whole operation, and nothing here uses them."""


def limited(monkeypatch: pytest.MonkeyPatch) -> Limits:
    """Limits that are in force for one test."""
    made = Limits(monkeypatch)
    monkeypatch.setattr(ssl, "create_default_context", _one_context)
    noted = SimpleNamespace(sleep=made.pause)
    monkeypatch.setattr(tenacity.nap, "time", noted)
    monkeypatch.setattr(botocore.endpoint, "time", noted)
    monkeypatch.setattr(
        policy_document, "change_resources", partial(policy_document.change_resources, sleep=made.pause)
    )
    monkeypatch.setattr(cluster, "connect", _hurried(cluster.connect))
    monkeypatch.setattr(lease, "DURATION_SECONDS", 6)
    return made


def _hurried(connect: Callable[..., Cluster]) -> Callable[..., Cluster]:
    def connected(kubeconfig: str | None = None, context: str | None = None) -> Cluster:
        return replace(
            connect(kubeconfig, context),
            sleep=lambda seconds: time.sleep(seconds / SPEED),
            clock=lambda: time.monotonic() * SPEED,
        )

    return connected
