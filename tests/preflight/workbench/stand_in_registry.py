"""Stands in for a registry of images, on 127.0.0.1: manifests and tags behind a token, with as little as a pull needs.

It refuses what a registry refuses: no token, a token for another repository, a wrong password, a client that does not
take the manifest's type, names that are none, unknown names and versions, other methods. Source: OCI Distribution
Specification 1.1; Distribution, "Token Authentication Specification".
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from local.http_serving import serving

INDEX = "application/vnd.oci.image.index.v1+json"
NAME = re.compile(r"[a-z0-9]+([._-]+[a-z0-9]+)*(/[a-z0-9]+([._-]+[a-z0-9]+)*)*")
PATH = re.compile(r"/v2/(?P<name>.+)/(?P<what>manifests|tags)/(?P<reference>[^/]+)")


@dataclass
class StandInRegistry:
    """What it holds, and whom it lets in."""

    user: str = "robot"
    password: str = "pull-1"
    basic: bool = False
    """Whether it takes Basic itself, as small registries do, instead of a token."""
    is_open: bool = False
    """Whether everybody may pull."""
    is_registry: bool = True
    """Otherwise it is some other server, which has no `/v2/`."""
    images: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    """Versions by name."""
    host: str = ""
    asked: list[str] = field(default_factory=list[str])
    """Method and path of every request."""
    logins: list[str] = field(default_factory=list[str])
    """Every user and password that were sent."""

    @contextmanager
    def running(self) -> Generator[StandInRegistry]:
        """Serve until the block ends."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        server.daemon_threads = True
        with serving(server) as url:
            self.host = url.removeprefix("http://")
            yield self

    def docker_config(self, password: str | None = None) -> dict[str, Any]:
        """A pull secret's text for this registry."""
        login = base64.b64encode(f"{self.user}:{password or self.password}".encode()).decode()
        return {"auths": {self.host: {"auth": login}}}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        registry = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True
            wbufsize = -1

            def log_message(self, format: str, *args: Any) -> None:
                """Nothing."""

            def do_GET(self) -> None:
                registry.answer(self)

            def do_HEAD(self) -> None:
                registry.answer(self)

            def do_POST(self) -> None:
                registry.error(self, 405, "UNSUPPORTED")

        return Handler

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        """One request."""
        if request.headers.get("Authorization", "").startswith("Basic "):
            self.logins.append(request.headers["Authorization"])
        self.asked.append(f"{request.command} {request.path}")
        if urlsplit(request.path).path == "/token":
            self._token(request)
        elif request.path == "/v2/" and self.is_registry:
            self._send(request, 200, {}) if self._may(request, "") else None
        elif found := PATH.fullmatch(request.path):
            self._repository(request, **found.groupdict())
        else:
            self.error(request, 404, "NOT_FOUND")

    def _repository(self, request: BaseHTTPRequestHandler, name: str, what: str, reference: str) -> None:
        if not NAME.fullmatch(name):
            self.error(request, 400, "NAME_INVALID")
        elif not self._may(request, f"repository:{name}:pull"):
            return
        elif name not in self.images:
            self.error(request, 404, "NAME_UNKNOWN")
        elif what == "tags":
            self._send(request, 200, {"name": name, "tags": sorted(self.images[name])})
        elif reference not in self.images[name] or INDEX not in request.headers.get("Accept", ""):
            self.error(request, 404, "MANIFEST_UNKNOWN")
        else:
            self._send(request, 200, {"schemaVersion": 2, "mediaType": INDEX, "manifests": []})

    def _may(self, request: BaseHTTPRequestHandler, scope: str) -> bool:
        given = request.headers.get("Authorization", "")
        if self.is_open or given == (self._login if self.basic else f"Bearer {_token_for(scope)}"):
            return True
        realm = f'Bearer realm="http://{self.host}/token",service="stand-in",scope="{scope}"'
        challenge = 'Basic realm="stand-in"' if self.basic else realm
        self.error(request, 401, "UNAUTHORIZED", {"WWW-Authenticate": challenge})
        return False

    @property
    def _login(self) -> str:
        return "Basic " + base64.b64encode(f"{self.user}:{self.password}".encode()).decode()

    def _token(self, request: BaseHTTPRequestHandler) -> None:
        query = parse_qs(urlsplit(request.path).query)
        if request.headers.get("Authorization") != self._login or query.get("service") != ["stand-in"]:
            self.error(request, 401, "UNAUTHORIZED")
        else:
            self._send(request, 200, {"token": _token_for(query.get("scope", [""])[0])})

    def error(
        self, request: BaseHTTPRequestHandler, status: int, code: str, headers: dict[str, str] | None = None
    ) -> None:
        """A refusal, as registries word it."""
        self._send(request, status, {"errors": [{"code": code, "message": code.lower()}]}, headers or {})

    def _send(
        self, request: BaseHTTPRequestHandler, status: int, body: dict[str, Any], headers: dict[str, str] | None = None
    ) -> None:
        content = json.dumps(body).encode()
        request.send_response(status)
        for name, text in {"Content-Type": "application/json", **(headers or {})}.items():
            request.send_header(name, text)
        request.send_header("Content-Length", str(len(content)))
        request.end_headers()
        if request.command != "HEAD":
            request.wfile.write(content)


def _token_for(scope: str) -> str:
    return base64.urlsafe_b64encode(f"token for {scope}".encode()).decode()
