"""Stand-in for Grafana: saving, reading, deleting and finding dashboards.

Owns: the rules of `POST /api/dashboards/db` in Grafana's order (pkg/services/dashboards/service: form,
folder, version, name, provisioned) and the shapes of the answers. Does not own folders, access or HTTP. An
overwrite of another dashboard by name and a change of uid by id are refused as not implemented.
"""

from __future__ import annotations

import re
from typing import Any

from local.standins.grafana import answers
from local.standins.grafana.store import Document, Store, now

UID = re.compile(r"[a-zA-Z0-9_-]*")
UID_LIMIT = 40
MESSAGE_LIMIT = 500
TAG_LIMIT = 50
LEAST_REFRESH_SECONDS = 5
"""Grafana's default `min_refresh_interval`."""

_COMMAND_FIELDS = {"dashboard", "folderUid", "folderId", "message", "overwrite", "userId", "isFolder"}
_REFRESH = re.compile(r"(\d+)(ms|s)")


def save(store: Store, command: Any) -> Document:
    """`POST /api/dashboards/db`: make it, or change it when the version is the current one."""
    dashboard, folder = _form(command)
    with store.change():
        if folder and folder not in store.folders:
            raise answers.folder_unknown_on_save()
        uid = dashboard.get("uid") or _free_uid(store)
        existing = _existing(store, uid, dashboard.get("id"))
        overwrite = command.get("overwrite") is True
        if existing and not overwrite and dashboard.get("version", 0) != existing["version"]:
            raise answers.version_mismatch()
        _check_name(store, uid, folder, dashboard["title"], overwrite=overwrite)
        if existing and existing["provisioned"]:
            raise answers.provisioned_save()
        saved = _record(store, uid, existing, dashboard, folder)
        saved["message"] = command.get("message") or ""
        return {
            "id": saved["id"],
            "uid": uid,
            "url": _url(saved),
            "version": saved["version"],
            "status": "success",
            "slug": _slug(saved),
            "folderUid": folder,
        }


def read(store: Store, uid: str) -> Document:
    """`GET /api/dashboards/uid/:uid`."""
    with store.look():
        found = store.dashboards.get(uid)
        if found is None:
            raise answers.dashboard_not_found()
        model = {**found["model"], "id": found["id"], "uid": uid, "version": found["version"]}
        return {"meta": _meta(store, found), "dashboard": model}


def delete(store: Store, uid: str) -> Document:
    """`DELETE /api/dashboards/uid/:uid`."""
    with store.change():
        found = store.dashboards.get(uid)
        if found is None:
            raise answers.dashboard_not_found()
        if found["provisioned"]:
            raise answers.provisioned_delete()
        del store.dashboards[uid]
        title = found["model"]["title"]
        return {"id": found["id"], "uid": uid, "title": title, "message": f"Dashboard {title} deleted"}


def search(store: Store, *, query: str, tags: list[str], uids: list[str], folders: list[str]) -> list[Document]:
    """`GET /api/search` for dashboards: every condition that is given must hold; sorted by title."""
    with store.look():
        hits = [
            found
            for found in store.dashboards.values()
            if query.lower() in found["model"]["title"].lower()
            and set(tags) <= set(found["model"].get("tags") or [])
            and (not uids or found["uid"] in uids)
            and (not folders or (found["folderUid"] or "general") in folders)
        ]
        return [_hit(store, found) for found in sorted(hits, key=lambda hit: hit["model"]["title"])]


def _form(command: Any) -> tuple[Document, str]:
    if not isinstance(command, dict) or not isinstance(command.get("dashboard", {}), dict):
        raise answers.bad_request()
    unknown = sorted(set(command) - _COMMAND_FIELDS)
    if unknown or command.get("folderId") or command.get("isFolder"):
        raise answers.not_implemented(f"these fields of a save: {', '.join(unknown) or 'folderId, isFolder'}")
    dashboard: Document = dict(command.get("dashboard") or {})
    texts = (dashboard.get("title") or "", dashboard.get("uid") or "", command.get("message") or "")
    title, uid, message = (text.strip() if isinstance(text, str) else None for text in texts)
    if title is None or uid is None or message is None or not isinstance(dashboard.get("version") or 0, int):
        raise answers.bad_request()
    if not title:
        raise answers.title_empty()
    if not UID.fullmatch(uid):
        raise answers.uid_illegal()
    if len(uid) > UID_LIMIT:
        raise answers.uid_too_long()
    if len(message) > MESSAGE_LIMIT:
        raise answers.message_too_long()
    _check_content(dashboard)
    version = dashboard.get("version") or 0
    return {**dashboard, "title": title, "uid": uid, "version": version}, command.get("folderUid") or ""


def _check_content(dashboard: Document) -> None:
    if any(len(str(tag)) > TAG_LIMIT for tag in dashboard.get("tags") or []):
        raise answers.tag_too_long()
    refresh = _REFRESH.fullmatch(str(dashboard.get("refresh") or ""))
    if refresh and int(refresh[1]) * (0.001 if refresh[2] == "ms" else 1) < LEAST_REFRESH_SECONDS:
        raise answers.refresh_too_short()


def _existing(store: Store, uid: str, id_: Any) -> Document | None:
    found = store.dashboards.get(uid)
    if id_ and not any(other["id"] == id_ for other in store.dashboards.values()):
        raise answers.dashboard_not_found()
    if id_ and (found is None or found["id"] != id_):
        raise answers.not_implemented("a change of a dashboard's uid by its id")
    return found


def _check_name(store: Store, uid: str, folder: str, title: str, *, overwrite: bool) -> None:
    for other in store.dashboards.values():
        same = (other["folderUid"], other["model"]["title"]) == (folder, title)
        if same and other["uid"] != uid:
            if overwrite:
                raise answers.not_implemented("an overwrite of another dashboard of the same name")
            raise answers.name_exists()


def _record(store: Store, uid: str, existing: Document | None, model: Document, folder: str) -> Document:
    kept = {key: value for key, value in model.items() if key not in ("id", "uid", "version")}
    times = {"created": existing["created"] if existing else now(), "updated": now()}
    saved = {
        "id": existing["id"] if existing else store.next_id(),
        "uid": uid,
        "version": existing["version"] + 1 if existing else 1,
        "folderUid": folder,
        "provisioned": False,
        "model": kept,
        **times,
    }
    store.dashboards[uid] = saved
    return saved


def _free_uid(store: Store) -> str:
    return next(uid for uid in (f"standin{store.next_id():06d}" for _ in range(1000)) if uid not in store.dashboards)


def _slug(found: Document) -> str:
    return re.sub(r"[^a-z0-9]+", "-", found["model"]["title"].lower()).strip("-")


def _url(found: Document) -> str:
    return f"/d/{found['uid']}/{_slug(found)}"


def _folder_fields(store: Store, found: Document) -> Document:
    folder = store.folders.get(found["folderUid"])
    if folder is None:
        return {"folderId": 0, "folderUid": "", "folderTitle": "General", "folderUrl": ""}
    names = {"folderId": "id", "folderUid": "uid", "folderTitle": "title", "folderUrl": "url"}
    return {name: folder[key] for name, key in names.items()}


def _meta(store: Store, found: Document) -> Document:
    rights = dict.fromkeys(("canSave", "canEdit", "canAdmin", "canStar", "canDelete"), True)
    times = {key: found[key] for key in ("created", "updated", "version", "provisioned")}
    place = {"slug": _slug(found), "url": _url(found), "isFolder": False, **_folder_fields(store, found)}
    return {"type": "db", **rights, **times, **place}


def _hit(store: Store, found: Document) -> Document:
    folder = {key: value for key, value in _folder_fields(store, found).items() if found["folderUid"]}
    return {
        "id": found["id"],
        "uid": found["uid"],
        "title": found["model"]["title"],
        "uri": f"db/{_slug(found)}",
        "url": _url(found),
        "slug": "",
        "type": "dash-db",
        "tags": found["model"].get("tags") or [],
        "isStarred": False,
        **folder,
    }
