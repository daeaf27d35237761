"""A Deployment that reads its configuration at start: restarted once per configuration, however many ask for it.

Owns: whether the running pods were started after the configuration as it is now, the restart, and the wait for
it. Does not own: the configuration. How restarts are shared: the pod template is annotated with the hash and
the version of the ConfigMap that it was restarted for, by a conditional patch. A restart for our version or a newer
one serves us too, so of several who finish together one restarts and the others wait. Who comes during a rollout, or
finds edits of others that the pods have not read, gives them `GATHER_SECONDS` to finish: then one restart serves
everything edited meanwhile.

After a rollout that fails our own text stays: it was checked before it was written (`dex/config_file.py`), the old pods
keep serving, and the reason is most often elsewhere (image, node, quota). The error says so and the next run
goes on here.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from project_workspace.kube.cluster import POLL_SECONDS, Cluster, Document, deployment
from project_workspace.remote.errors import DeadlineError, RefusedError, UnreachableError

HASH_ANNOTATION = "project-workspace/config-sha256"
VERSION_ANNOTATION = "project-workspace/config-version"
"""The ConfigMap's resource version: a text that went away and came back is not what the pods have read."""
RESTARTED_ANNOTATION = "kubectl.kubernetes.io/restartedAt"

UID_ANNOTATION = "project-workspace/config-uid"
"""The ConfigMap's uid: versions are compared within one object of one cluster, not with those of a copy elsewhere."""

PATIENCE = 2
"""How many rollouts of others are waited for before restarting in the middle of one: that one may never end."""

GATHER_SECONDS = 3.0
"""How long a restart is put off for the sake of others who edit at the same time; alone, nobody waits."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where the configuration is, and the Deployment in the same namespace that reads it."""

    namespace: str
    config_map: str
    key: str
    deployment: str


@dataclass(frozen=True)
class _Config:
    """One state of the configuration."""

    uid: str
    version: str
    hash: str

    @property
    def annotations(self) -> dict[str, str]:
        return {HASH_ANNOTATION: self.hash, VERSION_ANNOTATION: self.version, UID_ANNOTATION: self.uid}


def ensure_rollout(cluster: Cluster, source: Source, limit_seconds: float, *, edited_from: str | None = None) -> bool:
    """Return when all pods run with the configuration as it was at this call, or a newer one.

    `edited_from` is the text that the caller edited: when the pods were started with another one, others have edits
    that wait for a restart, and may be about to make it. Answers whether this call restarted the pods. Raises
    DeadlineError when the rollout does not end in time, RefusedError when the Deployment gave it up, NotFoundError
    when there is none.
    """
    work = _Restart(cluster, source, limit_seconds, edited_from)
    cluster.retry_on_conflict(work.make_if_needed)
    wait_for_rollout(cluster, source.namespace, source.deployment, limit_seconds)
    return work.made


def wait_for_rollout(cluster: Cluster, namespace: str, name: str, limit_seconds: float) -> None:
    """Wait as `kubectl rollout status` does. Raises as `ensure_rollout` does."""
    end = cluster.clock() + limit_seconds
    while not is_rolled_out(found := _get(cluster, namespace, name)):
        given_up = _condition(found, "Progressing").get("reason") == "ProgressDeadlineExceeded"
        if (given_up and _is_observed(found)) or cluster.clock() > end:
            kind = RefusedError if given_up else DeadlineError
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


class _Restart:
    """The restart for one configuration, made by us or by somebody else."""

    def __init__(self, cluster: Cluster, source: Source, limit_seconds: float, edited_from: str | None) -> None:
        self.made = False
        """Whether it was us."""
        self._cluster = cluster
        self._source = source
        self._limit_seconds = limit_seconds
        self._edited_from = edited_from
        self._wanted = self._newest = _config(cluster, source)

    def make_if_needed(self) -> None:
        self.made, patience = False, PATIENCE
        found = self._deployment()
        in_company = _others_wait(found, self._edited_from)
        while not _serves(found, self._wanted):
            if patience and not is_rolled_out(found):
                patience, in_company = patience - 1, True
                # A rollout that hangs may be what a restart repairs.
                with suppress(RefusedError, DeadlineError, UnreachableError):
                    wait_for_rollout(
                        self._cluster, self._source.namespace, self._source.deployment, self._limit_seconds
                    )
            elif in_company:
                in_company = False
                self._cluster.sleep(GATHER_SECONDS)
            else:
                return self._make(found)
            found = self._deployment()
            self._newest = _config(self._cluster, self._source)
        return None

    def _make(self, found: Document) -> None:
        """Restart the pods as they were found; they read the newest configuration that was seen, or a newer one."""
        now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        annotations = {**self._newest.annotations, RESTARTED_ANNOTATION: now}
        patch = {
            "metadata": {"resourceVersion": found["metadata"]["resourceVersion"]},
            "spec": {"template": {"metadata": {"annotations": annotations}}},
        }
        ref = deployment(self._source.namespace, self._source.deployment)
        self._cluster.attempt(lambda: self._cluster.patch(ref, patch))
        self.made = True

    def _deployment(self) -> Document:
        return _get(self._cluster, self._source.namespace, self._source.deployment)


def _config(cluster: Cluster, source: Source) -> _Config:
    text, metadata = cluster.config_state(source.namespace, source.config_map, source.key)
    return _Config(metadata["uid"], metadata["resourceVersion"], _hash(text))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _serves(found: Document, wanted: _Config) -> bool:
    """Whether the pods of this Deployment were, or are being, started for that state or a later one.

    Versions of one object grow and compare as numbers: Kubernetes API concepts, "Resource versions", since 1.35; those
    of etcd always did. Of versions that are no numbers only the same one counts.
    """
    had = _annotations(found)
    version = had.get(VERSION_ANNOTATION, "")
    if had.get(UID_ANNOTATION) != wanted.uid:
        return False
    if version == wanted.version:
        return had.get(HASH_ANNOTATION) == wanted.hash
    return version.isdecimal() and wanted.version.isdecimal() and int(version) > int(wanted.version)


def _others_wait(found: Document, edited_from: str | None) -> bool:
    started_with = _annotations(found).get(HASH_ANNOTATION)
    return edited_from is not None and started_with is not None and _hash(edited_from) != started_with


def _annotations(found: Document) -> dict[str, str]:
    return found["spec"]["template"].get("metadata", {}).get("annotations") or {}


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
