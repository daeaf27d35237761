"""The login: once, never repeated after a failure, renewed when a session ends, and nothing of it in any message."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from local.standins.ai_conductor.inprocess import Running
from project_workspace.conductor.client import Conductor
from project_workspace.remote.errors import CredentialsError, RefusedError, RemoteError, UnreachableError

LOGIN = "POST /api/v1/auth/login"


def failure(client: Conductor) -> RemoteError:
    with pytest.raises(RemoteError) as raised:
        client.find_workspace("vision-ws")
    return raised.value


def test_a_failed_login_is_never_repeated(make_client: Callable[..., Conductor], server: Running) -> None:
    client = make_client(password="wrong-secret")
    first, second = failure(client), failure(client)
    assert isinstance(first, CredentialsError)
    assert isinstance(second, CredentialsError)
    assert str(first) == str(second)
    assert first is not second
    assert str(first) == (
        "AI Conductor refused the login: the password of 'site-admin' is wrong, and 4 more failures lock the account "
        f"({server.url}). It was not tried again. Correct the administrator's login ID and password "
        "(AIC_ADMIN_USER, AIC_ADMIN_PASSWD), run it again."
    )
    assert server.calls == {LOGIN: 1}


def test_threads_that_fail_together_use_one_try(make_client: Callable[..., Conductor], server: Running) -> None:
    client = make_client(password="wrong-secret")
    with ThreadPoolExecutor(4) as pool:
        errors = list(pool.map(lambda _: failure(client), range(8)))
    assert {type(error) for error in errors} == {CredentialsError}
    assert server.calls == {LOGIN: 1}


def test_the_last_try_and_the_lock_are_said(make_client: Callable[..., Conductor], server: Running) -> None:
    said = [str(failure(make_client(password="wrong"))) for _ in range(6)]
    assert "and 1 more failure locks the account" in said[3]
    assert all(
        "is locked after 5 failed logins" in text and "have another administrator unlock" in text for text in said[4:]
    )
    assert "is locked" in str(failure(make_client()))
    assert server.calls == {LOGIN: 7}


def test_an_unknown_account_is_said(make_client: Callable[..., Conductor]) -> None:
    assert "there is no account 'nobody', or its password is wrong" in str(failure(make_client("nobody")))


def test_a_lost_login_answer_is_not_repeated_either(client: Conductor, server: Running) -> None:
    server.faults.add("POST", "auth/login", "cut after")
    first, second = failure(client), failure(client)
    assert isinstance(first, UnreachableError)
    assert str(first) == str(second)
    assert server.calls == {LOGIN: 1}


def test_a_login_that_never_arrived_is_tried_by_the_next_call(client: Conductor, server: Running) -> None:
    server.faults.add("POST", "auth/login", "answer", status="429 Too Many Requests", times=3)
    assert "429" in str(failure(client))
    assert client.find_workspace("acoustics-ws") is not None
    assert server.faults.waiting == 0
    assert server.calls[LOGIN] == 1


def test_a_session_that_ended_is_renewed_once(client: Conductor, server: Running) -> None:
    assert client.find_workspace("acoustics-ws") is not None
    server.place.sessions.end_all()
    assert client.find_workspace("acoustics-ws") is not None
    assert server.calls == {LOGIN: 2, "GET /api/v1/workspaces": 3}


def test_threads_renew_an_ended_session_together(client: Conductor, server: Running) -> None:
    client.find_workspace("acoustics-ws")
    server.place.sessions.end_all()
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(client.find_workspace, ["acoustics-ws"] * 4))
    assert None not in found
    assert server.calls[LOGIN] == 2


def test_a_session_that_is_never_accepted_ends_with_a_sentence(client: Conductor, server: Running) -> None:
    body = b'{"detail": "Invalid credentials"}'
    server.faults.add("GET", "workspaces", "answer", status="401 Unauthorized", body=body, times=2)
    error = failure(client)
    assert isinstance(error, CredentialsError)
    assert "does not accept the session that it has just given" in str(error)
    assert server.calls == {LOGIN: 2}


def test_absent_credentials_make_no_call(server: Running, client: Conductor) -> None:
    def none_given() -> tuple[str, str]:
        raise CredentialsError("Expected a login ID", where="AIC_ADMIN_USER", remedy="Set it.")

    client._session._credentials = none_given
    assert "Expected a login ID" in str(failure(client))
    assert server.calls == {}


def test_a_200_without_an_account_is_a_failed_login(client: Conductor, server: Running) -> None:
    server.faults.add("POST", "auth/login", "answer", status="200 OK", body=b'{"account_id": ""}')
    assert isinstance(failure(client), CredentialsError)
    assert isinstance(failure(client), CredentialsError)


def test_a_login_without_a_cookie_names_the_cookie(client: Conductor, server: Running) -> None:
    server.faults.add("POST", "auth/login", "answer", status="200 OK", body=b'{"account_id": "1"}')
    assert "carries no cookie 'access-token'" in str(failure(client))


def test_a_developer_is_told_that_the_role_admin_is_needed(
    client: Conductor, make_client: Callable[..., Conductor], server: Running
) -> None:
    foreign = server.state["accounts"][1]
    with server.place.store.edit() as state:
        state["accounts"][1]["password_hash"] = state["accounts"][0]["password_hash"]
    error = failure(make_client(foreign["login_id"]))
    assert isinstance(error, RefusedError)
    assert "role Admin" in str(error)


def test_no_secret_is_in_any_message_or_log(
    make_client: Callable[..., Conductor], server: Running, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client = make_client()
    client.find_workspace("acoustics-ws")
    token = client._session.token()
    echo = f'{{"detail": "no: admin-secret-4711 {token}"}}'.encode()
    server.faults.add("GET", "workspaces", "answer", status="400 Bad Request", body=echo)
    server.faults.add("GET", "workspaces", "answer", status="502 Bad Gateway", body=echo, times=3)
    said = [str(failure(client)), str(failure(client)), str(failure(make_client(password="wrong-secret")))]
    assert "no: [secret] [secret]" in said[0]
    everything = "\n".join([*said, caplog.text, repr(client), repr(vars(client))])
    assert "site-admin" in everything
    assert not [secret for secret in ("admin-secret-4711", "wrong-secret", token) if secret in everything]
