"""GitHub's comments and issues as far as the review uses them, by the rules of docs/facts/github.md.

Owns: what GitHub keeps, whom it takes for the author, and what it refuses to a job's token. Everybody's comments can be
edited with it, as at GitHub.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx

JOB = "github-actions[bot]"
"""Who a job's token is, in REST's words."""
MOST = 100


@dataclass
class GitHubStandIn:
    """One repository; answers requests by `answer`."""

    api: str
    repository: str
    token: str
    graphql: str = ""
    """GraphQL's address; default: as at api.github.com."""
    says_authors: bool = True
    """Whether the token may ask for what it may write."""
    comments: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    issues: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    calls: list[str] = field(default_factory=list[str])

    def comment(self, body: str, by: str = JOB) -> dict[str, Any]:
        """Somebody writes a comment to pull request 7."""
        return _added(self.comments, "IC", body, by)

    def issue(self, body: str, by: str = JOB, **more: Any) -> dict[str, Any]:
        """Somebody opens an issue."""
        return _added(self.issues, "I", body, by, **{"state": "open", "labels": ["drift"], **more})

    def answer(self, request: httpx.Request) -> httpx.Response:
        """What GitHub answers."""
        url = str(request.url).partition("?")[0]
        self.calls.append(f"{request.method} {url.removeprefix(self.api)}")
        if request.headers.get("Authorization") != f"Bearer {self.token}":
            return _refused(401, "Bad credentials")
        body = json.loads(request.content or b"{}")
        if request.method == "POST" and url == (self.graphql or f"{self.api}/graphql"):
            return self._graphql(body)
        if url == f"{self.api}/user":
            return _refused(403, "Resource not accessible by integration")
        path = url.removeprefix(f"{self.api}/repos/{self.repository}")
        if path == "/issues/7/comments":
            return self._collection(request, self.comments, self.comment, body)
        if path == "/issues":
            return self._collection(request, self.issues, self.issue, body)
        return self._changed(request.method, path, body)

    def _changed(self, method: str, path: str, body: dict[str, Any]) -> httpx.Response:
        for pattern, kept in ((r"/issues/comments/(\d+)", self.comments), (r"/issues/(\d+)", self.issues)):
            found = re.fullmatch(pattern, path)
            row = found and next((each for each in kept if each["id"] == int(found[1])), None)
            if row and method == "PATCH":
                row |= body
                return httpx.Response(200, json=row)
        return _refused(404, "Not Found")

    def _collection(
        self, request: httpx.Request, kept: list[dict[str, Any]], make: Any, body: dict[str, Any]
    ) -> httpx.Response:
        if request.method == "POST":
            return httpx.Response(201, json=make(body.pop("body"), **body))
        asked = dict(request.url.params)
        size, page = min(int(asked["per_page"]), MOST), int(asked["page"])
        rows = [
            row
            for row in kept
            if asked.get("state", row.get("state")) == row.get("state")
            and ("labels" not in asked or asked["labels"] in row["labels"])
        ]
        return httpx.Response(200, json=rows[(page - 1) * size : page * size])

    def _graphql(self, body: dict[str, Any]) -> httpx.Response:
        ids = body["variables"]["ids"]
        assert body["query"] == "query($ids: [ID!]!) { nodes(ids: $ids) { ... on Comment { viewerDidAuthor } } }"
        if len(ids) > MOST:
            return _said(f"You may not provide more than {MOST} node ids; you provided {len(ids)}.")
        if not self.says_authors:
            return _said("Resource not accessible by integration")
        return httpx.Response(200, json={"data": {"nodes": list(self._nodes(ids))}})

    def _nodes(self, ids: list[str]) -> Iterator[dict[str, Any]]:
        by_id = {row["node_id"]: row for row in (*self.comments, *self.issues)}
        for each in ids:
            yield {"viewerDidAuthor": by_id[each]["user"]["login"] == JOB}


def _added(kept: list[dict[str, Any]], kind: str, body: str, by: str, **more: Any) -> dict[str, Any]:
    number = len(kept) + 1
    row = {
        "id": number,
        "number": number,
        "node_id": f"{kind}_{number}",
        "body": body,
        "html_url": f"https://example.com/{number}",
        "user": {"login": by, "type": "Bot" if by.endswith("[bot]") else "User"},
        **more,
    }
    kept.append(row)
    return row


def _refused(status: int, message: str) -> httpx.Response:
    return httpx.Response(status, json={"message": message, "status": str(status)})


def _said(message: str) -> httpx.Response:
    return httpx.Response(200, json={"data": None, "errors": [{"type": "FORBIDDEN", "message": message}]})
