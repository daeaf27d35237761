"""Stand-in for Grafana: its HTTP face.

Owns: the routes, the permission each needs, the form of errors, and the stand-in's own `/_standin/...`
pages, which no Grafana has: `calls` (how often each method and path was called since the start) and `state`
(everything kept). Does not own a rule on dashboards or folders.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from local.standins.grafana import answers, dashboards, folders
from local.standins.grafana.access import Tokens
from local.standins.grafana.store import Store

VERSION = "11.6.0"
"""The Grafana release whose behaviour is played."""

_SEARCH = {"query", "tag", "type", "dashboardUIDs", "folderUIDs"}


def make_app(store: Store, tokens: Tokens) -> Flask:
    """The application, serving `store` to holders of `tokens`."""
    app = Flask("grafana-stand-in")
    _add_errors(app)
    _add_own_pages(app, store)
    _add_dashboards(app, store, _needs(tokens))
    _add_folders(app, store, _needs(tokens))

    @app.get("/api/access-control/user/permissions")
    def permissions() -> Any:
        return tokens.granted(request.headers.get("Authorization"))

    @app.get("/api/health")
    def health() -> Any:
        return {"commit": "stand-in", "database": "ok", "version": VERSION}

    return app


Need = Callable[[str], None]


def _needs(tokens: Tokens) -> Need:
    return lambda permission: tokens.check(request.headers.get("Authorization"), permission)


def _add_dashboards(app: Flask, store: Store, needs: Need) -> None:
    @app.post("/api/dashboards/db")
    def save_dashboard() -> Any:
        needs("dashboards:create")
        return dashboards.save(store, _body())

    @app.get("/api/dashboards/uid/<uid>")
    def read_dashboard(uid: str) -> Any:
        needs("dashboards:read")
        return dashboards.read(store, uid)

    @app.delete("/api/dashboards/uid/<uid>")
    def delete_dashboard(uid: str) -> Any:
        needs("dashboards:delete")
        return dashboards.delete(store, uid)

    @app.get("/api/search")
    def search_dashboards() -> Any:
        needs("dashboards:read")
        given = request.args
        unknown = sorted(set(given) - _SEARCH)
        if unknown or given.get("type", "dash-db") != "dash-db":
            raise answers.not_implemented(f"a search by {', '.join(unknown) or 'this type'}")
        tags, uids, places = (given.getlist(name) for name in ("tag", "dashboardUIDs", "folderUIDs"))
        return jsonify(dashboards.search(store, query=given.get("query", ""), tags=tags, uids=uids, folders=places))


def _add_folders(app: Flask, store: Store, needs: Need) -> None:
    @app.post("/api/folders")
    def create_folder() -> Any:
        needs("folders:create")
        return folders.create(store, _body())

    @app.get("/api/folders")
    def list_folders() -> Any:
        needs("folders:read")
        if request.args:
            raise answers.not_implemented("a paged or nested list of folders")
        return jsonify(folders.listed(store))

    @app.get("/api/folders/<uid>")
    def read_folder(uid: str) -> Any:
        needs("folders:read")
        return folders.read(store, uid)


def _add_errors(app: Flask) -> None:
    @app.errorhandler(answers.RefusalError)
    def refused(refusal: answers.RefusalError) -> tuple[Response, int]:
        return jsonify(refusal.body), refusal.code

    @app.errorhandler(HTTPException)
    def unknown(error: HTTPException) -> tuple[Response, int]:
        if error.code in (404, 405):
            return refused(answers.not_implemented(f"{request.method} {request.path}"))
        return jsonify({"message": error.description}), error.code or 500


def _add_own_pages(app: Flask, store: Store) -> None:
    calls: Counter[str] = Counter()
    lock = threading.Lock()

    @app.before_request
    def count() -> None:
        if not request.path.startswith("/_standin/"):
            with lock:
                calls[f"{request.method} {request.path}"] += 1

    @app.get("/_standin/calls")
    def counted() -> Any:
        with lock:
            return dict(sorted(calls.items()))

    @app.get("/_standin/state")
    def state() -> Any:
        with store.look():
            return store.dump()


def _body() -> Any:
    found = request.get_json(force=True, silent=True)
    if found is None:
        raise answers.bad_request()
    return found
