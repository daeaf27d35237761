"""The errors that every client raises: what failed, where, and what to do about it.

Owns: the sentence a person reads, and the classes by which callers tell failures apart. Does not own: redaction
of secrets in general; a client must never put a secret into `what`, `where` or `remedy` in the first place, and
`project_workspace.remote.provider` removes known secrets once more before the engine prints.
"""

from __future__ import annotations


class RemoteError(Exception):
    """A remote failed or refused.

    `what` says what could not be done, `where` names the server and object, `remedy` says what to do.
    """

    def __init__(self, what: str, *, where: str, remedy: str) -> None:
        super().__init__(f"{what.rstrip('.')} ({where}). {remedy}")
        self.what = what
        self.where = where
        self.remedy = remedy


class RefusedError(RemoteError):
    """The remote understood and said no; a repeat would be refused again."""


class NotFoundError(RefusedError):
    """The thing, or something it needs, does not exist there."""


class ConflictError(RefusedError):
    """The thing exists already or was changed by somebody else in the meantime."""


class NotOursError(ConflictError):
    """The thing exists and belongs to somebody else; it was left untouched."""


class CredentialsError(RefusedError):
    """The remote does not accept the credentials, or none were given. Never retried."""


class DeadlineError(RemoteError):
    """The remote answers, and what was waited for did not happen in time."""


class UnreachableError(RemoteError):
    """No usable answer: time-out, refused connection, server error, or a body that is not what was promised.

    `may_have_happened` is true when the request may have taken effect before the answer was lost.
    """

    def __init__(self, what: str, *, where: str, remedy: str, may_have_happened: bool = False) -> None:
        super().__init__(what, where=where, remedy=remedy)
        self.may_have_happened = may_have_happened
