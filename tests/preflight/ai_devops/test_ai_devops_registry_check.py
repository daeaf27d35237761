"""The registry of an air-gapped site, asked as the guide asks: by a server that answers as a registry does, or not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from local.ports import free_ports
from tests.preflight.ai_devops.conftest import MakeSite, lines_of
from workspacectl.preflight.answers import Outcome


@pytest.fixture
def answering() -> Iterator[Callable[[int], str]]:
    """Stands in for a registry: answers the root of its API with this status; gives its address."""
    servers: list[ThreadingHTTPServer] = []

    def start(status: int) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(status if self.path == "/v2/" else 404)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, format: str, *args: object) -> None:
                """Nothing."""

        servers.append(ThreadingHTTPServer(("127.0.0.1", 0), Handler))
        Thread(target=servers[-1].serve_forever, daemon=True).start()
        return f"127.0.0.1:{servers[-1].server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("status", [pytest.param(200, marks=pytest.mark.thorough), 401])
def test_a_registry_that_answers_or_asks_for_a_login_is_well(
    site: MakeSite, answering: Callable[[int], str], status: int
) -> None:
    registry = answering(status)
    for where in ({"installer": {"registry": registry}}, {"images": {"registry": f"{registry}/mirror"}}):
        found = lines_of(site(airGap=True, **where))["installer-registry"]
        assert (found.outcome, found.seen) == (Outcome.OK, f"{registry} answers by http")


def test_something_else_that_answers_fails_its_line(site: MakeSite, answering: Callable[[int], str]) -> None:
    registry = answering(404)
    found = lines_of(site(airGap=True, installer={"registry": registry}))["installer-registry"]
    assert found.outcome == Outcome.FAILED
    assert "status 404 by http" in found.seen


def test_a_registry_that_does_not_answer_fails_its_line(site: MakeSite) -> None:
    registry = f"127.0.0.1:{free_ports(1)[0]}"
    found = lines_of(site(airGap=True, installer={"registry": registry}))["installer-registry"]
    assert found.outcome == Outcome.FAILED
    assert found.seen.startswith(f"{registry} does not answer as a registry does: ")
    assert "correct 'installer.registry'" in found.remedy
    found = lines_of(site(airGap=True, images={"registry": registry}))["installer-registry"]
    assert (found.outcome, "correct 'images.registry'" in found.remedy) == (Outcome.FAILED, True)
