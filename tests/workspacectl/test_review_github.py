"""The one comment and the one issue on GitHub: made, found again on any page, brought up to date, closed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import respx
from typer.testing import CliRunner

from workspacectl.review.commands import MAY_NOT_PASS, app
from workspacectl.review.github import A_PAGE, GitHub, GitHubError

API = "https://api.example.com"
REPOSITORY = "team/workspaces"
TOKEN = "ghs_" + "t" * 36
COMMENTS = f"{API}/repos/{REPOSITORY}/issues/7/comments"
ISSUES = f"{API}/repos/{REPOSITORY}/issues"
MARKER = "<!-- marker -->"
EVENTS = Path(__file__).parent / "events"


@pytest.fixture
def server() -> Iterator[respx.MockRouter]:
    with respx.mock(assert_all_called=True) as router:
        yield router


def github() -> GitHub:
    return GitHub(API, REPOSITORY, TOKEN)


def row(number: int, body: str, **more: Any) -> dict[str, Any]:
    return {"id": number, "number": number, "body": body, "html_url": f"https://example.com/{number}", **more}


def pages(router: respx.MockRouter, url: str, *found: list[dict[str, Any]]) -> None:
    for number, rows in enumerate(found, 1):
        router.get(url, params__contains={"page": str(number), "per_page": str(A_PAGE)}).respond(json=rows)


def sent(route: respx.Route) -> Any:
    return json.loads(route.calls.last.request.content)


def test_the_first_comment_is_made(server: respx.MockRouter) -> None:
    pages(server, COMMENTS, [row(1, f"I quote {MARKER}")])
    made = server.post(COMMENTS).respond(201, json=row(2, ""))
    assert github().keep_comment(7, MARKER, f"{MARKER} new") == "https://example.com/2"
    assert sent(made) == {"body": f"{MARKER} new"}
    assert made.calls.last.request.headers["Authorization"] == f"Bearer {TOKEN}"


def test_the_comment_is_found_on_a_later_page_and_updated(server: respx.MockRouter) -> None:
    pages(server, COMMENTS, [row(n, "chatter") for n in range(A_PAGE)], [row(500, f"{MARKER} old")])
    updated = server.patch(f"{ISSUES}/comments/500").respond(json=row(500, ""))
    assert github().keep_comment(7, MARKER, f"{MARKER} new") == "https://example.com/500"
    assert sent(updated) == {"body": f"{MARKER} new"}


def test_a_comment_that_says_the_same_is_left(server: respx.MockRouter) -> None:
    pages(server, COMMENTS, [row(5, f"{MARKER} same")])
    assert github().keep_comment(7, MARKER, f"{MARKER} same") == "https://example.com/5"


def test_an_issue_is_made_updated_and_closed(server: respx.MockRouter) -> None:
    server.get(ISSUES).mock(
        side_effect=[
            httpx.Response(200, json=[row(1, f"{MARKER} of a pull request", pull_request={})]),
            httpx.Response(200, json=[row(3, f"{MARKER} old")]),
            httpx.Response(200, json=[row(3, f"{MARKER} old")]),
            httpx.Response(200, json=[]),
        ]
    )
    made = server.post(ISSUES).respond(201, json=row(3, ""))
    changed = server.patch(f"{ISSUES}/3").respond(json=row(3, ""))
    assert github().keep_issue("drift", MARKER, "Drift", f"{MARKER} a") == "https://example.com/3"
    assert sent(made) == {"title": "Drift", "body": f"{MARKER} a", "labels": ["drift"]}
    assert github().keep_issue("drift", MARKER, "Drift", f"{MARKER} b") == "https://example.com/3"
    assert sent(changed) == {"title": "Drift", "body": f"{MARKER} b"}
    assert github().keep_issue("drift", MARKER, "Drift", None) == "https://example.com/3"
    assert sent(changed) == {"state": "closed", "state_reason": "completed"}
    assert github().keep_issue("drift", MARKER, "Drift", None) is None


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (httpx.Response(401, json={}), r"status 401 \(GET .*\)\. Check the token in GITHUB_TOKEN\."),
        (httpx.Response(403, json={}), r"status 403 \(GET .*\)\. Give the job 'pull-requests: write'"),
        (httpx.Response(404, text="<html>"), r"status 404 \(GET .*\)\. Check the repository"),
        (httpx.Response(502, text="<html>"), r"status 502 \(GET .*\)\. Run the job again\."),
        (httpx.Response(200, text="<html>"), r"did not answer \(GET .*\): JSONDecodeError"),
        (httpx.ConnectTimeout("slow"), r"did not answer \(GET .*\): ConnectTimeout\. Run the job again\."),
    ],
)
def test_a_failure_is_a_sentence_without_the_token(
    server: respx.MockRouter, answer: httpx.Response | Exception, said: str
) -> None:
    server.get(COMMENTS).mock(side_effect=[answer])
    with pytest.raises(GitHubError, match=said) as told:
        github().keep_comment(7, MARKER, "body")
    assert TOKEN not in str(told.value)


def test_the_command_keeps_the_comment_and_ends_with_its_own_code(
    server: respx.MockRouter, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"GITHUB_API_URL": API, "GITHUB_REPOSITORY": REPOSITORY, "GITHUB_TOKEN": TOKEN}.items():
        monkeypatch.setenv(name, value)
    pages(server, COMMENTS, [])
    made = server.post(COMMENTS).respond(201, json=row(2, ""))
    arguments = ["comment", "--from", str(EVENTS), "--expect", '["changes"]', "--pull-request", "7", "--check"]
    ended = CliRunner().invoke(app, arguments)
    assert ended.exit_code == MAY_NOT_PASS
    assert ended.stdout == "https://example.com/2\n"
    assert sent(made)["body"].startswith("<!-- project-workspace: preview -->\n## Preview: may not be merged\n")


def test_the_drift_issue_is_closed_when_nothing_differs(
    server: respx.MockRouter, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"GITHUB_API_URL": API, "GITHUB_REPOSITORY": REPOSITORY, "GITHUB_TOKEN": TOKEN}.items():
        monkeypatch.setenv(name, value)
    server.get(ISSUES).respond(json=[])
    ended = CliRunner().invoke(app, ["issue", "--from", str(EVENTS), "--expect", '["same"]'])
    assert (ended.exit_code, ended.stdout) == (0, "Nothing differs.\n")


def test_without_a_token_it_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_TOKEN", raising=False)
    monkeypatch.setenv("GITHUB_REPOSITORY", REPOSITORY)
    ended = CliRunner().invoke(app, ["comment", "--from", str(EVENTS), "--pull-request", "7"])
    assert ended.exit_code == 1
    assert ended.stderr == ("error: Expected GITHUB_TOKEN in the environment, for example 'owner/name' and a token.\n")


def test_a_stack_whose_preview_left_nothing_has_failed() -> None:
    ended = CliRunner().invoke(app, ["comment", "--from", str(EVENTS), "--expect", '["same", "lost-dev"]', "--check"])
    assert ended.exit_code == MAY_NOT_PASS
    assert "### `lost-dev` failed" in ended.stdout
    assert "It ended before it could be read. The job's log says why." in ended.stdout
    assert "| `same` |  |  |  |  |  | ✅ |" in ended.stdout


def test_where_no_stack_is_touched_the_comment_says_so(tmp_path: Path) -> None:
    ended = CliRunner().invoke(app, ["comment", "--from", str(tmp_path / "absent"), "--expect", "[]", "--check"])
    assert ended.exit_code == 0
    assert "## Preview: nothing would change" in ended.stdout
