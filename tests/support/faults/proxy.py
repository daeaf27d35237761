"""A proxy in front of a remote that spoils one chosen call: what the tests of bad days share.

Owns: forwarding, and what each fault is on the wire. Does not own: how a remote calls its requests and words its
refusals (`dialects`), what must hold after a fault (`rule`). "Before" means that the call never reached the remote,
"after" that it took effect and its answer is lost. The client speaks plain HTTP to the proxy; the proxy speaks to the
remote as the remote wants it.
"""

from __future__ import annotations

import logging
import socket
import struct
import threading
from collections import Counter
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import httpx

from local.http_serving import serving

logging.getLogger("httpx").setLevel(logging.WARNING)

LONGEST_SECONDS = 60.0
"""No fault holds a connection longer, whatever the client does."""
DRIP_SECONDS = 0.02
"""Between two bytes: sooner than any time limit that counts from byte to byte."""


class Fault(Enum):
    """What happens to a call; the value is its name in test ids."""

    TIMEOUT_BEFORE = "time-out before"
    TIMEOUT_AFTER = "time-out after"
    CUT_BEFORE = "cut before"
    CUT_AFTER = "cut after"
    NETWORK_GONE = "network gone after"
    """Cut after it took effect; from then on every call to any remote is cut."""
    CONFLICT = "409"
    TOO_MANY = "429 with Retry-After"
    SERVER_ERROR = "500"
    BAD_GATEWAY = "502 with HTML"
    BAD_GATEWAY_AFTER = "502 with HTML after"
    NOT_FOUND_PAGE = "404 with HTML"
    LOGIN_PAGE = "login page as 200"
    EXPIRED_SESSION = "expired session"
    SLOW_DRIP = "slow drip"
    SHORT_BODY = "truncated, length right"
    HALF_BODY = "truncated, length fits"


TAKES_TIME = frozenset({Fault.TIMEOUT_BEFORE, Fault.TIMEOUT_AFTER, Fault.SLOW_DRIP})
"""The faults that only a time limit of the client ends."""
ONLY_FOR_WRITES = frozenset({Fault.TIMEOUT_AFTER, Fault.CUT_AFTER, Fault.BAD_GATEWAY_AFTER})
"""The faults that are, for a call that only reads, the same as their namesakes "before"."""


OUTCOMES = frozenset({Fault.CUT_BEFORE, Fault.CUT_AFTER, Fault.CONFLICT, Fault.EXPIRED_SESSION, Fault.LOGIN_PAGE})
"""One fault for each way in which a call can end badly: not sent, done but unanswered, conflict, refused, unusable.
What the others differ in is decided in the transports (`remote/http.py`, `kube/cluster.py`, `aws/client.py`)."""


@dataclass(frozen=True)
class Said:
    """An answer as it goes over the wire."""

    status: int
    body: bytes
    kind: str = "text/html"
    headers: Mapping[str, str] = field(default_factory=dict)


PAGES: Mapping[Fault, Said] = {
    Fault.BAD_GATEWAY: Said(502, b"<!DOCTYPE html><html><body>Bad Gateway</body></html>"),
    Fault.BAD_GATEWAY_AFTER: Said(502, b"<!DOCTYPE html><html><body>Bad Gateway</body></html>"),
    Fault.NOT_FOUND_PAGE: Said(404, b"<!DOCTYPE html><html><body>No such page<br></body></html>"),
    Fault.LOGIN_PAGE: Said(200, b"<!DOCTYPE html><html><body>Please log in</body></html>"),
}
"""What something between client and remote says, in the same words for every remote."""


@dataclass(frozen=True)
class Dialect:
    """One remote's way to speak."""

    label: Callable[[str, str, bytes], str]
    """What a request is called, from its method, path with query, and body, for example "GET workspaces"."""
    refusals: Mapping[Fault, Said]
    """Its own CONFLICT, TOO_MANY, SERVER_ERROR and EXPIRED_SESSION."""


@dataclass(frozen=True)
class Call:
    """The `number`-th request of that label in an operation, counted from 1."""

    label: str
    number: int = 1

    def __str__(self) -> str:
        return self.label if self.number == 1 else f"{self.label} ({self.number})"


class Script:
    """What was called, and the fault that waits; shared by the proxies of one trial."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.struck = False
        self._seen: Counter[str] = Counter()
        self._planned: tuple[Call, Fault] | None = None
        self._gone = False
        self._lock = threading.Lock()

    def plan(self, call: Call, fault: Fault) -> None:
        """Count calls from here, and let that one meet the fault."""
        self.clear()
        self._planned, self.struck = (call, fault), False

    def clear(self) -> None:
        """Good weather from here, with new counts."""
        with self._lock:
            self.calls, self._planned, self._gone = [], None, False
            self._seen.clear()

    def arrives(self, label: str) -> Fault | None:
        """Note a request, and answer the fault that it meets."""
        with self._lock:
            self._seen[label] += 1
            call = Call(label, self._seen[label])
            self.calls.append(call)
            if self._gone:
                return Fault.CUT_BEFORE
            if self._planned is None or self._planned[0] != call:
                return None
            self.struck, fault = True, self._planned[1]
            self._gone = fault is Fault.NETWORK_GONE
            return fault


class Handler(BaseHTTPRequestHandler):
    """One connection of a client."""

    protocol_version = "HTTP/1.1"
    # Headers and body in one packet: the client's own delays are no part of this.
    wbufsize = -1
    disable_nagle_algorithm = True

    dialect: ClassVar[Dialect]
    script: ClassVar[Script]
    remote: ClassVar[httpx.Client]

    def serve(self) -> None:
        """Any request."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        fault = self.script.arrives(self.dialect.label(self.command, self.path, body))
        if fault is None:
            self._say(self._forward(body))
        elif fault in PAGES or fault in self.dialect.refusals:
            if fault is Fault.BAD_GATEWAY_AFTER:
                self._forward(body)
            self._say({**PAGES, **self.dialect.refusals}[fault])
        elif fault in {Fault.SLOW_DRIP, Fault.SHORT_BODY, Fault.HALF_BODY}:
            self._spoil(self._forward(body), fault)
        else:
            if fault not in {Fault.TIMEOUT_BEFORE, Fault.CUT_BEFORE}:
                self._forward(body)
            self._lose(wait=fault in TAKES_TIME)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = serve  # noqa: N815 - the names http.server asks for

    def _forward(self, body: bytes) -> Said:
        dropped = {"host", "content-length", "connection", "accept-encoding"}
        headers = {name: value for name, value in self.headers.items() if name.lower() not in dropped}
        answer = self.remote.request(self.command, self.path, content=body, headers=headers)
        kept = {
            name: value
            for name, value in answer.headers.multi_items()
            if name.lower()
            not in {"content-length", "content-type", "content-encoding", "connection", "date", "server"}
            and name.lower() != "transfer-encoding"
        }
        return Said(answer.status_code, answer.content, answer.headers.get("Content-Type", ""), kept)

    def _head(self, said: Said, length: int) -> None:
        self.send_response(said.status)
        for name, value in {**said.headers, "Content-Type": said.kind, "Content-Length": str(length)}.items():
            self.send_header(name, value)
        self.end_headers()

    def _say(self, said: Said) -> None:
        self._head(said, len(said.body))
        self.wfile.write(said.body)

    def _spoil(self, said: Said, fault: Fault) -> None:
        half = said.body[: len(said.body) // 2]
        self._head(said, len(half) if fault is Fault.HALF_BODY else len(said.body))
        self.close_connection = True
        if fault is not Fault.SLOW_DRIP:
            self.wfile.write(half)
            return
        ended = threading.Event()
        for byte in said.body[: int(LONGEST_SECONDS / DRIP_SECONDS)]:
            self.wfile.write(bytes([byte]))
            self.wfile.flush()
            ended.wait(DRIP_SECONDS)

    def _lose(self, *, wait: bool) -> None:
        if wait:
            self.connection.settimeout(LONGEST_SECONDS)
            self.rfile.read(1)  # until the client gives up
        # A reset and not an orderly end, as a broken network gives.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        """Tests read `Script.calls`."""


class Server(ThreadingHTTPServer):
    """Listens on 127.0.0.1; a client that goes away is what the tests are about, not an error."""

    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing: the client's view is what counts."""


@contextmanager
def proxy(remote: httpx.Client, dialect: Dialect, script: Script) -> Generator[str]:
    """A proxy on a free port for the length of the block; `remote` has the remote's base URL. Gives the proxy's URL."""
    handler = type("Handler", (Handler,), {"dialect": dialect, "script": script, "remote": remote})
    with serving(Server(("127.0.0.1", 0), handler)) as url:
        yield url
