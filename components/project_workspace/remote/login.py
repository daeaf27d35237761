"""One login to a remote in this process: made lazily, once, and shared by all threads.

Owns: who logs in, when again, and the memory of a failed login. Does not own the call (the subject's `session.py`), nor
what a refusal says. Why the memory: **a few failed logins lock an administrator's account**, and a program with several
resources on four threads would use them up in one run. So a failed login is never repeated in this process, and neither
is one whose answer was lost, which may have counted.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from project_workspace.remote.errors import CredentialsError, RemoteError, UnreachableError


class Login:
    """Gives tokens; never shows one."""

    def __init__(self, log_in: Callable[[], str]) -> None:
        """`log_in` makes the one call, and answers its token."""
        self._log_in = log_in
        self._lock = threading.Lock()
        self._token: str | None = None
        self._failure: Callable[[], RemoteError] | None = None

    def token(self) -> str:
        """The session's token; the first call logs in."""
        with self._lock:
            return self._token or self._new()

    def renew(self, expired: str) -> str:
        """A token other than `expired`: the one that another thread has got meanwhile, or a new login's."""
        with self._lock:
            if self._token and self._token != expired:
                return self._token
            self._token = None
            return self._new()

    def _new(self) -> str:
        if self._failure:
            raise self._failure()
        try:
            self._token = self._log_in()
        except CredentialsError as error:
            self._remember(CredentialsError, error)
            raise
        except UnreachableError as error:
            if error.may_have_happened:
                self._remember(UnreachableError, error)
            raise
        return self._token

    def _remember(self, kind: type[RemoteError], error: RemoteError) -> None:
        # A new exception each time: one object raised by several threads would mix their tracebacks.
        what, where, remedy = error.what, error.where, error.remedy
        self._failure = lambda: kind(what, where=where, remedy=remedy)
