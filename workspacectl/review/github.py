"""One comment a pull request and one issue a purpose on GitHub, found again by a marker and brought up to date.

Owns: GitHub's REST calls. Does not own what is written. Why our own and not an action: the comment must be one however
many there are in the pull request (pulumi/actions looks at the first thirty), and any CI can run this.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx

from workspacectl.failures import ToolError

ANSWER_SECONDS = 30.0
A_PAGE = 100
"""The most that GitHub gives in one page."""


class GitHubError(ToolError):
    """GitHub refused or did not answer: what, where, what to do. Never holds the token."""


@dataclass(frozen=True)
class GitHub:
    """One repository, such as `owner/name`."""

    api: str
    repository: str
    token: str

    def keep_comment(self, number: int, marker: str, body: str) -> str:
        """Make or update the one comment that begins with the marker; answers its address. Raises GitHubError."""
        comments = f"/repos/{self.repository}/issues/{number}/comments"
        with self._client() as client:
            mine = next((each for each in self._pages(client, comments) if _begins(each, marker)), None)
            if mine is None:
                return str(self._call(client, "POST", comments, body=body)["html_url"])
            if mine["body"] == body:
                return str(mine["html_url"])
            path = f"/repos/{self.repository}/issues/comments/{mine['id']}"
            return str(self._call(client, "PATCH", path, body=body)["html_url"])

    def keep_issue(self, label: str, marker: str, title: str, body: str | None) -> str | None:
        """Make or update the one open issue of the marker; without a body, close it. Answers its address, if any."""
        issues = f"/repos/{self.repository}/issues"
        with self._client() as client:
            found = self._pages(client, issues, state="open", labels=label)
            mine = next((each for each in found if "pull_request" not in each and _begins(each, marker)), None)
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

    def _pages(self, client: httpx.Client, path: str, **filters: str) -> Iterator[dict[str, Any]]:
        page = 1
        while True:
            found = self._call(client, "GET", path, parameters={**filters, "per_page": A_PAGE, "page": page})
            yield from found
            if len(found) < A_PAGE:
                return
            page += 1

    def _call(
        self, client: httpx.Client, method: str, path: str, *, parameters: dict[str, Any] | None = None, **body: Any
    ) -> Any:
        where = f"{method} {self.api.rstrip('/')}{path}"
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
