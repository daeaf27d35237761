"""A stand-in for Grafana that can be told to fail: what the tests of the client and of the provider share.

Owns: a running stand-in with short time limits, and faults for its next calls. A fault is planned for one call of a
method and happens once. Does not own the stand-in's rules.
"""

from __future__ import annotations

import socket
import threading
from collections import Counter
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from local.standins.grafana.access import Tokens
from local.standins.grafana.app import make_app
from local.standins.grafana.seed import living_site
from local.standins.grafana.server import serving
from local.standins.grafana.store import Store
from project_workspace.remote.http import Limits

TOKEN = "glsa_right-token"
VIEWER = "glsa_viewer-token"
QUICK = Limits(connect_seconds=5, answer_seconds=5, attempts=3, pause_seconds=0.01, longest_pause_seconds=1)
IMPATIENT = replace(QUICK, answer_seconds=0.5)
"""For a server that never answers: elsewhere a busy machine would look like one."""

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]
Fault = Callable[["FaultySite", dict[str, Any], Any], Iterable[bytes]]


@dataclass
class FaultySite:
    """One running stand-in; `plan` makes its next call of a method fail."""

    app: Wsgi
    store: Store
    url: str = ""
    calls: Counter[str] = field(default_factory=Counter)
    released: threading.Event = field(default_factory=threading.Event)
    planned: dict[str, list[Fault]] = field(default_factory=dict)

    def plan(self, method: str, *faults: Fault) -> None:
        """The next calls of `method` meet these faults, one each."""
        self.planned.setdefault(method, []).extend(faults)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        method = environ["REQUEST_METHOD"]
        self.calls[method] += 1
        faults = self.planned.get(method)
        return faults.pop(0)(self, environ, start_response) if faults else self.app(environ, start_response)


def answer(status: str, text: str, *headers: tuple[str, str], kind: str = "application/json") -> Fault:
    """Instead of the call: this answer."""

    def fault(_: FaultySite, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        start_response(status, [("Content-Type", kind), ("Content-Length", str(len(text))), *headers])
        return [text.encode()]

    return fault


def html(status: str) -> Fault:
    """Instead of the call: a proxy's page."""
    return answer(status, "<html><body>Sorry</body></html>", kind="text/html")


def done_then(fault: Fault) -> Fault:
    """The call happens; its answer is lost to `fault`."""

    def both(site: FaultySite, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        b"".join(site.app(environ, lambda *_: None))
        return fault(site, {**environ, "CONTENT_LENGTH": 0}, start_response)

    return both


def cut(_: FaultySite, environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """The connection ends without an answer."""
    environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
    start_response("200 OK", [])
    return []


def silent(site: FaultySite, environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """No answer until the test is over: the client's time limit ends the wait."""
    site.released.wait(10)
    return cut(site, environ, start_response)


@contextmanager
def faulty_site(folder: Path) -> Generator[FaultySite]:
    """A seeded stand-in on a free port, with its state in `folder`."""
    store = Store(folder / "grafana.json", living_site())
    site = FaultySite(make_app(store, Tokens(TOKEN, VIEWER)), store)
    with serving(site) as site.url:
        try:
            yield site
        finally:
            site.released.set()
