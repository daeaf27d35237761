"""What python-keycloak sends, over this program's own transport.

Owns: the four calls by which `KeycloakAdmin` sends, and the answer it reads. Does not own time limits and repeats
(`remote/http.py`), the session (`session.py`), nor any path (the library). Why not the library's own connection: it has
no limit on a whole answer, repeats a POST whose answer was lost, and logs in again after every refusal, which feeds the
lock of the administrator's account.
"""

from __future__ import annotations

import json
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from project_workspace.keycloak.session import Session
from project_workspace.remote.errors import CredentialsError
from project_workspace.remote.http import Answer, HttpRemote


class Response:
    """An answer, as far as the library looks at it."""

    def __init__(self, answer: Answer) -> None:
        self.status_code = answer.status
        self.headers = {"Location": answer.location}
        self._data = answer.data

    @property
    def content(self) -> bytes:
        """Its body as JSON; empty when it had none, or another."""
        return b"" if self._data is None else json.dumps(self._data).encode()

    def json(self) -> Any:
        """Its body. Raises ValueError when it had none."""
        if self._data is None:
            raise ValueError("no JSON")
        return self._data


class Wire:
    """What `KeycloakAdmin` takes as its connection. Safe for use by several threads."""

    def __init__(self, remote: HttpRemote, session: Session, realm: str) -> None:
        self.realm_name = realm
        self._remote, self._session = remote, session
        self._work: ContextVar[str] = ContextVar("work")

    @contextmanager
    def work(self, work: str) -> Generator[None]:
        """What the calls inside are for; completes "Could not ..." in messages."""
        token = self._work.set(work)
        try:
            yield
        finally:
            self._work.reset(token)

    def raw_get(self, path: str, **query: Any) -> Response:
        return self._send("GET", path, query)

    def raw_post(self, path: str, data: str, **query: Any) -> Response:
        return self._send("POST", path, query, data)

    def raw_put(self, path: str, data: str, **query: Any) -> Response:
        return self._send("PUT", path, query, data)

    def raw_delete(self, path: str, data: str = "", **query: Any) -> Response:
        return self._send("DELETE", path, query, data)

    def _send(self, method: str, path: str, query: dict[str, Any], data: str = "") -> Response:
        token = self._session.token()
        answer = self._call(token, method, path, query, data)
        if answer.status == 401:  # it lives for a minute, and a refused call has done nothing
            answer = self._call(self._session.renew(token), method, path, query, data)
        if answer.status == 401:
            raise CredentialsError(
                f"Could not {self._work.get()}: Keycloak does not accept the token that it has just given",
                where=self._remote.url,
                remedy="Check that the URL leads to one Keycloak only, then run it again.",
            )
        return Response(answer)

    def _call(self, token: str, method: str, path: str, query: dict[str, Any], data: str) -> Answer:
        return self._remote.call(
            self._work.get(),
            method,
            path,
            query=query or None,
            body=json.loads(data) if data else None,
            headers={"Authorization": f"Bearer {token}"},
            # A PUT says the whole, and what is gone already counts as removed.
            repeatable=method != "POST",
        )
