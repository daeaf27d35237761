"""One comment a pull request and one issue a purpose on GitHub, found again by a marker and brought up to date.

Owns: GitHub's calls, and the rule that nothing is changed that somebody else has written. Does not own what is written.
Why our own and not an action: the comment must be one however many there are in the pull request (pulumi/actions looks
at the first thirty), and any CI can run this. The marker alone proves nothing, since everybody can begin a comment with
it, and a token may edit everybody's: GitHub is asked whether it was written with this token's user
(docs/facts/github.md, "Whose a comment is").
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx

from workspacectl.failures import ToolError

ANSWER_SECONDS = 30.0
A_PAGE = 100
"""The most that GitHub gives in one page, and takes in one question about authors."""
AUTHORS = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on Comment { viewerDidAuthor } } }"
"""Whether the token's user wrote each; the answers are in the order of the ids. An issue is a comment, too."""


class GitHubError(ToolError):
    """GitHub refused or did not answer: what, where, what to do. Never holds the token."""


@dataclass(frozen=True)
class GitHub:
    """One repository, such as `owner/name`."""

    api: str
    repository: str
    token: str

    def keep_comment(self, number: int, marker: str, body: str) -> str:
        """Make or update our comment that begins with the marker; answers its address. Raises GitHubError."""
        comments = f"/repos/{self.repository}/issues/{number}/comments"
        with self._client() as client:
            mine = self._mine(client, comments, marker)
            if mine is None:
                return str(self._call(client, "POST", comments, body=body)["html_url"])
            if mine["body"] == body:
                return str(mine["html_url"])
            path = f"/repos/{self.repository}/issues/comments/{mine['id']}"
            return str(self._call(client, "PATCH", path, body=body)["html_url"])

    def keep_issue(self, label: str, marker: str, title: str, body: str | None) -> str | None:
        """Make or update our open issue of the marker; without a body, close it. Answers its address, if any."""
        issues = f"/repos/{self.repository}/issues"
        with self._client() as client:
            mine = self._mine(client, issues, marker, state="open", labels=label)
            if body is None:
                return None if mine is None else self._close(client, f"{issues}/{mine['number']}")
            if mine is None:
                made = self._call(client, "POST", issues, title=title, body=body, labels=[label])
                return str(made["html_url"])
            return str(self._call(client, "PATCH", f"{issues}/{mine['number']}", title=title, body=body)["html_url"])

    def _close(self, client: httpx.Client, path: str) -> str:
        return str(self._call(client, "PATCH", path, state="closed", state_reason="completed")["html_url"])

    def _client(self) -> httpx.Client:
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Accept": "application/vnd.github+json",
            "X-GitHub-Api-Version": "2022-11-28",
        }
        return httpx.Client(base_url=self.api.rstrip("/"), headers=headers, timeout=ANSWER_SECONDS)

    def _mine(self, client: httpx.Client, path: str, marker: str, **filters: str) -> dict[str, Any] | None:
        """The first that begins with the marker and was written with this token's user."""
        for page in self._pages(client, path, **filters):
            begun = [each for each in page if "pull_request" not in each and _begins(each, marker)]
            for each, ours in zip(begun, self._are_ours(client, begun), strict=True):
                if ours:
                    return each
        return None

    def _are_ours(self, client: httpx.Client, found: list[dict[str, Any]]) -> list[bool]:
        if not found:
            return []
        # Enterprise Server has `/api/v3` beside `/api/graphql`.
        url = f"{self.api.rstrip('/').removesuffix('/v3')}/graphql"
        asked = {"ids": [each["node_id"] for each in found]}
        answer = self._call(client, "POST", url, query=AUTHORS, variables=asked)
        if answer.get("errors") or not answer.get("data"):
            said = "; ".join(str(each.get("message", "")) for each in answer.get("errors") or [])
            raise GitHubError(
                f"GitHub does not say whose a comment is (POST {url}): {said.rstrip('.')}. Give the token the right to "
                "read issues and pull requests, and run the job again."
            )
        return [bool(node and node.get("viewerDidAuthor")) for node in answer["data"]["nodes"]]

    def _pages(self, client: httpx.Client, path: str, **filters: str) -> Iterator[list[dict[str, Any]]]:
        page = 1
        while True:
            found = self._call(client, "GET", path, parameters={**filters, "per_page": A_PAGE, "page": page})
            yield found
            if len(found) < A_PAGE:
                return
            page += 1

    def _call(
        self, client: httpx.Client, method: str, path: str, *, parameters: dict[str, Any] | None = None, **body: Any
    ) -> Any:
        where = f"{method} {path if '://' in path else self.api.rstrip('/') + path}"
        try:
            answer = client.request(method, path, params=parameters, json=body or None)
            if answer.is_success:
                return answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise GitHubError(f"GitHub did not answer ({where}): {type(error).__name__}. Run the job again.") from None
        remedy = {
            401: "Check the token in GITHUB_TOKEN.",
            403: "Give the job 'pull-requests: write' and 'issues: write'; a fork's pull request has neither.",
            404: "Check the repository, the number and the token's permissions.",
        }.get(answer.status_code, "Run the job again.")
        raise GitHubError(f"GitHub refused with status {answer.status_code} ({where}). {remedy}")


def _begins(found: dict[str, Any], marker: str) -> bool:
    return str(found.get("body") or "").startswith(marker)
