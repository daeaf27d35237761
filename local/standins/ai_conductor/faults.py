"""Bad days of a server, put in front of the stand-in of AI Conductor: late, cut, truncated and wrong answers.

Owns: one fault per matching call, in the order in which they were asked for. Does not own what the server does
otherwise. "Before" means that the call never reached the server, "after" that it took effect and its answer is lost.
"""

import re
import socket
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal[
    "hang before", "hang after", "cut before", "cut after", "half after", "half length after", "drip after", "answer"
]
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

LONGEST_HANG_SECONDS = 60.0
DRIP_SECONDS = 0.05


@dataclass
class Fault:
    """What happens to the next call whose method and path match."""

    method: str
    path: str
    """Regular expression, searched in the path."""
    kind: Kind
    status: str = ""
    """For "answer": status line, for example "502 Bad Gateway"; the call does not reach the server."""
    body: bytes = b"<html><body>Bad Gateway</body></html>"
    headers: dict[str, str] = field(default_factory=dict)


class Faults:
    """The application, and the faults that wait for it."""

    def __init__(self, app: Wsgi) -> None:
        self._app = app
        self._waiting: list[Fault] = []
        self._lock = threading.Lock()
        self._released = threading.Event()

    def add(self, method: str, path: str, kind: Kind, *, times: int = 1, **more: Any) -> None:
        """Let the next `times` matching calls fail so."""
        with self._lock:
            self._waiting += [Fault(method, path, kind, **more) for _ in range(times)]

    @property
    def waiting(self) -> int:
        """Faults that have not struck yet."""
        return len(self._waiting)

    def release(self) -> None:
        """End every hanging call."""
        self._released.set()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        fault = self._next(environ["REQUEST_METHOD"], environ["PATH_INFO"])
        if fault is None:
            return self._app(environ, start_response)
        if fault.kind == "answer":
            headers = {"Content-Type": "text/html", "Content-Length": str(len(fault.body)), **fault.headers}
            start_response(fault.status, list(headers.items()))
            return [fault.body]
        if fault.kind.endswith("before"):
            return self._lose(environ, start_response, fault)
        return self._spoil(environ, start_response, fault)

    def _next(self, method: str, path: str) -> Fault | None:
        with self._lock:
            for fault in self._waiting:
                if fault.method == method and re.search(fault.path, path):
                    self._waiting.remove(fault)
                    return fault
        return None

    def _spoil(self, environ: dict[str, Any], start_response: Callable[..., Any], fault: Fault) -> Iterable[bytes]:
        head: list[Any] = []
        body = b"".join(self._app(environ, lambda *parts: head.extend(parts)))
        if fault.kind in {"hang after", "cut after"}:
            return self._lose(environ, start_response, fault)
        half = body[: len(body) // 2]
        length = len(body) if fault.kind == "half length after" else len(half)
        if fault.kind == "drip after":
            start_response(head[0], head[1])
            return self._drip(body)
        headers = [(name, value) for name, value in head[1] if name.lower() != "content-length"]
        start_response(head[0], [*headers, ("Content-Length", str(length))])
        return [half]

    def _drip(self, body: bytes) -> Iterable[bytes]:
        """One byte at a time, each soon enough for a time limit that counts from byte to byte."""
        for byte in body:
            self._released.wait(DRIP_SECONDS)
            yield bytes([byte])

    def _lose(self, environ: dict[str, Any], start_response: Callable[..., Any], fault: Fault) -> Iterable[bytes]:
        if fault.kind.startswith("hang"):
            self._released.wait(LONGEST_HANG_SECONDS)
        connection: socket.socket = environ["werkzeug.socket"]
        connection.shutdown(socket.SHUT_RDWR)
        start_response("200 OK", [])
        return [b""]
