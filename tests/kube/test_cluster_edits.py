"""Rules of editing one key of a ConfigMap on a real API server, on good days and bad ones."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import kubernetes.dynamic.exceptions
import pytest
import urllib3

from project_workspace.dex import config_file as dex_config
from project_workspace.dex.config_file import Entry
from project_workspace.kube.cluster import EDIT_ATTEMPTS, Cluster
from project_workspace.remote.errors import (
    ConflictError,
    CredentialsError,
    DeadlineError,
    NotFoundError,
    NotOursError,
    RefusedError,
    UnreachableError,
)
from tests.support.real_cluster import Answer, Kube, Spoilt, eventually

HASH = "$2b$12$" + "a" * 53
KEY = "config.yaml"
CONFLICT = Answer(409, b'{"message": "the object has been modified"}')


def _spoilt(kube: Kube, spoil: Any) -> tuple[Cluster, list[str], list[float]]:
    pauses: list[float] = []
    real = kube.connect()
    spoilt = Spoilt(real.client, spoil)
    return Cluster(spoilt, real.server, sleep=pauses.append), spoilt.calls, pauses


def _once(method: str, fault: Any) -> Any:
    """Spoils the first call of a method."""
    left = [True]

    def spoil(called: str, call: Any) -> Any:
        if called == method and left:
            left.clear()
            return fault(call)
        return call()

    return spoil


def _raise(error: Exception) -> Any:
    raise error


def _after(call: Any, error: Exception) -> Any:
    call().read()
    raise error


LOST = urllib3.exceptions.ReadTimeoutError(None, "/", "read timed out")  # pyright: ignore[reportArgumentType]
CUT = urllib3.exceptions.ProtocolError("Connection aborted.")
FAULTS = {
    "conflict": lambda _: CONFLICT,
    "time-out before the write": lambda _: _raise(LOST),
    "time-out after the write": lambda call: _after(call, LOST),
    "cut after the write": lambda call: _after(call, CUT),
    "overload": lambda _: Answer(429, b"{}", {"Retry-After": "2"}),
    "server error": lambda _: Answer(500, b"{}"),
    "a proxy's page": lambda _: Answer(502, b"<html>bad gateway</html>"),
    "a page with status 200": lambda _: Answer(200, b"<html>log in</html>"),
}


SPOILT_CALLS = [
    (method, fault) for method in ("GET", "PUT") for fault in FAULTS if (method, fault) != ("GET", "conflict")
]


@pytest.mark.parametrize(("method", "fault"), SPOILT_CALLS)
def test_an_edit_survives_a_fault_at_any_call(kube: Kube, method: str, fault: str) -> None:
    namespace = kube.new_namespace()
    kube.new_config_map(namespace, **{KEY: "a", "NOTICE": "n"})
    cluster, _, _ = _spoilt(kube, _once(method, FAULTS[fault]))
    cluster.edit_config_map(namespace, "dex", KEY, lambda text: text if "b" in text else text + "b")
    assert kube.connect().config_map(namespace, "dex")["data"] == {KEY: "ab", "NOTICE": "n"}


def test_only_the_key_changes(kube: Kube) -> None:
    namespace = kube.new_namespace()
    kube.new_config_map(namespace, **{KEY: "a", "NOTICE": "n"})
    cluster = kube.connect()
    before = cluster.config_map(namespace, "dex")
    assert cluster.edit_config_map(namespace, "dex", KEY, lambda _: "b") == "b"
    after = cluster.config_map(namespace, "dex")
    volatile = ("resourceVersion", "managedFields")
    for document in (before, after):
        for name in volatile:
            del document["metadata"][name]
    assert after == {**before, "data": {KEY: "b", "NOTICE": "n"}}


def test_an_edit_without_a_change_writes_nothing(kube: Kube) -> None:
    namespace = kube.new_namespace()
    kube.new_config_map(namespace, **{KEY: "a"})
    cluster, calls, _ = _spoilt(kube, lambda _, call: call())
    assert cluster.edit_config_map(namespace, "dex", KEY, lambda text: text) is None
    assert calls == ["GET"]


def test_the_pause_after_an_overload_is_as_long_as_the_server_asks(kube: Kube) -> None:
    namespace = kube.new_namespace()
    kube.new_config_map(namespace, **{KEY: "a"})
    cluster, _, pauses = _spoilt(kube, _once("PUT", FAULTS["overload"]))
    cluster.edit_config_map(namespace, "dex", KEY, lambda _: "b")
    assert len(pauses) == 1
    assert pauses[0] >= 2


def test_a_storm_of_conflicts_ends_with_a_sentence(kube: Kube) -> None:
    namespace = kube.new_namespace()
    kube.new_config_map(namespace, **{KEY: "a"})
    cluster, calls, pauses = _spoilt(kube, lambda method, call: CONFLICT if method == "PUT" else call())
    with pytest.raises(ConflictError, match="others changed it at the same time"):
        cluster.edit_config_map(namespace, "dex", KEY, lambda _: "b")
    assert calls.count("PUT") == EDIT_ATTEMPTS
    assert len(set(pauses)) > EDIT_ATTEMPTS / 2, "the pauses have jitter"


def test_an_edit_that_a_blind_writer_overwrites_is_made_again(kube: Kube) -> None:
    namespace = kube.new_namespace()
    kube.new_config_map(namespace, **{KEY: "a"})

    def overwrite(call: Any) -> Any:
        answer = call()
        answer.read()
        blind = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "dex", "namespace": namespace}}
        kube.objects.merge(blind, {"data": {KEY: "c"}})
        return answer

    cluster, _, _ = _spoilt(kube, _once("PUT", overwrite))
    cluster.edit_config_map(namespace, "dex", KEY, lambda text: text if text.endswith("b") else text + "b")
    assert cluster.config_text(namespace, "dex", KEY)[0] == "cb"


def test_a_refusal_of_the_edit_ends_it_at_once(kube: Kube) -> None:
    namespace = kube.new_namespace()
    kube.new_config_map(namespace, **{KEY: "a"})
    cluster, calls, pauses = _spoilt(kube, lambda _, call: call())

    def refuse(text: str) -> str:
        raise NotOursError("no", where="here", remedy="none")

    with pytest.raises(NotOursError):
        cluster.edit_config_map(namespace, "dex", KEY, refuse)
    assert (calls, pauses) == (["GET"], [])


def test_eight_writers_and_a_foreign_one_lose_nothing(kube: Kube) -> None:
    namespace = kube.new_namespace()
    foreign = f"- email: f@x.y # foreign\n  hash: {HASH}\n"
    original = f"# top\nenablePasswordDB: true\nstaticPasswords:\n{foreign}# clients\nstaticClients: []\n"
    kube.new_config_map(namespace, **{KEY: original, "NOTICE": "n"})
    done = threading.Event()

    def work(number: int) -> None:
        cluster, email = kube.connect(), f"ws{number}@aic.com"
        for turn in range(3):
            entry = Entry(email=email, hash=HASH, username=f"u{turn}", user_id=str(number))
            cluster.edit_config_map(namespace, "dex", KEY, lambda text, e=entry: dex_config.put(text, e))
            if turn < 2:
                cluster.edit_config_map(namespace, "dex", KEY, lambda text: dex_config.remove(text, email, str(number)))

    def disturb() -> list[str]:
        """A person with kubectl: replaces with a resource version, again on conflict."""
        lines: list[str] = []
        while not done.is_set():
            found = kube.objects.get("v1", "ConfigMap", "dex", namespace)
            assert found
            line = f"# note {len(lines)}\n"
            found["data"][KEY] = line + found["data"][KEY]
            try:
                kube.objects.replace(found)
            except kubernetes.dynamic.exceptions.ConflictError:
                continue
            lines.insert(0, line)
        return lines

    with ThreadPoolExecutor(9) as pool:
        disturber = pool.submit(disturb)
        try:
            list(pool.map(work, range(8)))
        finally:
            done.set()
        notes = disturber.result()
    cluster = kube.connect()
    text, _ = cluster.config_text(namespace, "dex", KEY)
    assert notes
    assert [dex_config.find(text, f"ws{number}@aic.com") for number in range(8)] == [
        Entry(email=f"ws{number}@aic.com", hash=HASH, username="u2", user_id=str(number)) for number in range(8)
    ]
    for number in range(8):
        text = dex_config.remove(text, f"ws{number}@aic.com", str(number))
    assert text == "".join(notes) + original


@pytest.mark.parametrize(
    ("answer", "error", "sentence"),
    [
        (Answer(401, b"{}"), CredentialsError, "does not accept the credentials"),
        (Answer(403, b"{}"), RefusedError, "the verb 'update' on 'configmaps' in namespace"),
        (Answer(422, b'{"message": "metadata.name: too long"}'), RefusedError, "metadata.name: too long"),
    ],
)
def test_a_refused_write_is_told_once_and_not_repeated(
    kube: Kube, answer: Answer, error: type[Exception], sentence: str
) -> None:
    namespace = kube.new_namespace()
    kube.new_config_map(namespace, **{KEY: "a"})
    cluster, calls, _ = _spoilt(kube, lambda method, call: answer if method == "PUT" else call())
    with pytest.raises(error, match=sentence):
        cluster.edit_config_map(namespace, "dex", KEY, lambda _: "b")
    assert calls == ["GET", "PUT"]


def test_what_is_missing_is_named(kube: Kube) -> None:
    namespace = kube.new_namespace()
    kube.new_config_map(namespace, other="x")
    cluster = kube.connect()
    with pytest.raises(NotFoundError, match=f"There is no ConfigMap none in namespace {namespace}"):
        cluster.config_map(namespace, "none")
    with pytest.raises(NotFoundError, match=r"ConfigMap dex in namespace .* has no key 'config.yaml'"):
        cluster.config_text(namespace, "dex", KEY)


def test_an_api_server_that_is_not_there_is_one_sentence(kube: Kube) -> None:
    refused = urllib3.exceptions.NewConnectionError(None, "refused")  # pyright: ignore[reportArgumentType]
    cluster, calls, _ = _spoilt(kube, lambda *_: _raise(refused))
    with pytest.raises(UnreachableError, match="no answer from the Kubernetes API") as unreachable:
        cluster.config_map("auth", "dex")
    assert len(calls) == 4
    assert not unreachable.value.may_have_happened


def test_waiting_for_a_namespace_names_what_holds_it(kube: Kube) -> None:
    namespace = kube.new_namespace()
    metadata = {"name": "held", "namespace": namespace, "finalizers": ["example.com/held"]}
    kube.objects.create({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata}, "test")
    cluster = kube.connect()
    with pytest.raises(DeadlineError, match="nobody deletes it"):
        cluster.wait_namespace_gone(namespace, 0)
    kube.objects.delete("v1", "Namespace", namespace)
    try:
        eventually("the controller says what it waits for", lambda: "held" in str(cluster.namespace(namespace)))
        with pytest.raises(DeadlineError, match=r"example\.com/held in 1 resource instances"):
            cluster.wait_namespace_gone(namespace, 0)
    finally:
        held = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata}
        kube.objects.merge(held, {"metadata": {"finalizers": None}})
    cluster.wait_namespace_gone(namespace, 60)
    assert cluster.namespace(namespace) is None
