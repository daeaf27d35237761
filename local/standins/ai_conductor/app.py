"""Stand-in of AI Conductor as one WSGI application: every endpoint, who may call it, and the stand-in's own two.

Owns: the table of endpoints and how a handler becomes an answer. Does not own what a handler does. Endpoints that are
known and not implemented answer 501, unknown ones FastAPI's 404. `/_standin/...` is no part of AI Conductor.
"""

from collections.abc import Callable
from typing import Any, Literal

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from local.standins.ai_conductor import accounts, auth, members, solutions, workspaces
from local.standins.ai_conductor.settings import Settings
from local.standins.ai_conductor.store import Record, State, Store, first
from local.standins.ai_conductor.web import COOKIE, Call, Handler, Place, RefusalError, Sessions, permission

BASE = "/api/v1"
Access = Literal["anyone", "account", "admin"]

ENDPOINTS: tuple[tuple[str, str, Handler, Access], ...] = (
    ("POST", "auth/login", auth.login, "anyone"),
    ("GET", "workspaces", workspaces.list_workspaces, "admin"),
    ("POST", "workspaces", workspaces.create_workspace, "admin"),
    ("GET", "workspaces/info", workspaces.workspace_info, "account"),
    ("GET", "workspaces/<workspace_id>", workspaces.get_workspace, "admin"),
    ("PUT", "workspaces/<workspace_id>", workspaces.update_workspace, "admin"),
    ("DELETE", "workspaces/<workspace_id>", workspaces.delete_workspace, "admin"),
    ("GET", "workspaces/<workspace_id>/members", members.list_members, "admin"),
    ("POST", "workspaces/<workspace_id>/members", members.add_member, "admin"),
    ("PUT", "workspaces/<workspace_id>/members/<account_id>", members.change_member, "admin"),
    ("DELETE", "workspaces/<workspace_id>/members/<account_id>", members.remove_member, "admin"),
    ("GET", "accounts", accounts.list_accounts, "admin"),
    ("GET", "accounts/check", accounts.check_account, "admin"),
    ("POST", "accounts", accounts.create_account, "admin"),
    ("PUT", "accounts/<account_id>", accounts.update_account, "admin"),
    ("POST", "accounts/<account_id>/unlock", accounts.unlock_account, "admin"),
    ("DELETE", "accounts/<account_id>", accounts.delete_account, "admin"),
    ("GET", "solutions/workspace", solutions.list_solutions, "account"),
    ("POST", "solutions", solutions.register_solution, "account"),
    ("DELETE", "solutions/<solution_id>", solutions.delete_solution, "account"),
    ("POST", "solutions/<solution_id>/version", solutions.add_version, "account"),
    ("DELETE", "solutions/<version_id>/version", solutions.delete_version, "account"),
)

NOT_IMPLEMENTED = ("instances", "streams", "streamhistories")
"""Known families of endpoints (docs/facts/ai-conductor.md, "Endpoints") that no workspace's provisioning needs."""


def make_app(settings: Settings, store: Store) -> Flask:
    """The application; its `Place` is at `app.extensions["place"]`, for tests that end sessions."""
    place = Place(settings, store, Sessions(settings.session_seconds))
    app = Flask("ai_conductor_standin")
    app.json.sort_keys = False  # pyright: ignore[reportAttributeAccessIssue]: Flask's default provider has it
    app.extensions["place"] = place
    for method, path, handler, access in ENDPOINTS:
        rule = f"{BASE}/{path}"
        app.add_url_rule(rule, f"{method} {rule}", _view(place, handler, access), methods=[method])
    _add_open(app, place)
    _add_not_implemented(app, place)
    _add_own(app, place)
    app.before_request(lambda: _count(place))
    app.register_error_handler(RefusalError, lambda error: _refusal(place, error))
    app.register_error_handler(HTTPException, lambda error: (jsonify(detail=error.name), error.code or 500))
    return app


def _view(place: Place, handler: Handler, access: Access) -> Callable[..., Any]:
    def view(**path: str) -> Any:
        with place.store.read() if request.method == "GET" else place.store.edit() as state:
            call = Call(place, request, state, {}, path)
            if access != "anyone":
                call.me = _caller(place, state)
            if access == "admin" and not call.admin:
                raise RefusalError(403, permission(handler))
            answer = handler(call)
        return _with_session(place, call, answer) if handler is auth.login else jsonify(answer)

    return view


def _with_session(place: Place, call: Call, answer: Any) -> Any:
    if isinstance(answer, tuple):
        return jsonify(answer[0]), answer[1]
    response: Response = jsonify(answer)
    response.set_cookie(COOKIE, place.sessions.open(call.me["id"]), httponly=True)
    return response


def _caller(place: Place, state: State) -> Record:
    account_id = place.sessions.account(request.cookies.get(COOKIE))
    account = first(state["accounts"], id=account_id) if account_id else None
    if account is None:
        raise RefusalError(401, "Invalid credentials")
    return account


def _refusal(place: Place, error: RefusalError) -> tuple[Response, int]:
    detail = error.detail
    if place.settings.object_errors and isinstance(detail, str) and error.status == 400:
        work = detail.split("Failed to ", 1)[1].split(",", 1)[0]
        verb, entity = work.upper().split(" ", 1)
        detail = {"error_code": f"{entity.replace(' ', '_')}.{verb}.000", "message": detail}
    return jsonify(detail=detail), error.status


def _add_open(app: Flask, place: Place) -> None:
    def versions() -> Any:
        return jsonify(versions=[{"ver_str": place.settings.api_version}])

    def healthz() -> Any:
        return jsonify(status="ok")

    app.add_url_rule(f"{BASE}/versions", view_func=versions)
    app.add_url_rule(f"{BASE}/healthz", view_func=healthz)


def _add_not_implemented(app: Flask, place: Place) -> None:
    def refuse(**_path: str) -> Any:
        with place.store.read() as state:
            _caller(place, state)
        return jsonify(detail=f"{request.method} {request.path} is not implemented in this stand-in"), 501

    methods = ["GET", "POST", "PUT", "DELETE"]
    for family in NOT_IMPLEMENTED:
        app.add_url_rule(f"{BASE}/{family}", f"no {family}", refuse, methods=methods)
        app.add_url_rule(f"{BASE}/{family}/<path:rest>", f"no {family}/", refuse, methods=methods)


def _add_own(app: Flask, place: Place) -> None:
    def calls() -> Any:
        """The stand-in's own: how often each endpoint was called since the start."""
        return jsonify(dict(sorted(place.calls.items())))

    def state() -> Any:
        """The stand-in's own: every record; passwords as hashes."""
        return jsonify(place.store.dump())

    app.add_url_rule("/_standin/calls", view_func=calls)
    app.add_url_rule("/_standin/state", view_func=state)


def _count(place: Place) -> None:
    if not request.path.startswith("/_standin/"):
        rule = request.url_rule.rule if request.url_rule else request.path
        place.calls[f"{request.method} {rule.replace('<', '{').replace('>', '}')}"] += 1
