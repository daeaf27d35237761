"""Requests and answers of the stand-in of AI Conductor: who calls, with what, and how a refusal looks.

Owns: the error envelope, the session cookie, roles on endpoints, bodies with or without a Content-Type, the counts of
calls. Does not own any endpoint. Sources: docs/facts/ai-conductor.md, "Transport and session", "Errors".
"""

import json
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from flask import Request
from pydantic import BaseModel, ValidationError

from local.standins.ai_conductor.bodies import complaints
from local.standins.ai_conductor.settings import Settings
from local.standins.ai_conductor.store import Record, State, Store, first

COOKIE = "access-token"
Model = TypeVar("Model", bound=BaseModel)


class RefusalError(Exception):
    """An answer that is not 200: status and `detail`."""

    def __init__(self, status: int, detail: Any) -> None:
        super().__init__(status)
        self.status = status
        self.detail = detail


class Sessions:
    """Opaque tokens of 43 characters, in memory: a restart ends them all, as a flushed Redis would."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._live: dict[str, tuple[str, float]] = {}

    def open(self, account_id: str) -> str:
        token = secrets.token_urlsafe(32)
        with self._lock:
            self._live[token] = (account_id, time.monotonic() + self._seconds)
        return token

    def account(self, token: str | None) -> str | None:
        with self._lock:
            account_id, ends = self._live.get(token or "", ("", 0.0))
        return account_id if account_id and time.monotonic() < ends else None

    def end_all(self) -> None:
        with self._lock:
            self._live.clear()


@dataclass
class Place:
    """One running server."""

    settings: Settings
    store: Store
    sessions: Sessions
    calls: Counter[str] = field(default_factory=Counter)


@dataclass
class Call:
    """One request: the server, the caller's account (empty on public endpoints), the records, the path's parts."""

    place: Place
    request: Request
    state: State
    me: Record
    path: dict[str, str]

    @property
    def login_id(self) -> str:
        return str(self.me["login_id"])

    @property
    def admin(self) -> bool:
        return self.me["role"] == "ADMIN"

    def body(self, model: type[Model]) -> Model:
        """The body as `model`, whatever its Content-Type; 422 as FastAPI says it."""
        try:
            content = json.loads(self.request.get_data() or b"null")
        except ValueError as error:
            raise RefusalError(422, [_not_json(error)]) from None
        if content is None:
            raise RefusalError(422, [{"type": "missing", "loc": ["body"], "msg": "Field required", "input": None}])
        try:
            return model.model_validate(content)
        except ValidationError as error:
            raise RefusalError(422, complaints(error)) from None

    def query(self, name: str) -> str:
        """A required query parameter; others are ignored."""
        value = self.request.args.get(name)
        if value is None:
            missing = {"type": "missing", "loc": ["query", name], "msg": "Field required", "input": None}
            raise RefusalError(422, [missing])
        return value

    def scoped_workspace(self, work: str) -> Record:
        """The workspace that the query names, by name in 1.x and by id in 2.x, which the caller may use."""
        key = self.place.settings.workspace_key
        value = self.query(key)
        found = first(self.state["workspaces"], **{key.removeprefix("workspace_"): value})
        if found is None:
            raise missing("workspaces", work, "Workspace", value)
        if not self.admin and first(self.state["members"], workspace_id=found["id"], account_id=self.me["id"]) is None:
            raise RefusalError(403, f"Failed to {work}, permission denied")
        return found


Handler = Callable[[Call], Any]


def refused(module: str, work: str, reason: str) -> RefusalError:
    """A business rule says no: 400 with the text as recorded. `work` is for example "create Workspace"."""
    return RefusalError(400, f"app.handlers.{module}_v1_0 : Failed to {work}, {reason}")


def missing(module: str, work: str, entity: str, id_: str) -> RefusalError:
    """Something that does not exist: 400 too, never 404."""
    return refused(module, work, f"can't find id={id_} in {entity}")


def permission(handler: Handler) -> str:
    """The refusal of an Admin-only endpoint to a Developer (the status 403 is proposed)."""
    return f"Failed to {handler.__name__.replace('_', ' ')}, permission denied"


def _not_json(error: ValueError) -> Record:
    at = error.pos if isinstance(error, json.JSONDecodeError) else 0
    return {
        "type": "json_invalid",
        "loc": ["body", at],
        "msg": "JSON decode error",
        "input": {},
        "ctx": {"error": str(error)},
    }
