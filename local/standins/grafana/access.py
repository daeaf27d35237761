"""Stand-in for Grafana: service-account tokens and what they may do.

Owns: the check of the `Authorization` header. Two tokens exist: one may do everything, the optional one may
only read (as a service account with the Viewer role). Both come from the server's environment, never from
argv, and are kept in no file.
"""

from __future__ import annotations

import hmac
import os
from dataclasses import dataclass, field

from local.standins.grafana import answers

TOKEN = "GRAFANA_TOKEN"  # noqa: S105 - the name of a variable
VIEWER_TOKEN = "GRAFANA_VIEWER_TOKEN"  # noqa: S105 - the name of a variable


@dataclass(frozen=True)
class Tokens:
    """The tokens that are accepted."""

    editor: str = field(repr=False)
    viewer: str | None = field(default=None, repr=False)

    @staticmethod
    def from_environment() -> Tokens:
        """Raises ValueError with a sentence when the server's environment has no token."""
        editor = os.environ.get(TOKEN)
        if not editor:
            raise ValueError(f"Expected a service-account token in the environment variable {TOKEN}.")
        return Tokens(editor, os.environ.get(VIEWER_TOKEN) or None)

    def check(self, header: str | None, permission: str) -> None:
        """Raise the refusal for this `Authorization` header, if it does not grant `permission`."""
        kind, _, token = (header or "").partition(" ")
        if not token or kind != "Bearer":
            raise answers.unauthorized()
        if _same(token, self.editor):
            return
        if self.viewer is None or not _same(token, self.viewer):
            raise answers.invalid_token()
        if not permission.endswith(":read"):
            raise answers.access_denied(permission)


def _same(given: str, right: str) -> bool:
    return hmac.compare_digest(given.encode(), right.encode())
