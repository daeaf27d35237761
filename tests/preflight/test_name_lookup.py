"""What the system's resolver says, and what is made of it."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from project_workspace.remote.errors import UnreachableError
from workspacectl.preflight.name_lookup import addresses


def answering(monkeypatch: pytest.MonkeyPatch, *found: str, error: OSError | None = None) -> None:
    def resolver(name: str, port: int, **_: Any) -> Any:
        if error:
            raise error
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in found]

    monkeypatch.setattr(socket, "getaddrinfo", resolver)


def test_the_addresses_of_a_name_are_each_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, "203.0.113.10", "203.0.113.11", "203.0.113.10")
    assert addresses("anaconda.example.com") == {"203.0.113.10", "203.0.113.11"}


def test_no_such_name_is_an_answer_and_no_answer_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, error=socket.gaierror(socket.EAI_NONAME, "Name or service not known"))
    assert addresses("anaconda.example.com") == frozenset()
    answering(monkeypatch, error=socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution"))
    with pytest.raises(UnreachableError, match="Temporary failure in name resolution"):
        addresses("anaconda.example.com")


def test_an_address_is_its_own() -> None:
    assert addresses("127.0.0.1") == {"127.0.0.1"}
