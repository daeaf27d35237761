"""The rule for the URL of a server: one for the settings, the dynamic providers and the clients."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from project_workspace.conductor.input_checks import workspace_problems
from project_workspace.grafana.provider import DashboardProvider
from project_workspace.remote.errors import RefusedError
from project_workspace.remote.http import HttpRemote
from project_workspace.schema.urls import is_server_url
from project_workspace.schema.values import Url

RIGHT = [
    "https://aicond.example.com",
    "http://127.0.0.1:8080",
    "HTTPS://Grafana.Example.com:3000/grafana/",
    "https://[2001:db8::1]:8443/a.b/c-d/~e%20f",
    "http://grafana",
    "https://example.com:65535",
]
WRONG = [
    "",
    "aicond.example.com",
    "//aicond.example.com",
    "ftp://aicond.example.com",
    "https://",
    "https://:8080",
    "https:///path",
    "https://-a.example.com",
    "https://admin@example.com",
    "https://admin:secret@example.com",
    "https://@example.com",
    "https://example.com?token=x",
    "https://example.com/#fragment",
    "https://example.com:0",
    "https://example.com:65536",
    "https://example.com:port",
    "https://exa mple.com",
    "https://example.com/a b",
    "https://example.com\n.evil.com",
    "https://exämple.com",
    "https://example.com\\@evil.com",
]


def accepted(url: str) -> set[str]:
    """Everybody who takes this URL."""
    found: set[str] = set()
    with suppress(ValidationError):
        TypeAdapter(Url).validate_python(url)
        found.add("settings")
    with suppress(RefusedError):
        HttpRemote(url, "Grafana")
        found.add("client")
    if "url" not in {problem.path for problem in DashboardProvider().problems({"url": url})}:
        found.add("dashboard")
    if "url" not in {problem.path for problem in workspace_problems({"url": url})}:
        found.add("workspace")
    return found


EVERYBODY = {"settings", "client", "dashboard", "workspace"}


@pytest.mark.parametrize("url", RIGHT)
def test_everybody_takes_a_right_url(url: str) -> None:
    assert is_server_url(url)
    assert accepted(url) == EVERYBODY


@pytest.mark.parametrize("url", WRONG, ids=repr)
def test_nobody_takes_a_wrong_url(url: str) -> None:
    assert not is_server_url(url)
    assert accepted(url) == set()


@pytest.mark.parametrize("value", [None, 7, ["https://example.com"], b"https://example.com"], ids=repr)
def test_only_a_text_is_a_url(value: object) -> None:
    assert not is_server_url(value)


@given(before=st.text(alphabet="ab:@?#/ .", max_size=6), after=st.text(alphabet="ab:@?#/ .1", max_size=8))
def test_no_credentials_query_or_fragment_come_through(before: str, after: str) -> None:
    if is_server_url(f"https://{before}example.com{after}"):
        assert not set(before + after) & set("@?# ")
