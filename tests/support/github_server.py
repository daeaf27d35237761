"""The stand-in for GitHub, reached over HTTP: for commands that run in a process of their own."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx

from local.http_serving import serving
from tests.support.github import GitHubStandIn

REPOSITORY = "team/workspaces"
TOKEN = "token-of-the-job"


class _GitHub(BaseHTTPRequestHandler):
    standin: GitHubStandIn

    def _answer(self) -> None:
        content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        url = f"{self.standin.api}{self.path}"
        asked = httpx.Request(self.command, url, headers=dict(self.headers.items()), content=content)
        answer = self.standin.answer(asked)
        self.send_response(answer.status_code)
        self.send_header("Content-Length", str(len(answer.content)))
        self.end_headers()
        self.wfile.write(answer.content)

    do_GET = do_POST = do_PATCH = _answer  # noqa: N815 - the names of the base

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def github() -> Generator[GitHubStandIn]:
    """A GitHub on an address of its own."""
    standin = GitHubStandIn(api="", repository=REPOSITORY, token=TOKEN)
    handler = type("Handler", (_GitHub,), {"standin": standin})
    with serving(ThreadingHTTPServer(("127.0.0.1", 0), handler)) as url:
        standin.api = url
        yield standin
