"""moto answers one request after another: two at once now and then ended in its page for a 500."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from local.aws.server import one_at_a_time


class Application:
    """Notes how many requests it works on at once, until their answers are closed."""

    def __init__(self) -> None:
        self.inside = self.most = 0
        self._changing = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
        self._count(1)
        threading.Event().wait(0.005)  # long enough for the others to come in, if they may
        if environ.get("fails"):
            self._count(-1)
            raise ValueError("no answer")
        start_response("200 OK", [])
        return self._answer()

    def _answer(self) -> Iterator[bytes]:
        try:
            yield b"one "
            yield b"answer"
        finally:
            self._count(-1)

    def _count(self, change: int) -> None:
        with self._changing:
            self.inside += change
            self.most = max(self.most, self.inside)


def ask(app: Any, **environ: Any) -> bytes:
    return b"".join(app(environ, lambda status, headers: None))


def test_requests_that_come_together_are_answered_one_after_another() -> None:
    application = Application()
    app = one_at_a_time(application)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: ask(app), range(24)))
    assert answers == [b"one answer"] * 24
    assert (application.most, application.inside) == (1, 0)


def test_without_turns_they_would_meet() -> None:
    application = Application()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: ask(application), range(24)))
    assert application.most > 1


def test_a_request_that_fails_gives_its_turn_back() -> None:
    app = one_at_a_time(Application())
    with pytest.raises(ValueError, match="no answer"):
        ask(app, fails=True)
    assert ask(app) == b"one answer"
