"""Kubernetes for the dynamic providers: conditional edits of shared objects, and failures in one sentence each.

Owns: the connection a kubeconfig describes, one object's read, create, conditional write and patch, the edit of
an object that other people edit too, and waiting for a namespace to go. Does not own: what the
text means (`dex/config_file.py`), restarts (`rollout.py`), locks (`lease.py`). Why raw documents and not the library's
models: what is written back is exactly what was read, fields unknown to the library included. The library is
imported late: previews stay fast.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import quote

from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from project_workspace.kube.kubeconfig import client_of
from project_workspace.remote.errors import (
    ConflictError,
    CredentialsError,
    DeadlineError,
    NotFoundError,
    RefusedError,
    RemoteError,
    UnreachableError,
)

Document = dict[str, Any]

CALL_SECONDS = (5, 30)
"""Time limits of one call: for connecting, and for the answer up to its last byte."""
AT_ONCE = 64 * 1024
"""How many bytes of an answer are read at once."""
READ_ATTEMPTS = 4
EDIT_ATTEMPTS = 60
"""How often a conditional write is tried while others keep writing; with jitter, some minutes at the worst."""
POLL_SECONDS = 0.5
LISTED = 500
"""How many objects of a kind are asked for."""
READS = ("get", "list")
METHODS = {"get": "GET", "list": "GET", "create": "POST", "update": "PUT", "patch": "PATCH", "delete": "DELETE"}
CHECK_THE_NAMES = "Check the namespace and name in the settings, and the kubeconfig's context."
CORE = "api/v1"
"""The API group that every cluster has."""
RBAC = "apis/rbac.authorization.k8s.io/v1"
ESCALATION = "attempting to grant RBAC permissions not currently held"
"""What the API server says of a binding to a role that goes beyond the rights of whoever writes it."""

STRATEGIC_MERGE = "application/strategic-merge-patch+json"
MERGE = "application/merge-patch+json"


@dataclass(frozen=True)
class Ref:
    """Which object: `api` is CORE or `apis/GROUP/VERSION`; `namespace` is empty for cluster-wide kinds."""

    api: str
    plural: str
    kind: str
    namespace: str
    name: str

    @property
    def collection(self) -> str:
        inner = f"namespaces/{self.namespace}/" if self.namespace else ""
        return f"/{self.api}/{inner}{self.plural}"

    @property
    def path(self) -> str:
        return f"{self.collection}/{self.name}"

    @property
    def place(self) -> str:
        return f" in namespace {self.namespace}" if self.namespace else ""

    def __str__(self) -> str:
        return f"{self.kind} {self.name}{self.place}"


def config_map(namespace: str, name: str) -> Ref:
    return Ref(CORE, "configmaps", "ConfigMap", namespace, name)


def deployment(namespace: str, name: str) -> Ref:
    return Ref("apis/apps/v1", "deployments", "Deployment", namespace, name)


def namespace_ref(name: str) -> Ref:
    return Ref(CORE, "namespaces", "Namespace", "", name)


def binding_ref(namespace: str, name: str) -> Ref:
    """A RoleBinding, or the ClusterRoleBinding of that name when the namespace is empty."""
    if namespace:
        return Ref(RBAC, "rolebindings", "RoleBinding", namespace, name)
    return Ref(RBAC, "clusterrolebindings", "ClusterRoleBinding", "", name)


def cluster_role_ref(name: str) -> Ref:
    return Ref(RBAC, "clusterroles", "ClusterRole", "", name)


def profile_ref(name: str) -> Ref:
    return Ref("apis/kubeflow.org/v1", "profiles", "Profile", "", name)


VERSION = Ref("version", "", "version of the API server", "", "")
"""Not an object; what its failures are about."""


class BusyError(UnreachableError):
    """The API server asks to come again; `seconds` is its Retry-After, 0 when it named none."""

    seconds: float = 0.0


class _AgainError(Exception):
    """A conditional write that did not get through: read again, decide again, write again."""

    def __init__(self, cause: RemoteError) -> None:
        super().__init__(str(cause))
        self.cause = cause


@dataclass
class Cluster:
    """One cluster, as one identity. Safe for threads."""

    client: Any
    """A `kubernetes.client.ApiClient`."""
    server: str
    """The API server's address, for messages."""
    sleep: Callable[[float], None] = field(default=time.sleep, repr=False)
    clock: Callable[[], float] = field(default=time.monotonic, repr=False)
    """Seconds that never jump; only differences are used."""

    @cached_property
    def uid(self) -> str:
        """What no two clusters share, and none ever changes: the uid of the namespace `kube-system`."""
        found = self.get(namespace_ref("kube-system"), remedy="Check that the kubeconfig's server is a Kubernetes API.")
        return str(found["metadata"]["uid"])

    @cached_property
    def version(self) -> str:
        """The API server's version, for example `v1.35.6-eks-1234abc`."""
        return str(self._reading()(self._call, "get", VERSION, "/version").get("gitVersion", ""))

    # One object.

    def find(self, ref: Ref) -> Document | None:
        """The object, or None. Repeated a few times when no usable answer comes: reading is harmless."""
        try:
            return self._reading()(self._call, "get", ref, ref.path)
        except NotFoundError:
            return None

    def get(self, ref: Ref, *, remedy: str) -> Document:
        """The object. Raises NotFoundError with `remedy` when there is none."""
        found = self.find(ref)
        if found is None:
            raise NotFoundError(f"There is no {ref}", where=self.server, remedy=remedy)
        return found

    def create(self, ref: Ref, body: Document) -> Document:
        """Make the object. Raises ConflictError when it exists."""
        return self._call("create", ref, ref.collection, body=body)

    def replace(self, ref: Ref, body: Document) -> Document:
        """Write the whole object; refused with ConflictError when its `metadata.resourceVersion` is not the newest."""
        return self._call("update", ref, ref.path, body=body)

    def patch(self, ref: Ref, body: Document) -> Document:
        """Merge into the object; a `metadata.resourceVersion` in `body` makes it conditional, as in `replace`."""
        return self._call("patch", ref, ref.path, body=body, content_type=STRATEGIC_MERGE)

    def merge(self, ref: Ref, body: Document) -> Document:
        """As `patch`, for custom resources: a value replaces the one that is there, None removes it (RFC 7396)."""
        return self._call("patch", ref, ref.path, body=body, content_type=MERGE)

    def delete(self, found: Document, ref: Ref) -> Document:
        """Remove the object as it was `found`; refused with ConflictError when it has changed since."""
        metadata = found["metadata"]
        as_found = {"uid": metadata["uid"], "resourceVersion": metadata["resourceVersion"]}
        options = {"apiVersion": "v1", "kind": "DeleteOptions", "preconditions": as_found}
        return self._call("delete", ref, ref.path, body=options)

    # By meaning.

    def config_map(self, namespace: str, name: str) -> Document:
        """The ConfigMap. Raises NotFoundError."""
        ref = config_map(namespace, name)
        return self.get(ref, remedy=CHECK_THE_NAMES)

    def config_text(self, namespace: str, name: str, key: str) -> tuple[str, str]:
        """The text under a key, and the ConfigMap's resource version. Raises NotFoundError."""
        text, metadata = self.config_state(namespace, name, key)
        return text, metadata["resourceVersion"]

    def config_state(self, namespace: str, name: str, key: str) -> tuple[str, Document]:
        """The text under a key, and the ConfigMap's metadata. Raises NotFoundError."""
        found = self.config_map(namespace, name)
        return self._text(found, config_map(namespace, name), key), found["metadata"]

    def edit_config_map(self, namespace: str, name: str, key: str, edit: Callable[[str], str]) -> str | None:
        """Apply `edit` to the text under `key`, as `edit` below does to an object.

        Answers the text as written; None when there was nothing to change. Everything else in the ConfigMap stays.
        """
        ref = config_map(namespace, name)

        def change(found: Document) -> Document:
            return {**found, "data": {**(found.get("data") or {}), key: edit(self._text(found, ref, key))}}

        written = self.edit(ref, change, remedy=CHECK_THE_NAMES)
        return None if written is None else written["data"][key]

    def edit(self, ref: Ref, change: Callable[[Document], Document], *, remedy: str) -> Document | None:
        """Apply `change` to the object, however many others write at the same time.

        Answers the object as `change` gave it; None when there was nothing to change. `change` may be called several
        times, each time with the newest object, and must give the same when applied to its own result; what it raises
        ends the work with nothing written. When a writer who does not look at the resource version overwrites the
        change at once, it is made again. Raises NotFoundError with `remedy` when there is no such object.
        """
        written: list[Document] = []

        def once() -> None:
            found = self.get(ref, remedy=remedy)
            wanted = change(deepcopy(found))
            if wanted == found:
                return
            self.attempt(lambda: self.replace(ref, wanted))
            written.append(wanted)
            now = self.get(ref, remedy=remedy)
            if change(deepcopy(now)) != now:
                lost = ConflictError(
                    f"Another writer overwrites {ref} at every try",
                    where=self.server,
                    remedy="Find who writes it without a resource version (`kubectl apply`, `replace`), and try again.",
                )
                raise _AgainError(lost)

        self.retry_on_conflict(once)
        return written[-1] if written else None

    def namespace(self, name: str) -> Document | None:
        """The namespace, or None."""
        return self.find(namespace_ref(name))

    def wait_namespace_gone(self, name: str, limit_seconds: float, *, uid: str | None = None) -> None:
        """Wait until the namespace is gone, or is another one than `uid`.

        Raises DeadlineError after `limit_seconds`, naming what holds the namespace.
        """
        end = self.clock() + limit_seconds
        while (found := self.namespace(name)) is not None:
            if uid and found["metadata"]["uid"] != uid:
                return
            if self.clock() > end:
                raise DeadlineError(
                    f"Namespace {name} is still there after {limit_seconds:g} s: {_what_blocks(found)}",
                    where=self.server,
                    remedy="Remove what holds it, then run the same command again.",
                )
            self.sleep(POLL_SECONDS)

    def items(self, kinds: Sequence[Ref]) -> list[list[Document]]:
        """For each kind the first LISTED objects in its namespace; none of a kind that the cluster does not have.

        Which it has is asked first, because what is not served is answered by no document.
        """
        apis = self._apis(kinds[0])
        return [self._items(kind) if self._is_in(apis, kind) else [] for kind in kinds]

    def serves(self, kind: Ref) -> bool:
        """Whether the cluster has the kind."""
        return self._is_in(self._apis(kind), kind)

    def _apis(self, asked_for: Ref) -> set[str]:
        groups = self._list(asked_for, "/apis", "groups")
        return {CORE, *(f"apis/{each['groupVersion']}" for group in groups for each in group["versions"])}

    def _is_in(self, apis: set[str], kind: Ref) -> bool:
        if kind.api == CORE or kind.api not in apis:
            return kind.api == CORE
        return kind.plural in [each["name"] for each in self._list(kind, f"/{kind.api}", "resources")]

    def _items(self, kind: Ref) -> list[Document]:
        return self._list(kind, f"{kind.collection}?limit={LISTED}", "items")

    def every(self, kind: Ref) -> Iterator[Document]:
        """All objects of that kind, page by page: in its namespace, or in all of them when it names none."""
        page = ""
        while True:
            found = self._listing(kind, f"{kind.collection}?limit={LISTED}{page}", "items")
            yield from found["items"]
            token = (found.get("metadata") or {}).get("continue")
            if not token:
                return
            page = f"&continue={quote(token)}"

    def _list(self, kind: Ref, path: str, part: str) -> list[Document]:
        return self._listing(kind, path, part)[part]

    def _listing(self, kind: Ref, path: str, part: str) -> Document:
        """An answer that has a list as that part; without one it is not the API server's."""
        found = self._reading()(self._call, "list", kind, path)
        if not isinstance(found.get(part), list):
            raise self._no_answer("list", kind, 200, None)
        return found

    # Conditional writes.

    def retry_on_conflict(self, once: Callable[[], None]) -> None:
        """Call `once` (read, decide, conditional write) until it gets through, with jitter, at most EDIT_ATTEMPTS."""
        retrying = Retrying(
            retry=retry_if_exception_type(_AgainError),
            stop=stop_after_attempt(EDIT_ATTEMPTS),
            wait=_pause,
            sleep=self.sleep,
            retry_error_callback=_give_up,
        )
        retrying(once)

    def attempt(self, write: Callable[[], Document]) -> Document:
        """A conditional write within `retry_on_conflict`: a conflict or a lost answer leads to a new round."""
        try:
            return write()
        except (ConflictError, UnreachableError) as error:
            raise _AgainError(error) from None

    # One call.

    def _reading(self) -> Retrying:
        return Retrying(
            retry=retry_if_exception_type(UnreachableError),
            stop=stop_after_attempt(READ_ATTEMPTS),
            wait=_pause,
            sleep=self.sleep,
            reraise=True,
        )

    def _text(self, found: Document, ref: Ref, key: str) -> str:
        text = (found.get("data") or {}).get(key)
        if text is None:
            raise NotFoundError(
                f"{ref} has no key '{key}'", where=self.server, remedy="Check the key's name in the settings."
            )
        return text

    def _call(
        self, verb: str, ref: Ref, path: str, *, body: Document | None = None, content_type: str = "application/json"
    ) -> Document:
        from kubernetes.client.exceptions import ApiException
        from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError

        method = METHODS[verb]
        headers = {"Accept": "application/json", "Content-Type": content_type}
        try:
            method, url, headers, _, _ = self.client.param_serialize(
                method, path, header_params=headers, auth_settings=["BearerToken"]
            )
            ends = time.monotonic() + CALL_SECONDS[1]
            response = self.client.call_api(method, url, headers, body, _request_timeout=CALL_SECONDS)
            content = _all_of(response, ends)
        except ApiException:
            # The only one that a call raises at this depth: the library's word for every failure of TLS.
            raise self._unreached(verb, ref, "no TLS connection that can be trusted", sent=False) from None
        except HTTPError as error:
            sent = not isinstance(error, (ConnectTimeoutError, NewConnectionError))
            raise self._unreached(verb, ref, type(error).__name__, sent=sent) from None
        return self._answer(verb, ref, response, content)

    def _unreached(self, verb: str, ref: Ref, why: str, *, sent: bool) -> UnreachableError:
        return UnreachableError(
            f"Could not {verb} {ref}: no answer from the Kubernetes API ({why})",
            where=self.server,
            remedy="Check the network and the kubeconfig's context, then run the same command again.",
            may_have_happened=sent and verb not in READS,
        )

    def _answer(self, verb: str, ref: Ref, response: Any, content: bytes) -> Document:
        try:
            document = json.loads(content)
        except ValueError:
            document = None
        status = int(response.status)
        if isinstance(document, dict) and status < 300:
            return document
        retry_after = response.headers.get("Retry-After")
        # A page of something in between says nothing about the object: its 404 must not be taken for "gone".
        if not isinstance(document, dict):
            raise self._no_answer(verb, ref, status, retry_after)
        raise self._error(verb, ref, status, str(document.get("message", ""))[:400], retry_after)

    def _no_answer(self, verb: str, ref: Ref, status: int, retry_after: str | None) -> BusyError:
        busy = BusyError(
            f"Could not {verb} {ref}: the Kubernetes API gave no usable answer (status {status})",
            where=self.server,
            remedy="Run the same command again when the API server is well.",
            may_have_happened=verb not in READS and status != 429,
        )
        busy.seconds = float(retry_after) if retry_after and retry_after.isdigit() else 0.0
        return busy

    def _error(self, verb: str, ref: Ref, status: int, said: str, retry_after: str | None) -> RemoteError:
        what, where = f"Could not {verb} {ref}", self.server
        if status == 401:
            remedy = (
                "Renew the credentials of your kubeconfig (for EKS: 'aws sts get-caller-identity' shows who you are)."
            )
            return CredentialsError(
                f"{what}: the Kubernetes API does not accept the credentials", where=where, remedy=remedy
            )
        if status == 403:
            remedy = f"Give the identity of your kubeconfig the verb '{verb}' on '{ref.plural}'{ref.place}."
            if ESCALATION in said:
                remedy = "Give the identity of your kubeconfig the verb 'bind' on the role that it gives to others."
            return RefusedError(f"{what}: not allowed", where=where, remedy=remedy)
        if status == 404:
            remedy = "Check the names in the settings and the kubeconfig's context."
            return NotFoundError(f"{what}: it, or its namespace, does not exist", where=where, remedy=remedy)
        if status == 409:
            return ConflictError(
                f"{what}: others changed it at the same time", where=where, remedy="Run the same command again."
            )
        if status == 429 or status >= 500:
            return self._no_answer(verb, ref, status, retry_after)
        return RefusedError(
            f"{what}: {said or f'status {status}'}", where=where, remedy="Correct the settings that it names."
        )


def connect(kubeconfig: str | None = None, context: str | None = None) -> Cluster:
    """The cluster that a kubeconfig describes; see `kubeconfig.client_of` for what `kubeconfig` may be."""
    client = client_of(kubeconfig, context)
    return Cluster(client, str(client.configuration.host))


def _all_of(response: Any, ends: float) -> bytes:
    """The whole body, read until `ends` on the steady clock: the library's own limit begins anew with every byte."""
    from urllib3.exceptions import ReadTimeoutError

    content, stream = bytearray(), response.response
    while part := stream.read1(AT_ONCE):
        content += part
        if time.monotonic() > ends:
            stream.close()
            raise ReadTimeoutError(stream, "", "the answer did not end")
    return bytes(content)


_jitter = wait_random_exponential(multiplier=0.05, max=3)


def _pause(state: RetryCallState) -> float:
    """A random pause that grows; at least what the API server asked for, within reason."""
    error = state.outcome.exception() if state.outcome else None
    cause = error.cause if isinstance(error, _AgainError) else error
    asked = cause.seconds if isinstance(cause, BusyError) else 0.0
    return min(asked, 30.0) + _jitter(state)


def _give_up(state: RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome else None
    if isinstance(error, _AgainError):
        raise error.cause


def _what_blocks(found: Document) -> str:
    """What a namespace that does not go away waits for, from its own status."""
    metadata = found["metadata"]
    if not metadata.get("deletionTimestamp"):
        return "nobody deletes it (does its Profile still exist?)"
    conditions = found.get("status", {}).get("conditions", [])
    reasons = [each["message"] for each in conditions if each["status"] == "True" and each.get("message")]
    finalizers = [*metadata.get("finalizers", []), *found.get("spec", {}).get("finalizers", [])]
    named = f"finalizers {', '.join(finalizers)}" if finalizers else "no finalizers"
    return "; ".join([*reasons, named])
