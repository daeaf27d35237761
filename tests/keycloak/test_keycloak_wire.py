"""What is asked of Keycloak and how its answers are read, without one: URLs with a path, others' answers."""

from __future__ import annotations

import httpx
import pytest
import respx

from project_workspace.keycloak.client import Keycloak
from project_workspace.remote.errors import CredentialsError, NotFoundError, UnreachableError

URL = "https://hyperauth.example.com/auth"
TOKEN = f"{URL}/realms/master/protocol/openid-connect/token"
CLIENTS = f"{URL}/admin/realms/tmax/clients"
GRANT = {"grant_type": "password", "client_id": "admin-cli", "username": "admin", "password": "admin-secret-4711"}


@pytest.fixture
def client(respx_mock: respx.MockRouter) -> Keycloak:
    respx_mock.post(TOKEN).mock(return_value=httpx.Response(200, json={"access_token": "t"}))
    return Keycloak(URL, "tmax", "master", lambda: GRANT)


def test_a_site_with_a_path_is_asked_below_it(client: Keycloak, respx_mock: respx.MockRouter) -> None:
    asked = respx_mock.get(CLIENTS, params={"clientId": "demo"}).mock(return_value=httpx.Response(200, json=[]))
    assert client.find_client("demo") is None
    assert asked.calls.last.request.headers["Authorization"] == "Bearer t"


@pytest.mark.parametrize(
    ("answer", "error", "said"),
    [
        (httpx.Response(200, json={"page": 1}), UnreachableError, "the answer is not one of Keycloak's"),
        (httpx.Response(404, html="<html></html>"), UnreachableError, "the answer is not one of Keycloak's"),
        (httpx.Response(404, json={"error": "Realm not found."}), NotFoundError, "needs '/auth' at some sites"),
        (httpx.Response(401, json={"error": "HTTP 401"}), CredentialsError, "the token that it has just given"),
        (
            httpx.Response(403, json={"error": "HTTP 403 Forbidden"}),
            CredentialsError,
            "manage-clients and manage-users",
        ),
    ],
    ids=["another form", "a page", "no realm", "no token of its own", "no right"],
)
def test_what_nobody_expects_is_a_sentence(
    client: Keycloak, respx_mock: respx.MockRouter, answer: httpx.Response, error: type[Exception], said: str
) -> None:
    respx_mock.get(CLIENTS).mock(return_value=answer)
    with pytest.raises(error, match=said) as raised:
        client.find_client("demo")
    assert GRANT["password"] not in str(raised.value)


def test_a_404_that_is_not_of_the_client_does_not_count_as_gone(client: Keycloak, respx_mock: respx.MockRouter) -> None:
    gone = respx_mock.get(f"{CLIENTS}/a-uuid")
    gone.mock(return_value=httpx.Response(404, json={"error": "Could not find client"}))
    assert client.get_client("a-uuid") is None
    gone.mock(return_value=httpx.Response(404, json={"error": "Realm not found."}))
    with pytest.raises(NotFoundError):
        client.get_client("a-uuid")


def test_without_exact_a_user_whose_name_contains_it_is_not_taken_for_it(
    client: Keycloak, respx_mock: respx.MockRouter
) -> None:
    named = [{"id": "1", "username": "alice2"}, {"id": "2", "username": "alice"}]
    respx_mock.get(f"{URL}/admin/realms/tmax/users").mock(return_value=httpx.Response(200, json=named))
    assert client.find_user("alice") == "2"
    assert client.find_user("lice") is None
