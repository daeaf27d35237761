"""Stand-in of AI Conductor: login, session, roles, and what all calls share (docs/facts/ai-conductor.md)."""

import re
from collections.abc import Callable
from typing import Any

import pytest


def test_a_login_answers_the_account_and_sets_an_opaque_cookie(make_api: Callable[..., Any]) -> None:
    api = make_api(login=False)
    response = api.log_in()
    assert response.json == {
        "account_id": response.json["account_id"],
        "display_name": "Administrator",
        "role": "ADMIN",
        "workspace": [{"id": api.own("state")["workspaces"][0]["id"], "name": "acoustics-ws", "role": "MANAGER"}],
    }
    assert re.fullmatch(r"access-token=[A-Za-z0-9_-]{43}; HttpOnly; Path=/", response.headers["Set-Cookie"])


def test_a_wrong_password_counts_to_five_and_locks_even_the_administrator(make_api: Callable[..., Any]) -> None:
    api = make_api(login=False)
    answers = [api.log_in(login_pw="wrong") for _ in range(6)]
    assert [a.status_code for a in answers] == [401] * 6
    assert [a.json["detail"] for a in answers] == [
        *({"error_code": "USER.LOGIN.001", "login_fail_count": n} for n in (1, 2, 3, 4)),
        *({"error_code": "USER.LOGIN.002", "login_fail_count": 5} for _ in range(2)),
    ]
    right = api.log_in()
    assert (right.status_code, right.json["detail"]["error_code"]) == (401, "USER.LOGIN.002")


def test_a_login_resets_the_counter(make_api: Callable[..., Any]) -> None:
    api = make_api(login=False)
    for _ in range(4):
        api.log_in(login_pw="wrong")
    assert api.log_in().status_code == 200
    assert api.log_in(login_pw="wrong").json["detail"]["login_fail_count"] == 1


def test_an_unknown_account_has_no_counter(make_api: Callable[..., Any]) -> None:
    answer = make_api(login=False).log_in("nobody")
    assert (answer.status_code, answer.json) == (401, {"detail": {"error_code": "USER.LOGIN.001"}})


def test_an_unused_account_is_locked(make_api: Callable[..., Any]) -> None:
    answer = make_api(login=False, unused_seconds=-60).log_in()
    assert answer.json["detail"] == {"error_code": "USER.LOGIN.003", "unused_period": -60}


def test_an_administrator_unlocks_an_account(make_api: Callable[..., Any], edge: Any) -> None:
    api = make_api()
    account = api.ok("POST", "accounts", edge)
    other = make_api(api.store, login=False)
    for _ in range(5):
        other.log_in("vision-edge", "wrong")
    assert [a["is_locked"] for a in api.ok("GET", "accounts")["accounts"]] == [False, False, True]
    assert api.ok("POST", f"accounts/{account['id']}/unlock")["login_fail_count"] == 0
    assert other.log_in("vision-edge", "vision-edge@com").status_code == 200


@pytest.mark.parametrize("path", ["workspaces", "accounts", "workspaces/info", "solutions/workspace", "instances"])
def test_a_call_without_a_session_is_refused(make_api: Callable[..., Any], path: str) -> None:
    assert make_api(login=False).refused("GET", path) == (401, "Invalid credentials")


def test_a_session_ends_after_its_time(make_api: Callable[..., Any]) -> None:
    assert make_api().call("GET", "workspaces").status_code == 200
    assert make_api(session_seconds=0).refused("GET", "workspaces") == (401, "Invalid credentials")


def test_versions_and_healthz_need_no_session(make_api: Callable[..., Any]) -> None:
    api = make_api(login=False, api_version="1.7.2")
    assert api.ok("GET", "versions") == {"versions": [{"ver_str": "1.7.2"}]}
    assert api.ok("GET", "healthz") == {"status": "ok"}


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "workspaces"), ("POST", "workspaces"), ("GET", "accounts"), ("DELETE", "workspaces/x/members/y")],
)
def test_a_developer_may_not_use_account_and_workspace_management(
    make_api: Callable[..., Any], edge: Any, method: str, path: str
) -> None:
    api = make_api()
    api.ok("POST", "accounts", edge)
    assert api.log_in("vision-edge", "vision-edge@com").status_code == 200
    status, detail = api.refused(method, path)
    assert status == 403
    assert detail.startswith("Failed to ")
    assert detail.endswith(", permission denied")


def test_a_body_with_and_without_a_content_type_is_read(make_api: Callable[..., Any]) -> None:
    api = make_api(login=False)
    assert api.log_in().status_code == 200
    body = {"login_id": "site-admin", "login_pw": "admin-pw"}
    assert api._client.post("/api/v1/auth/login", json=body).status_code == 200


def test_a_body_that_does_not_fit_is_answered_as_fastapi_does(api: Any) -> None:
    body = {"login_id": 7, "extra": True}
    status, detail = api.refused("POST", "auth/login", body)
    assert status == 422
    assert detail == [
        {"type": "string_type", "loc": ["body", "login_id"], "msg": "Input should be a valid string", "input": 7},
        {"type": "missing", "loc": ["body", "login_pw"], "msg": "Field required", "input": body},
    ]
    assert api.refused("POST", "workspaces") == (
        422,
        [{"type": "missing", "loc": ["body"], "msg": "Field required", "input": None}],
    )


def test_a_body_that_is_not_json_is_said(api: Any) -> None:
    answer = api._client.post("/api/v1/workspaces", data=b"{nonsense")
    assert answer.status_code == 422
    assert answer.json["detail"][0]["type"] == "json_invalid"


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "instances"), ("POST", "streams"), ("DELETE", "streamhistories/1")],
)
def test_what_is_not_implemented_says_so(api: Any, method: str, path: str) -> None:
    status, detail = api.refused(method, path)
    assert (status, detail) == (501, f"{method} /api/v1/{path} is not implemented in this stand-in")


def test_unknown_paths_and_methods_are_answered_as_fastapi_does(api: Any) -> None:
    assert api.refused("GET", "nonsense") == (404, "Not Found")
    assert api.refused("PATCH", "workspaces") == (405, "Method Not Allowed")


def test_the_stand_ins_own_pages_count_calls_and_hide_passwords(api: Any, edge: Any) -> None:
    api.ok("POST", "accounts", edge)
    assert api.own("calls") == {"POST /api/v1/accounts": 1, "POST /api/v1/auth/login": 1}
    state = api.own("state")
    assert [a["login_id"] for a in state["accounts"]] == ["site-admin", "acoustics-edge", "vision-edge"]
    assert "vision-edge@com" not in str(state)
    assert "admin-pw" not in str(state)
