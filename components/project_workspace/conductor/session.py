"""The one session of this process with AI Conductor: logged in lazily, once, and shared by all threads.

Owns: the login call and the cookie's value. Does not own other calls, nor the memory of a failed login
(`remote/login.py`), which is needed here: **five failed logins lock the administrator's account**
(docs/facts/ai-conductor.md, "The lock after five failures").
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from project_workspace.conductor.credentials import PASSWORD, USER
from project_workspace.conductor.profile import Profile
from project_workspace.conductor.records import look_up
from project_workspace.remote.errors import CredentialsError, UnreachableError
from project_workspace.remote.http import Answer, HttpRemote
from project_workspace.remote.login import Login

Credentials = Callable[[], tuple[str, str]]
"""Answers login ID and password, or raises `CredentialsError` when there are none; asked at each login."""

WORK = "log in to AI Conductor"
CORRECT = f"Correct the administrator's login ID and password ({USER.variable}, {PASSWORD.variable})"


class Session:
    """Gives tokens; never shows one."""

    def __init__(self, remote: HttpRemote, profile: Profile, credentials: Credentials) -> None:
        self._remote = remote
        self._profile = profile
        self._credentials = credentials
        self._login = Login(self._log_in)
        self._hidden: set[str] = set()

    def token(self) -> str:
        """The session's token; the first call logs in."""
        return self._login.token()

    def renew(self, expired: str) -> str:
        """A token other than `expired`."""
        return self._login.renew(expired)

    def redacted(self, text: str) -> str:
        """The text without any password or token of this session."""
        for secret in sorted(self._hidden, key=len, reverse=True):
            text = text.replace(secret, "[secret]")
        return text

    def _log_in(self) -> str:
        login_id, password = self._credentials()
        self._hidden.add(password)
        token = self._token_of(login_id, self._send(login_id, password))
        self._hidden.add(token)
        return token

    def _send(self, login_id: str, password: str) -> Answer:
        shape = self._profile.calls["login"]
        path, query, body = shape.request({"login_id": login_id, "password": password})
        return self._remote.call(
            WORK, shape.method, f"{self._profile.base}/{path}", query=query, body=body, repeatable=False
        )

    def _token_of(self, login_id: str, answer: Answer) -> str:
        words = self._profile.session
        if answer.status != 200:
            raise self._refusal(self._why(login_id, answer))
        # A 200 without an account is a failed login too (docs/facts/ai-conductor.md, "Records").
        if not look_up(answer.data, words.account_id):
            raise self._refusal(f"it knows no account '{login_id}'")
        token = answer.cookies.get(words.cookie)
        if not token:
            raise UnreachableError(
                f"Could not {WORK}: the answer carries no cookie '{words.cookie}'",
                where=self._remote.url,
                remedy="Check that the URL is AI Conductor's and that the API profile fits its version.",
                may_have_happened=True,
            )
        return token

    def _why(self, login_id: str, answer: Answer) -> str:
        words = self._profile.session
        detail = look_up(answer.data, self._profile.refusals.detail)
        kind = words.codes.get(str(look_up(detail, words.error_code)))
        failures = _number(look_up(detail, words.failures))
        if kind == "locked":
            return f"account '{login_id}' is locked after {failures or words.most_failures} failed logins"
        if kind == "unused":
            return f"account '{login_id}' is locked because it was not used for long"
        if kind == "wrong" and failures is not None:
            left = max(words.most_failures - failures, 0)
            tries = "1 more failure locks" if left == 1 else f"{left} more failures lock"
            return f"the password of '{login_id}' is wrong, and {tries} the account"
        if kind == "wrong":
            return f"there is no account '{login_id}', or its password is wrong"
        return f"status {answer.status}"

    def _refusal(self, why: str) -> CredentialsError:
        unlock = "have another administrator unlock it, and " if "locked" in why else ""
        return CredentialsError(
            f"AI Conductor refused the login: {why}",
            where=self._remote.url,
            remedy=f"It was not tried again. {CORRECT}, {unlock}run it again.",
        )


def _number(value: Any) -> int | None:
    """The count as a number; the server may answer a numeric string (docs/facts/ai-conductor.md, "Errors")."""
    return int(value) if isinstance(value, (int, str)) and str(value).isdigit() else None
