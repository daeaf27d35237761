"""The one session of this process with a Keycloak: asked for lazily, once, and shared by all threads.

Owns: the call for a token, and what its refusals mean. Does not own the memory of a failed one (`remote/login.py`),
which is needed here: Keycloak's brute force detection locks an account after some (docs/facts/keycloak.md, "Tokens").
A token lives for a minute: one that is refused is renewed by a login of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from project_workspace.keycloak.credentials import CLIENT, CLIENT_SECRET, PASSWORD, USER
from project_workspace.remote.errors import CredentialsError, NotFoundError, UnreachableError
from project_workspace.remote.http import Answer, HttpRemote
from project_workspace.remote.login import Login

Grant = Callable[[], Mapping[str, str]]
"""Answers the form of a login, or raises `CredentialsError` when there is none; asked at each login."""

WORK = "log in to Keycloak"
VARIABLES = {
    "password": f"the administrator's name and password ({USER.variable}, {PASSWORD.variable})",
    "client_credentials": f"the client's id and secret ({CLIENT.variable}, {CLIENT_SECRET.variable})",
}


class Session:
    """Gives tokens; never shows one."""

    def __init__(self, remote: HttpRemote, realm: str, grant: Grant) -> None:
        """`realm` is the administrator's."""
        self._remote, self._realm, self._grant = remote, realm, grant
        self._login = Login(self._log_in)

    def token(self) -> str:
        """The session's token; the first call logs in."""
        return self._login.token()

    def renew(self, expired: str) -> str:
        """A token other than `expired`."""
        return self._login.renew(expired)

    def _log_in(self) -> str:
        form = self._grant()
        path = f"realms/{self._realm}/protocol/openid-connect/token"
        answer = self._remote.call(WORK, "POST", path, form=form, repeatable=False)
        if not isinstance(answer.data, dict):
            raise not_keycloak(WORK, self._remote.url)
        if answer.status == 404:
            raise NotFoundError(
                f"Could not {WORK}: it has no realm '{self._realm}'",
                where=self._remote.url,
                remedy="Correct 'oidcClient.adminRealm', or the URL, which needs '/auth' at some sites.",
            )
        token = answer.data.get("access_token")
        if answer.status != 200 or not token:
            why = _why(answer)
            raise CredentialsError(
                f"Keycloak refused the login in the realm '{self._realm}': {why}",
                where=self._remote.url,
                remedy=f"It was not tried again. Correct {VARIABLES[form['grant_type']]}, then run it again.",
            )
        return str(token)


def not_keycloak(work: str, url: str) -> UnreachableError:
    """The error for an answer that somebody else gave."""
    return UnreachableError(
        f"Could not {work}: the answer is not one of Keycloak's",
        where=url,
        remedy="Check that the URL is Keycloak's own, with '/auth' where the site has it, and without a login page "
        "before it.",
    )


def _why(answer: Answer) -> str:
    said: dict[str, Any] = answer.data
    return str(said.get("error_description") or said.get("error") or f"status {answer.status}").rstrip(".")
