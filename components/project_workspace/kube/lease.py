"""A lock among stacks, kept as a coordination.k8s.io/v1 Lease: for shared objects whose API has no compare-and-set.

Owns: taking the Lease, renewing it, giving it back, and taking it over from a holder that died. Does not own:
the work under it. How it stays right without equal clocks: an observer takes over only after it has itself seen
the same resource version for the whole duration, by its own steady clock, as client-go does. How it stays right
with a holder that is slow: there is no renewal in the background; the holder renews before every write, which
fails when the Lease is lost, and no write may take as long as `DURATION_SECONDS` (`aws` limits its calls
accordingly).
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from random import uniform

from project_workspace.kube.cluster import Cluster, Document, Ref
from project_workspace.remote.errors import ConflictError, DeadlineError, RefusedError, RemoteError, UnreachableError

DURATION_SECONDS = 30
"""How long others leave a Lease alone that its holder does not renew."""
LIMIT_SECONDS = 600.0
"""How long to wait for one's turn by default: many stacks in a row, and some holders that died."""
POLL_SECONDS = (0.3, 1.0)
"""Between two looks at a Lease that is held: a random pause, so that waiting stacks spread out."""


class LostLeaseError(RefusedError):
    """The Lease is somebody else's by now: no write may follow."""


def lease(namespace: str, name: str) -> Ref:
    return Ref("apis/coordination.k8s.io/v1", "leases", "Lease", namespace, name)


@dataclass
class Held:
    """A Lease that is held. `renew` before every write under it."""

    cluster: Cluster
    ref: Ref
    holder: str
    document: Document

    def renew(self) -> None:
        """Hold the Lease for the full duration from now. Raises LostLeaseError when somebody took it over."""
        spec = {**self.document["spec"], "renewTime": _now()}
        try:
            self.document = self.cluster.replace(self.ref, {**self.document, "spec": spec})
        except ConflictError:
            raise _lost(self) from None
        except UnreachableError as error:
            if not error.may_have_happened:
                raise
            self._confirm()

    def release(self) -> None:
        """Give the Lease back, unless somebody has it already."""
        spec = {**self.document["spec"], "holderIdentity": "", "leaseDurationSeconds": 1, "renewTime": _now()}
        self.cluster.replace(self.ref, {**self.document, "spec": spec})

    def _confirm(self) -> None:
        """Whether a renewal whose answer was lost left the Lease ours."""
        found = self.cluster.find(self.ref)
        if found is None or found["spec"].get("holderIdentity") != self.holder:
            raise _lost(self)
        self.document = found


@contextmanager
def held(
    cluster: Cluster, namespace: str, name: str, holder: str, *, limit_seconds: float = LIMIT_SECONDS
) -> Generator[Held]:
    """Hold the Lease `name`, made when missing, while the block runs; wait for it at most `limit_seconds`.

    `holder` must be different in every call, for example with a random part. Raises DeadlineError naming the
    holder when the wait is too long, NotFoundError when the namespace does not exist.
    """
    mine = _acquire(cluster, lease(namespace, name), holder, limit_seconds)
    try:
        yield mine
    finally:
        # The work is done, or has failed for a better reason; a Lease that is not given back expires by itself.
        with suppress(RemoteError):
            mine.release()


def _acquire(cluster: Cluster, ref: Ref, holder: str, limit_seconds: float) -> Held:
    end = cluster.clock() + limit_seconds
    seen, since = "", cluster.clock()
    while True:
        found = cluster.find(ref)
        version = found["metadata"]["resourceVersion"] if found else ""
        if version != seen:
            seen, since = version, cluster.clock()
        if found is None or _is_free(found, holder, cluster.clock() - since):
            mine = _take(cluster, ref, holder, found)
            if mine:
                return mine
        if cluster.clock() > end:
            raise DeadlineError(
                f"{ref} is held by '{_holder(found)}' for longer than {limit_seconds:g} s",
                where=cluster.server,
                remedy="Wait for the other stack to finish, then run the same command again.",
            )
        cluster.sleep(uniform(*POLL_SECONDS))


def _take(cluster: Cluster, ref: Ref, holder: str, found: Document | None) -> Held | None:
    """One conditional write; None when somebody else was faster, or the answer was lost (the next look tells)."""
    now = _now()
    transitions = found["spec"].get("leaseTransitions", 0) + 1 if found else 0
    spec = {
        "holderIdentity": holder,
        "leaseDurationSeconds": DURATION_SECONDS,
        "acquireTime": now,
        "renewTime": now,
        "leaseTransitions": transitions,
    }
    try:
        if found:
            document = cluster.replace(ref, {**found, "spec": {**found["spec"], **spec}})
        else:
            metadata = {"name": ref.name, "namespace": ref.namespace}
            body = {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": metadata, "spec": spec}
            document = cluster.create(ref, body)
    except ConflictError:
        return None
    except UnreachableError as error:
        if not error.may_have_happened:
            raise
        return None
    return Held(cluster, ref, holder, document)


def _is_free(found: Document, holder: str, unchanged_seconds: float) -> bool:
    current = _holder(found)
    # Ours already: a write whose answer was lost.
    return current in ("", holder) or unchanged_seconds > _duration(found)


def _holder(found: Document | None) -> str:
    return (found or {}).get("spec", {}).get("holderIdentity") or ""


def _duration(found: Document) -> float:
    return float(found["spec"].get("leaseDurationSeconds") or DURATION_SECONDS)


def _lost(mine: Held) -> LostLeaseError:
    return LostLeaseError(
        f"{mine.ref} was taken over while it was held (this process was stopped for too long)",
        where=mine.cluster.server,
        remedy="Nothing more was written; run the same command again.",
    )


def _now() -> str:
    """Kubernetes' MicroTime; for people only, nothing is decided by it."""
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
