"""Stand-in for Kubeflow's profile controller: when a Profile is reconciled.

Owns: the watches, the queue and the repetition of what failed. A Profile is reconciled when it changes, when an object
that it controls changes or goes away (namespace, policy, service account, role binding; not the quota, as in the real
controller), and at every resync. One at a time: the real controller's default.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from kubernetes.dynamic.exceptions import DynamicApiError

from local.kube.objects import Object, Objects, explain
from local.kube.watching import API_AWAY, follow
from local.standins.profile_controller.desired import (
    AUTHORIZATION_POLICY,
    NAMESPACE,
    PROFILE,
    ROLE_BINDING,
    SERVICE_ACCOUNT,
)
from local.standins.profile_controller.plugins import NotImplementedHereError, PluginError
from local.standins.profile_controller.reconcile import reconcile

OWNED = (NAMESPACE, AUTHORIZATION_POLICY, SERVICE_ACCOUNT, ROLE_BINDING)

_FIRST_RETRY_SECONDS, _LAST_RETRY_SECONDS = 0.02, 5.0

_log = logging.getLogger("profile-controller")


class WorkQueue:
    """Names that are due, each at most once; a name that failed comes back later and later until it succeeds."""

    def __init__(self) -> None:
        self._due: dict[str, float] = {}
        self._failures: dict[str, int] = {}
        self._changed = threading.Condition()

    def add(self, name: str) -> None:
        """Make a name due now."""
        with self._changed:
            self._due[name] = 0.0
            self._changed.notify()

    def failed(self, name: str) -> float:
        """Make a name due again after its pause; answers the pause in seconds."""
        with self._changed:
            count = self._failures[name] = self._failures.get(name, 0) + 1
            pause = min(_FIRST_RETRY_SECONDS * 2 ** (count - 1), _LAST_RETRY_SECONDS)
            self._due.setdefault(name, time.monotonic() + pause)
            self._changed.notify()
        return pause

    def succeeded(self, name: str) -> None:
        """Forget the failures of a name."""
        with self._changed:
            self._failures.pop(name, None)

    def next(self, limit_seconds: float) -> str | None:
        """The name that is due first, or None when none becomes due within the limit."""
        deadline = time.monotonic() + limit_seconds
        with self._changed:
            while True:
                now = time.monotonic()
                if self._due:
                    name = min(self._due, key=lambda each: self._due[each])
                    if self._due[name] <= now:
                        del self._due[name]
                        return name
                if now >= deadline:
                    return None
                self._changed.wait(min([deadline, *self._due.values()]) - now)


def run(objects: Objects, stop: threading.Event, ready: Callable[[], None]) -> None:
    """Reconcile until told to stop; `ready` is called once Profiles can be read."""
    queue = WorkQueue()
    pause = _FIRST_RETRY_SECONDS
    while not stop.is_set():
        try:
            objects.list_all(*PROFILE)
            break
        except API_AWAY as error:
            _log.info("profiles cannot be read yet: %s", error)
            stop.wait(pause)
            pause = min(pause * 2, _LAST_RETRY_SECONDS)
    ready()
    follow(objects, *PROFILE, lambda profile: queue.add(profile["metadata"]["name"]), stop)
    for kind in OWNED:
        follow(objects, *kind, lambda owned: _add_owner(queue, owned), stop)
    while not stop.is_set():
        name = queue.next(limit_seconds=0.5)
        if name is not None:
            _attempt(objects, queue, name)


def _attempt(objects: Objects, queue: WorkQueue, name: str) -> None:
    try:
        reconcile(objects, name)
    except (*API_AWAY, NotImplementedHereError, PluginError) as error:
        said = explain(error) if isinstance(error, DynamicApiError) else str(error)
        _log.info("profile %s: %s; again in %.2f s", name, said, queue.failed(name))
    except Exception:
        _log.exception("profile %s: again in %.2f s", name, queue.failed(name))
    else:
        queue.succeeded(name)


def _add_owner(queue: WorkQueue, owned: Object) -> None:
    for reference in owned["metadata"].get("ownerReferences") or []:
        if reference.get("controller") and reference["kind"] == PROFILE[1]:
            queue.add(reference["name"])
