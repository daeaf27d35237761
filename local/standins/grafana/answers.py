"""Stand-in for Grafana: the refusals it answers with, in Grafana's own words.

Owns: status codes, texts and the `status` words of errors (pkg/services/dashboards/errors.go,
pkg/api/apierrors). Does not own: when they are given; that is in `dashboards.py`, `folders.py` and
`access.py`.
"""

from __future__ import annotations

from typing import Any


class RefusalError(Exception):
    """An answer of 400 or above: status code, sentence and what else the body carries."""

    def __init__(self, code: int, message: str, **more: Any) -> None:
        super().__init__(message)
        self.code = code
        self.body = {"message": message, **more}


def not_implemented(what: str) -> RefusalError:
    """What the stand-in cannot do, said so; Grafana itself never answers 501."""
    return RefusalError(501, f"The stand-in for Grafana does not implement {what}.")


def bad_request() -> RefusalError:
    return RefusalError(400, "bad request data")


def title_empty() -> RefusalError:
    return RefusalError(400, "Dashboard title cannot be empty", status="empty-name")


def uid_illegal() -> RefusalError:
    return RefusalError(400, "uid contains illegal characters")


def uid_too_long() -> RefusalError:
    return RefusalError(400, "uid too long, max 40 characters")


def message_too_long() -> RefusalError:
    return RefusalError(400, "message too long, max 500 characters")


def tag_too_long() -> RefusalError:
    return RefusalError(400, "dashboard tag too long, max 50 characters", status="tag-too-long")


def refresh_too_short() -> RefusalError:
    return RefusalError(400, "Dashboard refresh interval is too low")


def provisioned_save() -> RefusalError:
    return RefusalError(400, "Cannot save provisioned dashboard")


def provisioned_delete() -> RefusalError:
    return RefusalError(400, "provisioned dashboard cannot be deleted")


def version_mismatch() -> RefusalError:
    return RefusalError(412, "The dashboard has been changed by someone else", status="version-mismatch")


def name_exists() -> RefusalError:
    text = "A dashboard with the same name in the folder already exists"
    return RefusalError(412, text, status="name-exists")


def dashboard_not_found() -> RefusalError:
    return RefusalError(404, "Dashboard not found", status="not-found")


def folder_unknown_on_save() -> RefusalError:
    return RefusalError(400, "folder not found")


def folder_not_found() -> RefusalError:
    return RefusalError(404, "folder not found", status="not-found")


def folder_title_empty() -> RefusalError:
    return RefusalError(400, "folder title cannot be empty")


def folder_uid_exists() -> RefusalError:
    return RefusalError(409, "the folder already exists")


def folder_name_exists() -> RefusalError:
    return RefusalError(409, "a folder with the same name already exists in the current location")


def unauthorized() -> RefusalError:
    return RefusalError(401, "Unauthorized", messageId="auth.unauthorized", statusCode=401, traceID="")


def invalid_token() -> RefusalError:
    return RefusalError(401, "Invalid API key", messageId="api-key.invalid", statusCode=401, traceID="")


def access_denied(permission: str) -> RefusalError:
    text = f"You'll need additional permissions to perform this action. Permissions needed: {permission}"
    return RefusalError(403, text, title="Access denied", accessErrorId="ACE0000000000")
