"""Stand-in for Grafana: making, listing and reading folders.

Owns: the rules of `/api/folders` at the top level. Nested folders, changes and deletions are not implemented.
"""

from __future__ import annotations

import re
from typing import Any

from local.standins.grafana import answers
from local.standins.grafana.dashboards import UID, UID_LIMIT
from local.standins.grafana.store import Document, Store, now

_FIELDS = {"uid", "title"}


def create(store: Store, command: Any) -> Document:
    """`POST /api/folders`."""
    uid, title = _form(command)
    with store.change():
        if uid in store.folders:
            raise answers.folder_uid_exists()
        if any(other["title"] == title for other in store.folders.values()):
            raise answers.folder_name_exists()
        id_ = store.next_id()
        uid = uid or f"standin{id_:06d}"
        store.folders[uid] = made_folder(id_, uid, title, now())
        return store.folders[uid]


def listed(store: Store) -> list[Document]:
    """`GET /api/folders`, sorted by title."""
    with store.look():
        found = sorted(store.folders.values(), key=lambda folder: folder["title"])
        return [{key: folder[key] for key in ("id", "uid", "title")} for folder in found]


def read(store: Store, uid: str) -> Document:
    """`GET /api/folders/:uid`."""
    with store.look():
        if uid not in store.folders:
            raise answers.folder_not_found()
        return store.folders[uid]


def made_folder(id_: int, uid: str, title: str, time: str) -> Document:
    """A folder as the API shows it."""
    slug = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
    rights = dict.fromkeys(("canSave", "canEdit", "canAdmin", "canDelete"), True)
    origin = {"createdBy": "sa-standin", "created": time, "updatedBy": "sa-standin", "updated": time}
    url = f"/dashboards/f/{uid}/{slug}"
    return {
        "id": id_,
        "uid": uid,
        "title": title,
        "url": url,
        "hasAcl": False,
        **rights,
        **origin,
        "version": 1,
    }


def _form(command: Any) -> tuple[str, str]:
    if not isinstance(command, dict):
        raise answers.bad_request()
    unknown = sorted(set(command) - _FIELDS)
    if unknown:
        raise answers.not_implemented(f"these fields of a folder: {', '.join(unknown)}")
    uid, title = (command.get("uid") or "", command.get("title") or "")
    if not isinstance(uid, str) or not isinstance(title, str):
        raise answers.bad_request()
    if not title.strip():
        raise answers.folder_title_empty()
    if not UID.fullmatch(uid):
        raise answers.uid_illegal()
    if len(uid) > UID_LIMIT:
        raise answers.uid_too_long()
    return uid, title.strip()
