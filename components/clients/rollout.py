"""A Deployment that reads its configuration at start: restarted once per configuration, however many ask for it.

Owns: whether the running pods were started after the configuration as it is now, the restart, and the wait for
it. Does not own: the configuration. How restarts are shared: the pod template is annotated with the hash and
the version of the ConfigMap that it was restarted for, by a conditional patch, so of several who finish
together one restarts and the others wait; and who comes during a rollout waits for its end before it restarts
for everything edited meanwhile.

After a rollout that fails our own text stays: it was checked before it was written (`dex_config`), the old pods
keep serving, and the reason is most often elsewhere (image, node, quota). The error says so and the next run
goes on here.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from components.clients.cluster import POLL_SECONDS, Cluster, Document, deployment
from components.clients.errors import RefusedError, UnreachableError

HASH_ANNOTATION = "project-workspace/config-sha256"
VERSION_ANNOTATION = "project-workspace/config-version"
"""The ConfigMap's resource version: a text that went away and came back is not what the pods have read."""
RESTARTED_ANNOTATION = "kubectl.kubernetes.io/restartedAt"

PATIENCE = 2
"""How many rollouts of others are waited for before restarting in the middle of one: that one may never end."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where the configuration is, and the Deployment in the same namespace that reads it."""

    namespace: str
    config_map: str
    key: str
    deployment: str


def bring_up_to_date(cluster: Cluster, source: Source, limit_seconds: float) -> bool:
    """Return when all pods run with the configuration as it was at this call, or a newer one.

    Answers whether this call restarted them. Raises UnreachableError when the rollout does not end in time,
    RefusedError when the Deployment gave it up, NotFoundError when there is none.
    """
    restarted: list[bool] = []

    def once() -> None:
        restarted.clear()
        restarted.append(_restart_if_needed(cluster, source, limit_seconds))

    cluster.until_written(once)
    wait_for_rollout(cluster, source.namespace, source.deployment, limit_seconds)
    return restarted[0]


def wait_for_rollout(cluster: Cluster, namespace: str, name: str, limit_seconds: float) -> None:
    """Wait as `kubectl rollout status` does. Raises as `bring_up_to_date` does."""
    end = cluster.clock() + limit_seconds
    while not is_rolled_out(found := _get(cluster, namespace, name)):
        given_up = _condition(found, "Progressing").get("reason") == "ProgressDeadlineExceeded"
        if (given_up and _is_observed(found)) or cluster.clock() > end:
            kind = RefusedError if given_up else UnreachableError
            raise kind(
                f"{deployment(namespace, name)} does not become ready with its new configuration: {_state(found)}",
                where=cluster.server,
                remedy=f"The old pods keep serving and the configuration stays. See 'kubectl -n {namespace} logs "
                f"deployment/{name}' and 'describe', repair the cause, and run the same command again.",
            )
        cluster.sleep(POLL_SECONDS)


def is_rolled_out(found: Document) -> bool:
    """Whether all replicas that are wanted are of the newest template and available, and no others are left."""
    wanted, status = found["spec"].get("replicas", 1), found.get("status", {})
    counts = [status.get(name, 0) for name in ("updatedReplicas", "replicas", "availableReplicas")]
    return _is_observed(found) and all(count == wanted for count in counts)


def _restart_if_needed(cluster: Cluster, source: Source, limit_seconds: float) -> bool:
    for attempt in range(PATIENCE + 1):
        text, version = cluster.config_text(source.namespace, source.config_map, source.key)
        wanted = {HASH_ANNOTATION: hashlib.sha256(text.encode()).hexdigest(), VERSION_ANNOTATION: version}
        found = _get(cluster, source.namespace, source.deployment)
        annotations = found["spec"]["template"].get("metadata", {}).get("annotations") or {}
        if all(annotations.get(name) == value for name, value in wanted.items()):
            return False
        if is_rolled_out(found) or attempt == PATIENCE:
            _restart(cluster, source, found, wanted)
            return True
        try:
            wait_for_rollout(cluster, source.namespace, source.deployment, limit_seconds)
        except (RefusedError, UnreachableError):
            continue  # a rollout that hangs may be what this restart repairs
    return False


def _restart(cluster: Cluster, source: Source, found: Document, wanted: dict[str, str]) -> None:
    now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    patch = {
        "metadata": {"resourceVersion": found["metadata"]["resourceVersion"]},
        "spec": {"template": {"metadata": {"annotations": {**wanted, RESTARTED_ANNOTATION: now}}}},
    }
    cluster.or_again(lambda: cluster.patch(deployment(source.namespace, source.deployment), patch))


def _get(cluster: Cluster, namespace: str, name: str) -> Document:
    return cluster.get(deployment(namespace, name), remedy="Check the Deployment's name in the settings.")


def _is_observed(found: Document) -> bool:
    return found.get("status", {}).get("observedGeneration", 0) >= found["metadata"].get("generation", 0)


def _condition(found: Document, kind: str) -> Document:
    conditions = found.get("status", {}).get("conditions", [])
    return next((each for each in conditions if each["type"] == kind), {})


def _state(found: Document) -> str:
    """What the Deployment says about itself."""
    status = found.get("status", {})
    counts = f"{status.get('updatedReplicas', 0)} updated, {status.get('availableReplicas', 0)} available"
    messages = [_condition(found, kind).get("message", "") for kind in ("Progressing", "ReplicaFailure")]
    return " ".join([f"{counts} of {found['spec'].get('replicas', 1)} wanted.", *filter(None, messages)])
