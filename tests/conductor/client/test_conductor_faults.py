"""Bad days of the server: every call is repeated only where that is harmless, and nothing is made twice."""

from collections.abc import Callable
from typing import Any

import pytest

from local.standins.ai_conductor.inprocess import Running
from project_workspace.conductor.client import Conductor
from project_workspace.conductor.records import AccountContent, Spec, WorkspaceContent
from project_workspace.remote.errors import NotFoundError, RefusedError, UnreachableError
from project_workspace.remote.http import HttpRemote, Limits

CONTENT = WorkspaceContent.of("s3-an2-local-dev-vision", "d4f7k2m9q1x0z", [Spec("standard", 4, 16, 0)])
ACCOUNT = AccountContent("Edge", "DEVELOPER", "vision-edge@example.com", "Example", "stack vision")
LOST_AFTER = ["hang after", "cut after", "half after", "half length after"]
LOST_BEFORE = ["hang before", "cut before"]
HTML_502 = {"status": "502 Bad Gateway"}


@pytest.fixture
def limits() -> Limits:
    """A client that does not wait long for a server that hangs."""
    return Limits(connect_seconds=20, answer_seconds=1, attempts=3, pause_seconds=0.01, longest_pause_seconds=1)


@pytest.mark.parametrize("kind", [*LOST_BEFORE, "cut after", "half length after"])
def test_a_lost_read_is_repeated(client: Conductor, server: Running, kind: Any) -> None:
    server.faults.add("GET", "workspaces", kind)
    assert client.find_workspace("acoustics-ws") is not None
    assert server.faults.waiting == 0


@pytest.mark.parametrize("status", ["502 Bad Gateway", "503 Service Unavailable", "504 Gateway Timeout"])
def test_a_read_behind_a_restarting_proxy_is_repeated(client: Conductor, server: Running, status: str) -> None:
    server.faults.add("GET", "workspaces", "answer", status=status, times=2)
    assert client.find_workspace("acoustics-ws") is not None
    assert server.faults.waiting == 0


def test_a_read_is_given_up_in_the_end(client: Conductor, server: Running) -> None:
    server.faults.add("GET", "workspaces", "answer", **HTML_502, times=9)
    with pytest.raises(UnreachableError) as lost:
        client.find_workspace("vision-ws")
    assert server.faults.waiting == 6
    assert not lost.value.may_have_happened
    assert str(lost.value) == (
        "Could not look for workspace 'vision-ws': AI Conductor gave no usable answer: status 502 "
        f"(GET {server.url}/api/v1/workspaces). Check that the server is up and the URL is right, then run it again."
    )


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        ("500 Internal Server Error", b"{}", "status 500"),
        ("200 OK", b"<html>login page</html>", "a web page (text/html) instead of JSON"),
        ("200 OK", b'{"workspaces": [', "text that is not whole JSON (16 bytes)"),
        ("200 OK", b'{"items": []}', "'workspaces' is missing instead of list"),
        ("200 OK", b"", "'workspaces' is missing instead of list"),
    ],
)
def test_an_answer_that_is_none_is_a_sentence_and_not_repeated(
    client: Conductor, server: Running, status: str, body: bytes, said: str
) -> None:
    server.faults.add("GET", "workspaces", "answer", status=status, body=body, times=3)
    with pytest.raises(UnreachableError) as lost:
        client.find_workspace("vision-ws")
    assert said in str(lost.value)
    assert server.faults.waiting == 2


def test_an_answer_that_only_drips_is_cut_off_in_time(client: Conductor, server: Running) -> None:
    client.find_workspace("acoustics-ws")
    server.faults.add("GET", "workspaces", "drip after", times=3)
    with pytest.raises(UnreachableError, match="no answer within the time limit"):
        client.find_workspace("acoustics-ws")
    assert server.faults.waiting == 0


def test_an_answer_that_is_too_large_is_cut_off(server: Running) -> None:
    remote = HttpRemote(server.url, "AI Conductor", Limits(largest_answer=10, attempts=1))
    with pytest.raises(UnreachableError, match="the answer is larger than 10 bytes"):
        remote.call("ask for its health", "GET", "api/v1/healthz")


def test_a_redirect_is_not_followed(client: Conductor, server: Running) -> None:
    server.faults.add(
        "GET", "workspaces", "answer", status="302 Found", headers={"Location": "https://elsewhere.example.com/x?t=1"}
    )
    with pytest.raises(UnreachableError, match=r"redirects \(302\) to elsewhere\.example\.com, which is not followed"):
        client.find_workspace("vision-ws")


@pytest.mark.parametrize("wait", ["0", "Wed, 21 Oct 2015 07:28:00 GMT", "nonsense"])
def test_too_many_requests_are_repeated_also_for_a_write(client: Conductor, server: Running, wait: str) -> None:
    server.faults.add(
        "POST", "workspaces$", "answer", status="429 Too Many Requests", headers={"Retry-After": wait}, times=2
    )
    client.create_workspace("vision-ws", CONTENT)
    assert server.faults.waiting == 0
    assert server.calls["POST /api/v1/workspaces"] == 1


def test_a_server_that_asks_for_too_long_a_pause_is_given_up_at_once(client: Conductor, server: Running) -> None:
    server.faults.add(
        "GET", "workspaces", "answer", status="429 Too Many Requests", headers={"Retry-After": "3600"}, times=2
    )
    with pytest.raises(UnreachableError, match=r"asks for a pause of 3600 s"):
        client.find_workspace("vision-ws")
    assert server.faults.waiting == 1


def test_a_server_that_is_not_there_is_a_sentence(make_client: Callable[..., Conductor]) -> None:
    with pytest.raises(UnreachableError, match="Could not log in to AI Conductor") as lost:
        make_client(url="http://127.0.0.1:1").find_workspace("vision-ws")
    assert not lost.value.may_have_happened


def makes(client: Conductor) -> dict[str, Callable[[], Any]]:
    """Each call that makes something, ready to be called."""
    workspace = client.create_workspace("ready-ws", CONTENT)
    account = client.create_account("ready-edge", "pw", ACCOUNT)
    return {
        "workspaces$": lambda: client.create_workspace("vision-ws", CONTENT),
        "accounts$": lambda: client.create_account("vision-edge", "pw", ACCOUNT),
        "members$": lambda: client.add_member(workspace.id, account.id, "MANAGER"),
    }


@pytest.mark.parametrize("path", ["workspaces$", "accounts$", "members$"])
@pytest.mark.parametrize("kind", LOST_AFTER)
def test_something_made_whose_answer_is_lost_is_found_again(
    client: Conductor, server: Running, path: str, kind: Any
) -> None:
    make = makes(client)[path]
    table = path.rstrip("$")
    before = len(server.state[table])
    server.faults.add("POST", path, kind)
    server.forget_calls()
    make()
    assert server.faults.waiting == 0
    assert sum(count for call, count in server.calls.items() if call.startswith("POST")) == 1
    assert len(server.state[table]) == before + 1


@pytest.mark.parametrize("path", ["workspaces$", "accounts$", "members$"])
@pytest.mark.parametrize("fault", [{"kind": "hang before"}, {"kind": "cut before"}, {"kind": "answer", **HTML_502}])
def test_something_not_made_is_not_tried_again_and_says_the_doubt(
    client: Conductor, server: Running, path: str, fault: Any
) -> None:
    make = makes(client)[path]
    before = server.state
    server.faults.add("POST", path, **fault)
    with pytest.raises(UnreachableError, match="It may have happened all the same") as lost:
        make()
    assert lost.value.may_have_happened
    assert server.state == before


def test_a_lost_answer_is_told_when_the_look_fails_too(client: Conductor, server: Running) -> None:
    client.find_workspace("x")
    server.faults.add("POST", "workspaces$", "cut after")
    server.faults.add("GET", "workspaces$", "answer", status="500 Internal Server Error")
    with pytest.raises(UnreachableError, match="Could not create workspace 'vision-ws'"):
        client.create_workspace("vision-ws", CONTENT)


def test_what_stands_there_but_is_not_as_asked_is_not_taken_for_ours(client: Conductor, server: Running) -> None:
    client.create_workspace("vision-ws", CONTENT)
    server.faults.add("POST", "workspaces$", "cut before")
    other = WorkspaceContent.of("s3-an2-local-dev-other", None, [])
    with pytest.raises(UnreachableError):
        client.create_workspace("vision-ws", other)


@pytest.mark.parametrize("kind", [*LOST_BEFORE, *[k for k in LOST_AFTER if k != "half after"]])
def test_lost_changes_and_removals_are_repeated(client: Conductor, server: Running, kind: Any) -> None:
    workspace = client.create_workspace("vision-ws", CONTENT)
    wanted = WorkspaceContent.of("s3-an2-local-dev-vision", None, [])
    server.faults.add("PUT", "workspaces/", kind)
    assert client.update_workspace(workspace.id, wanted).content == wanted
    server.faults.add("DELETE", "workspaces/", kind)
    client.delete_workspace(workspace.id)
    assert server.faults.waiting == 0
    assert client.find_workspace("vision-ws") is None


def test_a_validation_list_never_repeats_what_was_sent(client: Conductor) -> None:
    wrong = AccountContent("Edge", "DEVELOPER", "no-address", "Example", "")
    with pytest.raises(RefusedError) as refused:
        client.create_account("vision-edge", "pass-secret-1", wrong)
    assert "body.email: String should match pattern" in str(refused.value)
    assert "body.department: String should have at least 1 character" in str(refused.value)
    assert "pass-secret-1" not in str(refused.value)
    assert "no-address" not in str(refused.value)
    assert "The server says it is version 2.1.0. Correct the profile" in str(refused.value)


def test_an_object_style_refusal_is_read_too(client: Conductor, server: Running) -> None:
    body = b'{"detail": {"error_code": "X.Y.000", "message": "can\'t find id=1 in Workspace"}}'
    server.faults.add("PUT", "workspaces/", "answer", status="400 Bad Request", body=body)
    with pytest.raises(NotFoundError, match="can't find id=1 in Workspace"):
        client.update_workspace("1", CONTENT)


def test_a_404_that_says_what_it_cannot_find_is_of_something_gone_and_another_of_a_call_that_was_guessed(
    client: Conductor, server: Running
) -> None:
    gone = b'{"detail": "Failed to update Workspace, can\'t find id=1 in Workspace"}'
    server.faults.add("PUT", "workspaces/", "answer", status="404 Not Found", body=gone)
    with pytest.raises(NotFoundError, match="can't find id=1 in Workspace"):
        client.update_workspace("1", CONTENT)
    server.faults.add("PUT", "workspaces/", "answer", status="404 Not Found", body=b'{"detail":"Not Found"}')
    with pytest.raises(RefusedError, match="does not take this request") as guessed:
        client.update_workspace("1", CONTENT)
    assert "Nobody has seen this call yet. " in str(guessed.value)


def test_a_server_that_does_not_know_the_call_is_named_with_its_version(client: Conductor, server: Running) -> None:
    server.faults.add("GET", "workspaces$", "answer", status="404 Not Found", body=b'{"detail":"Not Found"}')
    server.faults.add("GET", "versions$", "answer", status="200 OK", body=b'{"versions":[{"ver_str":"1.7.0"}]}')
    with pytest.raises(RefusedError) as refused:
        client.find_workspace("vision-ws")
    assert str(refused.value) == (
        "Could not look for workspace 'vision-ws': AI Conductor does not take this request (404: Not Found) "
        f"(GET {server.url}/api/v1/workspaces). The server says it is version 1.7.0. "
        "Name an API profile that fits this server; 'ai-conductor-2.1' is for 2.0 and newer."
    )
