"""Controllers survive an API server that goes away: nothing is lost, nothing spins."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from urllib3.exceptions import ProtocolError

from local.kube import watching
from local.standins.profile_controller.controller import WorkQueue

Script = list[Any]


class Api:
    """Lists and watches that go as a script says: an exception is raised, anything else is answered."""

    def __init__(self, lists: Script, watches: Script) -> None:
        self._lists, self._watches = iter(lists), iter(watches)
        self.versions: list[str] = []

    def list_all(self, api_version: str, kind: str, namespace: str | None) -> tuple[list[str], str]:
        answer = next(self._lists)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def watch(
        self, api_version: str, kind: str, namespace: str | None, version: str, seconds: int
    ) -> Iterator[tuple[str, str]]:
        self.versions.append(version)
        for event in next(self._watches):
            if isinstance(event, Exception):
                raise event
            yield event


@pytest.mark.parametrize(
    "fault",
    [ConnectionRefusedError(), ProtocolError("cut"), KeyError("surprise")],
    ids=lambda fault: type(fault).__name__,
)
def test_a_follower_lists_again_after_every_fault_and_tells_everything(
    fault: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "_FIRST_PAUSE_SECONDS", 0.01)
    stop, told = threading.Event(), list[str]()

    def tell(item: Any) -> None:
        told.append(item)
        if item == "last":
            stop.set()

    api = Api(
        lists=[fault, (["a"], "5"), fault, (["a", "b"], "9"), ([], "12")],
        watches=[[("ADDED", "b"), fault], [], [("DELETED", "last"), ("ADDED", "never")]],
    )
    watching.follow(api, "v1", "Pod", tell, stop).join(5)  # pyright: ignore[reportArgumentType]
    assert told == ["a", "b", "a", "b", "last"]
    assert api.versions == ["5", "9", "12"]


def test_a_follower_waits_longer_and_longer_while_the_api_server_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []

    class Stop(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            pauses.append(timeout or 0)
            if len(pauses) == 7:
                self.set()
            return self.is_set()

    api = Api(lists=[ConnectionRefusedError()] * 7, watches=[])
    watching.follow(api, "v1", "Pod", print, Stop()).join(5)  # pyright: ignore[reportArgumentType]
    assert pauses == [0.1, 0.2, 0.4, 0.8, 1.6, 2.0, 2.0]


def test_a_name_is_in_the_queue_once() -> None:
    queue = WorkQueue()
    for name in ("a", "a", "b", "a"):
        queue.add(name)
    assert [queue.next(0), queue.next(0), queue.next(0)] == ["a", "b", None]


def test_what_failed_comes_back_later_and_later_until_it_succeeds() -> None:
    queue = WorkQueue()
    assert [queue.failed("a") for _ in range(10)] == [0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.0, 5.0]
    assert queue.next(5) == "a"  # due after the first pause: a name waits once
    queue.succeeded("a")
    assert queue.failed("a") == 0.02
    assert queue.next(0) is None
    assert queue.next(5) == "a"


def test_a_change_makes_due_at_once_what_waits_for_its_repetition() -> None:
    queue = WorkQueue()
    for _ in range(9):
        queue.failed("a")
    assert queue.next(1) == "a"
    queue.failed("a")
    queue.add("a")
    assert queue.next(0) == "a"
