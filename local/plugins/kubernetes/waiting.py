"""Stand-in for pulumi-kubernetes: when an object is ready, and when it is gone.

Owns: the waits after create, update and delete, their time limits (`customTimeouts`, else `pulumi.com/timeoutSeconds`,
else 10 minutes) and what is said when one runs out. Kinds that the official plugin waits for and that nothing runs on
a cluster without nodes are refused before anything is made, unless `pulumi.com/skipAwait` or `waitFor` is given.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from local.plugins.kubernetes import conditions, metadata
from local.plugins.kubernetes.tokens import Kind
from local.plugins.provider import PluginError, Values, cancelled, time_limit

LIMIT_SECONDS = 600.0
_PAUSE_SECONDS = 0.1

_NOT_RUN_HERE = frozenset(
    {
        ("", "PersistentVolume"),
        ("", "PersistentVolumeClaim"),
        ("", "Pod"),
        ("", "ReplicationController"),
        ("", "Service"),
        ("apps", "DaemonSet"),
        ("apps", "ReplicaSet"),
        ("apps", "StatefulSet"),
        ("batch", "Job"),
        ("networking.k8s.io", "Ingress"),
    }
)


def ready_when(kind: Kind, inputs: Values) -> list[conditions.Condition]:
    """What to wait for after an apply. Raises PluginError for a bad `waitFor` and for what is not implemented."""
    wait_for = metadata.annotation(inputs, "pulumi.com/waitFor")
    if wait_for is not None:
        return conditions.parse(wait_for)
    if metadata.switched_on(inputs, "pulumi.com/skipAwait"):
        return []
    if (kind.group, kind.kind) in _NOT_RUN_HERE:
        raise PluginError(
            f"Not implemented by the stand-in for pulumi-kubernetes: waiting for a {kind.kind}. "
            'Set the annotation pulumi.com/skipAwait: "true" to make it without waiting.'
        )
    if (kind.group, kind.kind) == ("apps", "Deployment"):
        return [conditions.Condition("rollout finished", _rolled_out)]
    return []


def until_ready(
    read: Callable[[], Values | None], label: str, inputs: Values, wanted: list[conditions.Condition]
) -> Values:
    """Wait until an object meets every condition; answers it. Raises PluginError when it does not, or is gone."""
    limit = _limit(inputs)
    deadline = time.monotonic() + limit
    while True:
        live = read()
        if live is None:
            raise PluginError(f"{label} was deleted while it was waited for.")
        missing = [each.text for each in wanted if not each.holds(live)]
        if not missing:
            return live
        if _stalled(live):
            raise PluginError(f"{label} did not roll out: {_progress(live)}")
        if time.monotonic() > deadline:
            raise PluginError(
                f"{label} is not ready after {limit:g} s: timed out waiting for the condition ({', '.join(missing)})."
            )
        _pause(label)


def until_gone(read: Callable[[], Values | None], label: str, uid: str, state: Values) -> None:
    """Wait until exactly this object (its uid) is gone. Raises PluginError that says what still holds it."""
    limit = _limit(state)
    deadline = time.monotonic() + limit
    while True:
        live = read()
        if live is None or live["metadata"]["uid"] != uid:
            return
        if time.monotonic() > deadline:
            raise PluginError(f"{label} is still there after {limit:g} s: {_what_holds(live)}")
        _pause(label)


def _limit(values: Values) -> float:
    annotated = metadata.annotation(values, "pulumi.com/timeoutSeconds")
    return time_limit.get() or float(annotated or LIMIT_SECONDS)


def _pause(label: str) -> None:
    if cancelled.get().wait(_PAUSE_SECONDS):
        raise PluginError(f"Waiting for {label} was cancelled.")


def _what_holds(live: Values) -> str:
    """What an object in deletion waits for, from its finalizers and, of a namespace, from its conditions."""
    finalizers = [*(live["metadata"].get("finalizers") or []), *(live.get("spec", {}).get("finalizers") or [])]
    said = [
        str(each["message"])
        for each in live.get("status", {}).get("conditions") or []
        if each.get("status") == "True" and each.get("message")
    ]
    return " ".join([f"it waits for its finalizers ({', '.join(finalizers) or 'none'}).", *said])


def _rolled_out(live: Values) -> bool:
    status, wanted = live.get("status", {}), live.get("spec", {}).get("replicas", 1)
    return (
        status.get("observedGeneration", 0) >= live["metadata"]["generation"]
        and status.get("updatedReplicas", 0) == wanted
        and status.get("replicas", 0) == wanted
        and status.get("availableReplicas", 0) == wanted
    )


def _stalled(live: Values) -> bool:
    return any(
        each.get("type") == "Progressing" and each.get("reason") == "ProgressDeadlineExceeded"
        for each in live.get("status", {}).get("conditions") or []
    )


def _progress(live: Values) -> str:
    found = [each["message"] for each in live["status"]["conditions"] if each.get("type") == "Progressing"]
    return str(found[0])
