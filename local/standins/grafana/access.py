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


_OF_FOLDERS = ["folders:*"]
_OF_DASHBOARDS = ["dashboards:*", "folders:*"]
GRANTED = {
    "dashboards:create": _OF_FOLDERS,
    "dashboards:delete": _OF_DASHBOARDS,
    "dashboards:read": _OF_DASHBOARDS,
    "dashboards:write": _OF_DASHBOARDS,
    "folders:create": _OF_FOLDERS,
    "folders:read": _OF_FOLDERS,
}
"""As Grafana's fixed roles that write dashboards and folders have them (docs/facts/grafana.md, "Permissions")."""


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

    def granted(self, header: str | None) -> dict[str, list[str]]:
        """What this `Authorization` header grants: scopes by action."""
        self.check(header, "dashboards:read")
        _, _, token = (header or "").partition(" ")
        may_write = _same(token, self.editor)
        return {action: scopes for action, scopes in GRANTED.items() if may_write or action.endswith(":read")}

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
