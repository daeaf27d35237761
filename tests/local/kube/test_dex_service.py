"""The address in front of dex: connections go to the target, and are known until they end."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable, Iterator

import pytest

from local.dex.service import Service
from local.ports import free_ports


@pytest.fixture
def server() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(5)
        yield listening


@pytest.fixture
def service() -> Service:
    service = Service(free_ports(1)[0])
    service.start()
    return service


def port_of(server: socket.socket) -> int:
    return server.getsockname()[1]


def test_a_connection_is_counted_for_its_port_until_it_ends_even_when_the_target_moves_on(
    server: socket.socket, service: Service, wait_for: Callable[..., object]
) -> None:
    service.target = port_of(server)
    with socket.create_connection(("127.0.0.1", service.port), timeout=5) as client:
        there, _ = server.accept()
        with there:
            service.target = None
            client.sendall(b"a request")
            assert there.recv(64) == b"a request"
            there.sendall(b"an answer")
            assert client.recv(64) == b"an answer"
            assert service.connections(port_of(server)) == 1
    wait_for("the connection is over", lambda: service.connections(port_of(server)) == 0)


def test_without_a_target_a_connection_is_cut(service: Service) -> None:
    with socket.create_connection(("127.0.0.1", service.port), timeout=5) as client:
        assert client.recv(64) == b""


def test_a_target_that_listens_no_more_cuts_the_connection_and_is_not_counted(service: Service) -> None:
    service.target = free_ports(1)[0]
    with socket.create_connection(("127.0.0.1", service.port), timeout=5) as client, contextlib.suppress(OSError):
        assert client.recv(64) == b""
    assert service.connections(service.target) == 0
