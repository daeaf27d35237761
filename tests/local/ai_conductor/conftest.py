"""A stand-in of AI Conductor as a WSGI application, and a small HTTP client that keeps its cookie."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from local.standins.ai_conductor.app import make_app
from local.standins.ai_conductor.seed import add_admin, add_foreign_workspace
from local.standins.ai_conductor.settings import Settings
from local.standins.ai_conductor.store import Store

ADMIN = ("site-admin", "admin-pw")


class Api:
    """Calls as ALO makes them: a JSON text as body, without a Content-Type."""

    def __init__(self, settings: Settings, store: Store | None = None) -> None:
        self.store = store or Store()
        new = self.store.empty
        add_admin(self.store, *ADMIN)
        if new:
            add_foreign_workspace(self.store)
        self.app = make_app(settings, self.store)
        self._client = Client(self.app)

    def call(self, method: str, path: str, body: Any = None, **query: Any) -> TestResponse:
        data = None if body is None else json.dumps(body)
        return self._client.open(f"/api/v1/{path}", method=method, data=data, query_string=query)

    def ok(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        response = self.call(method, path, body, **query)
        assert response.status_code == 200, response.text
        return response.json

    def refused(self, method: str, path: str, body: Any = None, **query: Any) -> tuple[int, Any]:
        response = self.call(method, path, body, **query)
        assert response.json is not None
        assert [*response.json] == ["detail"]
        return response.status_code, response.json["detail"]

    def log_in(self, login_id: str = ADMIN[0], login_pw: str = ADMIN[1]) -> TestResponse:
        return self.call("POST", "auth/login", {"login_id": login_id, "login_pw": login_pw})

    def own(self, what: str) -> Any:
        return self._client.get(f"/_standin/{what}").json


@pytest.fixture
def make_api() -> Callable[..., Api]:
    def make(store: Store | None = None, *, login: bool = True, **settings: Any) -> Api:
        api = Api(Settings(**settings), store)
        if login:
            assert api.log_in().status_code == 200
        return api

    return make


@pytest.fixture
def api(make_api: Callable[..., Api]) -> Api:
    return make_api()


@pytest.fixture
def vision() -> dict[str, Any]:
    return {
        "name": "vision-ws",
        "s3_bucket_name": "s3-an2-local-dev-vision",
        "dashboard_hash": "d4f7k2m9q1x0z",
        "specs": [
            {"name": "standard", "vcpu": 4, "ram_gb": 16, "gpu": 0},
            {"name": "low", "vcpu": 0, "ram_gb": 0, "gpu": 0},
        ],
    }


@pytest.fixture
def edge() -> dict[str, Any]:
    return {
        "login_id": "vision-edge",
        "login_pw": "vision-edge@com",
        "display_name": "Vision Edge",
        "role": "DEVELOPER",
        "account_type": "STATIC",
        "email": "vision-edge@example.com",
        "company": "Example",
        "department": "stack vision-dev",
    }
