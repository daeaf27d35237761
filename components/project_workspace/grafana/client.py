"""The client for Grafana's dashboards: find, save and delete one by its uid.

Owns: the calls of Grafana's HTTP API that are needed (docs/facts/grafana.md), what its refusals mean, and the look
after a save whose answer was lost. Does not own: time limits and repeats (`remote/http.py`), what a dashboard
shows, and whether it is ours.

Why not the library grafana-client: it is built on niquests, whose dependency urllib3-future installs its
own code under the name `urllib3`, so that boto3, kubernetes and requests in the same environment silently
run on it.

A save is optimistic: it carries the version that was read, and Grafana refuses it when another save came
between. Never an overwrite, which would also replace a different dashboard of the same title.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NoReturn

from project_workspace.grafana.credentials import TOKEN
from project_workspace.remote.errors import (
    ConflictError,
    CredentialsError,
    NotFoundError,
    RefusedError,
    UnreachableError,
)
from project_workspace.remote.http import Answer, HttpRemote, Limits

MESSAGE_LIMIT = 500
"""Characters of a save's message (Grafana, pkg/services/dashboards/errors.go)."""

_VOLATILE = ("id", "uid", "version")
_TOKEN = (
    f"Set {TOKEN.variable} to a service-account token of this Grafana, or '{TOKEN.key}' (with --secret) in the stack's "
    "configuration"
)
_RIGHTS = "dashboards:read, dashboards:write, dashboards:delete, and dashboards:create on the folder"


class VersionMismatchError(ConflictError):
    """Somebody saved the dashboard after it was read: look again."""


@dataclass(frozen=True)
class FoundDashboard:
    """A dashboard as it is in Grafana."""

    uid: str
    version: int
    """Counts the saves, from 1."""
    folder: str
    """Uid of its folder; empty for the root."""
    model: dict[str, Any]
    """Its JSON, without id, uid and version."""


class Grafana:
    """One Grafana. Safe for use by several threads."""

    def __init__(self, url: str, token: str | None, limits: Limits | None = None) -> None:
        """`url` may have a path, as behind a proxy. Raises `RefusedError` for a URL that is none."""
        self._remote = HttpRemote(url, "Grafana", limits)
        self._token = (token or "").strip()

    @property
    def url(self) -> str:
        """Without a slash at the end."""
        return self._remote.url

    def find_dashboard(self, uid: str) -> FoundDashboard | None:
        """The dashboard of that uid; None when there is none."""
        work = f"read dashboard '{uid}'"
        answer = self._call(work, "GET", _path(uid))
        if answer.status == 404:
            return None
        if answer.status >= 400:
            self._refuse(work, answer)
        try:
            meta, model = answer.data["meta"], answer.data["dashboard"]
            kept = {key: value for key, value in model.items() if key not in _VOLATILE}
            return FoundDashboard(uid, int(model["version"]), str(meta.get("folderUid") or ""), kept)
        except (KeyError, TypeError, ValueError, AttributeError):
            raise self._not_grafana(work) from None

    def save_dashboard(self, uid: str, model: dict[str, Any], *, folder: str, version: int, message: str = "") -> None:
        """Make it (`version` 0) or change it (`version` as read); `folder` is a uid, empty for the root.

        Raises `VersionMismatchError` when another save came between, `ConflictError` when the folder has another
        dashboard of the same title, `NotFoundError` when there is no such folder. When the answer is lost, it looks
        whether the save happened and repeats it once if not: the version makes the repeat harmless.
        """
        try:
            self._save(uid, model, folder=folder, version=version, message=message)
        except UnreachableError as lost:
            if not lost.may_have_happened:
                raise
            found = self.find_dashboard(uid)
            if found and (found.model, found.folder) == (model, folder):
                return
            self._save(uid, model, folder=folder, version=version, message=message)

    def delete_dashboard(self, uid: str) -> None:
        """Delete it; already gone is done."""
        work = f"delete dashboard '{uid}'"
        answer = self._call(work, "DELETE", _path(uid), repeatable=True)
        if answer.status >= 400 and answer.status != 404:
            self._refuse(work, answer)

    def version(self) -> str:
        """Its release. Asked without a token, and no answer of one that has lost its database."""
        work = "read the version"
        answer = self._remote.call(work, "GET", "api/health")
        try:
            return str(answer.data["version"])
        except (KeyError, TypeError):
            raise self._not_grafana(work) from None

    def permissions(self) -> dict[str, list[str]]:
        """What the token may do: the scopes of each action."""
        work = "read the token's permissions"
        answer = self._call(work, "GET", "api/access-control/user/permissions")
        if answer.status >= 400:
            self._refuse(work, answer)
        return {action: list(scopes or []) for action, scopes in answer.data.items()}

    def folders_above(self, uid: str) -> list[str] | None:
        """The uids of the folders in which that folder is; None when there is no such folder."""
        work = f"read folder '{uid}'"
        answer = self._call(work, "GET", f"api/folders/{uid}")
        if answer.status == 404:
            return None
        if answer.status >= 400:
            self._refuse(work, answer)
        return [str(parent["uid"]) for parent in answer.data.get("parents") or []]

    def _save(self, uid: str, model: dict[str, Any], *, folder: str, version: int, message: str) -> None:
        body = {
            "dashboard": {**model, "id": None, "uid": uid, "version": version},
            # Left out, an existing dashboard would be moved to the root.
            "folderUid": folder,
            "overwrite": False,
            "message": message[:MESSAGE_LIMIT],
        }
        work = f"save dashboard '{uid}'"
        answer = self._call(work, "POST", "api/dashboards/db", body=body)
        if answer.status >= 400:
            self._refuse(work, answer, folder=folder)
        if answer.data.get("status") != "success":
            raise self._not_grafana(work)

    def _call(self, work: str, method: str, path: str, *, body: Any = None, repeatable: bool | None = None) -> Answer:
        headers = {"Authorization": f"Bearer {self._checked_token(work)}"}
        answer = self._remote.call(work, method, path, body=body, headers=headers, repeatable=repeatable)
        # Also a 404: that of a proxy would otherwise say that the dashboard is gone.
        if not isinstance(answer.data, dict):
            raise self._not_grafana(work)
        return answer

    def _checked_token(self, work: str) -> str:
        if not self._token:
            raise CredentialsError(
                f"Could not {work}: no token for Grafana was given", where=self.url, remedy=f"{_TOKEN}."
            )
        if not all("!" <= letter <= "~" for letter in self._token):
            sentence = "Expected a token for Grafana without spaces or line ends, for example 'glsa_...'"
            raise CredentialsError(sentence, where=self.url, remedy=f"{_TOKEN}.")
        return self._token

    def _refuse(self, work: str, answer: Answer, *, folder: str = "") -> NoReturn:
        said = str(answer.data.get("message") or f"status {answer.status}").replace(self._token, "[secret]")
        what = f"Could not {work}: Grafana answered {answer.status}: {said}"
        status = answer.data.get("status")
        if answer.status == 401:
            raise CredentialsError(what, where=self.url, remedy=f"{_TOKEN}.")
        if answer.status == 403:
            remedy = f"Give the token's service account {_RIGHTS}."
            raise CredentialsError(what, where=self.url, remedy=remedy)
        if answer.status == 412 and status == "version-mismatch":
            raise VersionMismatchError(what, where=self.url, remedy="Run it again.")
        if status == "name-exists":
            remedy = "Rename or move the other dashboard of this title, or choose another folder."
            raise ConflictError(what, where=self.url, remedy=remedy)
        if answer.status in (409, 412):
            raise ConflictError(what, where=self.url, remedy="Look at the dashboard in Grafana, then run it again.")
        if folder and "folder not found" in said.lower():
            remedy = f"Make the folder '{folder}' in Grafana, or correct the folder's uid in the settings."
            raise NotFoundError(what, where=self.url, remedy=remedy)
        raise RefusedError(what, where=self.url, remedy="Correct what Grafana names, then run it again.")

    def _not_grafana(self, work: str) -> UnreachableError:
        return UnreachableError(
            f"Could not {work}: the answer is not one of Grafana's",
            where=self.url,
            remedy="Check that the URL is Grafana's own, with its path and without a login page before it.",
        )


def _path(uid: str) -> str:
    return f"api/dashboards/uid/{uid}"
