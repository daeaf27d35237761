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

from tests.support.github import GitHubStandIn
from workspacectl.review.commands import MAY_NOT_PASS, app
from workspacectl.review.github import A_PAGE, GitHub, GitHubError

API = "https://api.example.com"
REPOSITORY = "team/workspaces"
TOKEN = "ghs_" + "t" * 36
COMMENTS = f"/repos/{REPOSITORY}/issues/7/comments"
MARKER = "<!-- marker -->"
EVENTS = Path(__file__).parent / "events"


@pytest.fixture
def server() -> Iterator[respx.MockRouter]:
    with respx.mock(assert_all_called=True) as router:
        yield router


@pytest.fixture
def there(server: respx.MockRouter) -> GitHubStandIn:
    """GitHub, with nothing in it."""
    found = GitHubStandIn(API, REPOSITORY, TOKEN)
    server.route(host="api.example.com").mock(side_effect=found.answer)
    return found


def github(api: str = API) -> GitHub:
    return GitHub(api, REPOSITORY, TOKEN)


def expected(*stacks: str) -> str:
    """These stacks of the workspace's program, as `review stacks` prints them."""
    return json.dumps([{"program": "project-workspace", "stack": stack, "folder": "."} for stack in stacks])


def bodies(rows: list[dict[str, Any]]) -> list[str]:
    return [row["body"] for row in rows]


def test_the_first_comment_is_made(there: GitHubStandIn) -> None:
    there.comment(f"I quote {MARKER}", by="anna")
    assert github().keep_comment(7, MARKER, f"{MARKER} new") == "https://example.com/2"
    assert bodies(there.comments) == [f"I quote {MARKER}", f"{MARKER} new"]
    assert there.calls == [f"GET {COMMENTS}", f"POST {COMMENTS}"], "without a comment of the marker nobody is asked"


def test_the_comment_is_found_on_a_later_page_and_updated(there: GitHubStandIn) -> None:
    for _ in range(A_PAGE):
        there.comment("chatter", by="anna")
    there.comment(f"{MARKER} old")
    assert github().keep_comment(7, MARKER, f"{MARKER} new") == "https://example.com/101"
    assert bodies(there.comments)[-2:] == ["chatter", f"{MARKER} new"]


def test_a_comment_that_says_the_same_is_left(there: GitHubStandIn) -> None:
    there.comment(f"{MARKER} same")
    assert github().keep_comment(7, MARKER, f"{MARKER} same") == "https://example.com/1"
    assert not [call for call in there.calls if call.startswith("PATCH")]


@pytest.mark.parametrize("somebody", ["anna", "github-actions", "another-app[bot]"])
def test_a_comment_of_somebody_else_that_begins_with_our_marker_is_left(there: GitHubStandIn, somebody: str) -> None:
    there.comment(f"{MARKER} theirs", by=somebody)
    assert github().keep_comment(7, MARKER, f"{MARKER} first") == "https://example.com/2"
    assert github().keep_comment(7, MARKER, f"{MARKER} second") == "https://example.com/2"
    assert bodies(there.comments) == [f"{MARKER} theirs", f"{MARKER} second"]


def test_ours_is_found_however_many_of_others_begin_with_our_marker(there: GitHubStandIn) -> None:
    for _ in range(A_PAGE + 1):
        there.comment(f"{MARKER} theirs", by="anna")
    there.comment(f"{MARKER} old")
    github().keep_comment(7, MARKER, f"{MARKER} new")
    assert bodies(there.comments) == [f"{MARKER} theirs"] * (A_PAGE + 1) + [f"{MARKER} new"]


def test_where_github_does_not_say_whose_a_comment_is_nothing_is_written(there: GitHubStandIn) -> None:
    there.comment(f"{MARKER} whose?", by="anna")
    there.says_authors = False
    with pytest.raises(GitHubError) as told:
        github().keep_comment(7, MARKER, f"{MARKER} new")
    assert str(told.value) == (
        f"GitHub does not say whose a comment is (POST {API}/graphql): Resource not accessible by integration. Give "
        "the token the right to read issues and pull requests, and run the job again."
    )
    assert bodies(there.comments) == [f"{MARKER} whose?"]


def test_an_enterprise_server_is_asked_at_its_own_address(there: GitHubStandIn) -> None:
    there.api, there.graphql = f"{API}/api/v3", f"{API}/api/graphql"
    there.comment(f"{MARKER} theirs", by="anna")
    there.comment(f"{MARKER} old")
    assert github(there.api).keep_comment(7, MARKER, f"{MARKER} new") == "https://example.com/2"


def test_an_issue_is_made_updated_and_closed(there: GitHubStandIn) -> None:
    there.issue(f"{MARKER} of a pull request", pull_request={})
    there.issue(f"{MARKER} closed", state="closed")
    there.issue(f"{MARKER} of another label", labels=["other"])
    address = "https://example.com/4"
    assert github().keep_issue("drift", MARKER, "Drift", f"{MARKER} a") == address
    assert there.issues[3].items() >= {"title": "Drift", "body": f"{MARKER} a", "labels": ["drift"]}.items()
    assert github().keep_issue("drift", MARKER, "Drift now", f"{MARKER} b") == address
    assert there.issues[3].items() >= {"title": "Drift now", "body": f"{MARKER} b", "state": "open"}.items()
    assert github().keep_issue("drift", MARKER, "Drift", None) == address
    assert there.issues[3].items() >= {"state": "closed", "state_reason": "completed"}.items()
    assert github().keep_issue("drift", MARKER, "Drift", None) is None
    assert bodies(there.issues[:3]) == [f"{MARKER} of a pull request", f"{MARKER} closed", f"{MARKER} of another label"]


def test_an_issue_of_somebody_else_that_begins_with_our_marker_is_neither_changed_nor_closed(
    there: GitHubStandIn,
) -> None:
    there.issue(f"{MARKER} theirs", by="anna")
    assert github().keep_issue("drift", MARKER, "Drift", None) is None
    assert github().keep_issue("drift", MARKER, "Drift", f"{MARKER} ours") == "https://example.com/2"
    assert github().keep_issue("drift", MARKER, "Drift", None) == "https://example.com/2"
    assert [(row["body"], row["state"]) for row in there.issues] == [
        (f"{MARKER} theirs", "open"),
        (f"{MARKER} ours", "closed"),
    ]


def test_the_stand_in_tells_a_jobs_token_no_name(there: GitHubStandIn) -> None:
    answer = httpx.get(f"{API}/user", headers={"Authorization": f"Bearer {TOKEN}"})
    assert (answer.status_code, answer.json()["message"]) == (403, "Resource not accessible by integration")
    assert there.calls == ["GET /user"]


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
    server.get(f"{API}{COMMENTS}").mock(side_effect=[answer])
    with pytest.raises(GitHubError, match=said) as told:
        github().keep_comment(7, MARKER, "body")
    assert TOKEN not in str(told.value)


def test_the_command_keeps_the_comment_and_ends_with_its_own_code(
    there: GitHubStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"GITHUB_API_URL": API, "GITHUB_REPOSITORY": REPOSITORY, "GITHUB_TOKEN": TOKEN}.items():
        monkeypatch.setenv(name, value)
    arguments = ["comment", "--from", str(EVENTS), "--expect", expected("changes"), "--pull-request", "7", "--check"]
    ended = CliRunner().invoke(app, arguments)
    assert ended.exit_code == MAY_NOT_PASS
    assert ended.stdout == "https://example.com/1\n"
    assert there.comments[0]["body"].startswith("<!-- project-workspace: preview -->\n## Preview: may not be merged\n")


def test_the_drift_issue_is_closed_when_nothing_differs(there: GitHubStandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"GITHUB_API_URL": API, "GITHUB_REPOSITORY": REPOSITORY, "GITHUB_TOKEN": TOKEN}.items():
        monkeypatch.setenv(name, value)
    ended = CliRunner().invoke(app, ["issue", "--from", str(EVENTS), "--expect", expected("same")])
    assert (ended.exit_code, ended.stdout) == (0, "Nothing differs.\n")


def test_without_a_token_it_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_TOKEN", raising=False)
    monkeypatch.setenv("GITHUB_REPOSITORY", REPOSITORY)
    ended = CliRunner().invoke(app, ["comment", "--from", str(EVENTS), "--pull-request", "7"])
    assert ended.exit_code == 1
    assert ended.stderr == ("error: Expected GITHUB_TOKEN in the environment, for example 'owner/name' and a token.\n")


def test_a_stack_whose_preview_left_nothing_has_failed() -> None:
    lost = expected("same", "lost-dev")
    ended = CliRunner().invoke(app, ["comment", "--from", str(EVENTS), "--expect", lost, "--check"])
    assert ended.exit_code == MAY_NOT_PASS
    assert "### `project-workspace/lost-dev` failed" in ended.stdout
    assert "It ended before it could be read. The job's log says why." in ended.stdout
    assert "| `project-workspace/same` |  |  |  |  |  | ✅ |" in ended.stdout


def test_where_no_stack_is_touched_the_comment_says_so(tmp_path: Path) -> None:
    ended = CliRunner().invoke(app, ["comment", "--from", str(tmp_path / "absent"), "--expect", "[]", "--check"])
    assert ended.exit_code == 0
    assert "## Preview: nothing would change" in ended.stdout
