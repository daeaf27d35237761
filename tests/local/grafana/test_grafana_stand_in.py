"""The stand-in for Grafana refuses what Grafana refuses, and says so where it does not know."""

import json
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from flask.testing import FlaskClient
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_fixed
from werkzeug.test import TestResponse

from local.ports import free_ports
from local.standins.grafana.access import Tokens
from local.standins.grafana.app import make_app
from local.standins.grafana.seed import living_site
from local.standins.grafana.store import Store

EDITOR = {"Authorization": "Bearer glsa_editor"}
VIEWER = {"Authorization": "Bearer glsa_viewer"}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "grafana.json", living_site())


@pytest.fixture
def api(store: Store) -> FlaskClient:
    return make_app(store, Tokens("glsa_editor", "glsa_viewer")).test_client()


def save(api: FlaskClient, command: Any = None, **dashboard: Any) -> TestResponse:
    model = {"uid": "demo", "title": "Demo", **dashboard}
    return api.post("/api/dashboards/db", json={"dashboard": model, **(command or {})}, headers=EDITOR)


def refusal(response: TestResponse) -> tuple[int, Any]:
    assert response.json is not None
    return response.status_code, response.json


def get(api: FlaskClient, path: str) -> Any:
    response = api.get(path, headers=EDITOR)
    assert response.status_code == 200, response.text
    return response.json


def test_a_save_answers_as_grafana_does(api: FlaskClient) -> None:
    response = save(api, {"folderUid": "monitoring", "message": "first"}, id=None, panels=[])
    assert response.json == {
        "id": 4,
        "uid": "demo",
        "url": "/d/demo/demo",
        "version": 1,
        "status": "success",
        "slug": "demo",
        "folderUid": "monitoring",
    }


def test_a_saved_dashboard_is_read_whole(api: FlaskClient) -> None:
    save(api, {"folderUid": "monitoring"}, id=None, panels=[], tags=["a"])
    found = get(api, "/api/dashboards/uid/demo")
    times = {key: found["meta"].pop(key) for key in ("created", "updated")}
    assert found == {
        "dashboard": {"id": 4, "uid": "demo", "version": 1, "title": "Demo", "panels": [], "tags": ["a"]},
        "meta": {
            "type": "db",
            "canSave": True,
            "canEdit": True,
            "canAdmin": True,
            "canStar": True,
            "canDelete": True,
            "slug": "demo",
            "url": "/d/demo/demo",
            "version": 1,
            "isFolder": False,
            "folderId": 1,
            "folderUid": "monitoring",
            "folderTitle": "Monitoring",
            "folderUrl": "/dashboards/f/monitoring/monitoring",
            "provisioned": False,
        },
    }
    assert all(text.endswith("Z") for text in times.values())


def test_every_save_counts_one_version_up_and_needs_the_one_before(api: FlaskClient) -> None:
    assert save(api).json == {**(save(api, {"overwrite": True}).json or {}), "version": 1}
    mismatch = (412, {"message": "The dashboard has been changed by someone else", "status": "version-mismatch"})
    for version in (0, 1, 3):
        assert refusal(save(api, version=version)) == mismatch
    assert (save(api, version=2).json or {})["version"] == 3
    assert refusal(save(api)) == mismatch


def test_a_save_without_a_folder_moves_the_dashboard_to_the_root(api: FlaskClient) -> None:
    save(api, {"folderUid": "monitoring"})
    save(api, version=1)
    assert get(api, "/api/dashboards/uid/demo")["meta"]["folderTitle"] == "General"


@pytest.mark.parametrize(
    ("dashboard", "command", "code", "message"),
    [
        ({"title": " "}, {}, 400, "Dashboard title cannot be empty"),
        ({"title": None}, {}, 400, "Dashboard title cannot be empty"),
        ({"title": 5}, {}, 400, "bad request data"),
        ({"uid": "a/b"}, {}, 400, "uid contains illegal characters"),
        ({"uid": "ä"}, {}, 400, "uid contains illegal characters"),
        ({"uid": "x" * 41}, {}, 400, "uid too long, max 40 characters"),
        ({"version": "1"}, {}, 400, "bad request data"),
        ({"tags": ["x" * 51]}, {}, 400, "dashboard tag too long, max 50 characters"),
        ({"refresh": "4s"}, {}, 400, "Dashboard refresh interval is too low"),
        ({"refresh": "900ms"}, {}, 400, "Dashboard refresh interval is too low"),
        ({}, {"message": "x" * 501}, 400, "message too long, max 500 characters"),
        ({}, {"folderUid": "nowhere"}, 400, "folder not found"),
        ({"id": 99}, {}, 404, "Dashboard not found"),
        ({"title": "Nodes"}, {"folderUid": "monitoring"}, 412, "same name in the folder already exists"),
        ({"uid": "cluster-total", "version": 7}, {}, 400, "Cannot save provisioned dashboard"),
        ({"id": 2}, {}, 501, "a change of a dashboard's uid by its id"),
        ({"title": "Nodes"}, {"folderUid": "monitoring", "overwrite": True}, 501, "an overwrite of another"),
        ({}, {"folderId": 1}, 501, "folderId"),
        ({}, {"surprise": 1}, 501, "surprise"),
    ],
)
def test_a_save_that_grafana_refuses_is_refused_and_changes_nothing(
    store: Store, dashboard: Any, command: Any, code: int, message: str
) -> None:
    api = make_app(store, Tokens("glsa_editor")).test_client()
    before = json.dumps(store.dump())
    status, body = refusal(save(api, command, **dashboard))
    assert status == code
    assert message in body["message"]
    assert json.dumps(store.dump()) == before


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"dashboard": []}'])
def test_a_body_that_is_no_command_is_refused(api: FlaskClient, body: bytes) -> None:
    response = api.post("/api/dashboards/db", data=body, headers=EDITOR)
    assert refusal(response) == (400, {"message": "bad request data"})


def test_the_longest_allowed_values_are_taken(api: FlaskClient) -> None:
    longest = save(api, {"message": "x" * 500}, uid="x" * 40, tags=["x" * 50], refresh="5s")
    assert longest.status_code == 200


def test_the_same_name_in_another_folder_is_allowed(api: FlaskClient) -> None:
    assert save(api, title="Nodes").status_code == 200


def test_a_deleted_dashboard_is_gone_and_deleting_it_again_is_not_found(api: FlaskClient) -> None:
    save(api)
    deleted = api.delete("/api/dashboards/uid/demo", headers=EDITOR)
    assert deleted.json == {"id": 4, "uid": "demo", "title": "Demo", "message": "Dashboard Demo deleted"}
    gone = (404, {"message": "Dashboard not found", "status": "not-found"})
    assert refusal(api.get("/api/dashboards/uid/demo", headers=EDITOR)) == gone
    assert refusal(api.delete("/api/dashboards/uid/demo", headers=EDITOR)) == gone


def test_a_provisioned_dashboard_is_not_deleted(api: FlaskClient) -> None:
    response = api.delete("/api/dashboards/uid/cluster-total", headers=EDITOR)
    assert refusal(response) == (400, {"message": "provisioned dashboard cannot be deleted"})
    assert get(api, "/api/dashboards/uid/cluster-total")["meta"]["provisioned"] is True


@pytest.mark.parametrize("header", [None, "Basic YWRtaW46YWRtaW4=", "Bearer", "Bearer ", "Bearer glsa_wrong"])
def test_without_a_right_token_nothing_is_answered(api: FlaskClient, header: str | None) -> None:
    headers = {"Authorization": header} if header else {}
    for method, path in (("get", "dashboards/uid/node-exporter"), ("get", "search"), ("get", "folders")):
        assert getattr(api, method)(f"/api/{path}", headers=headers).status_code == 401
    assert api.get("/api/health").json == {"commit": "stand-in", "database": "ok", "version": "11.6.0"}


def test_a_viewer_reads_and_does_nothing_else(api: FlaskClient) -> None:
    assert api.get("/api/dashboards/uid/node-exporter", headers=VIEWER).status_code == 200
    response = api.delete("/api/dashboards/uid/node-exporter", headers=VIEWER)
    assert response.status_code == 403
    assert "Permissions needed: dashboards:delete" in response.text
    assert api.post("/api/dashboards/db", json={}, headers=VIEWER).status_code == 403
    assert api.post("/api/folders", json={}, headers=VIEWER).status_code == 403


def test_a_folder_is_made_listed_and_read(api: FlaskClient) -> None:
    made = api.post("/api/folders", json={"uid": "ai", "title": "AI projects"}, headers=EDITOR).json
    assert made == get(api, "/api/folders/ai")
    assert get(api, "/api/folders") == [
        {"id": 4, "uid": "ai", "title": "AI projects"},
        {"id": 1, "uid": "monitoring", "title": "Monitoring"},
    ]
    assert save(api, {"folderUid": "ai"}).status_code == 200


@pytest.mark.parametrize(
    ("command", "code", "message"),
    [
        ({"uid": "monitoring", "title": "Other"}, 409, "already exists"),
        ({"title": "Monitoring"}, 409, "same name already exists"),
        ({"title": ""}, 400, "folder title cannot be empty"),
        ({"uid": "a b", "title": "A"}, 400, "uid contains illegal characters"),
        ({"uid": "x" * 41, "title": "A"}, 400, "uid too long"),
        ({"title": "A", "parentUid": "monitoring"}, 501, "parentUid"),
    ],
)
def test_a_folder_that_grafana_refuses_is_refused(api: FlaskClient, command: Any, code: int, message: str) -> None:
    status, body = refusal(api.post("/api/folders", json=command, headers=EDITOR))
    assert (status, message in body["message"]) == (code, True)
    assert [folder["uid"] for folder in get(api, "/api/folders")] == ["monitoring"]


def test_an_unknown_folder_is_not_found(api: FlaskClient) -> None:
    response = api.get("/api/folders/nowhere", headers=EDITOR)
    assert refusal(response) == (404, {"message": "folder not found", "status": "not-found"})


def test_a_search_finds_by_name_tag_uid_and_folder(api: FlaskClient) -> None:
    save(api, tags=["workspace:demo-ws"])
    hits = {
        query: [hit["uid"] for hit in get(api, f"/api/search?{query}")]
        for query in (
            "",
            "query=NOD",
            "tag=workspace:demo-ws",
            "dashboardUIDs=demo",
            "folderUIDs=monitoring",
            "query=x",
        )
    }
    assert hits == {
        "": ["cluster-total", "demo", "node-exporter"],
        "query=NOD": ["node-exporter"],
        "tag=workspace:demo-ws": ["demo"],
        "dashboardUIDs=demo": ["demo"],
        "folderUIDs=monitoring": ["cluster-total", "node-exporter"],
        "query=x": [],
    }


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/api/org"),
        ("put", "/api/folders/monitoring"),
        ("delete", "/api/folders/monitoring"),
        ("get", "/api/search?sort=x"),
        ("get", "/api/search?type=dash-folder"),
        ("get", "/apis/dashboard.grafana.app/v1/namespaces/default/dashboards/x"),
    ],
)
def test_what_it_does_not_know_is_never_answered_with_yes(api: FlaskClient, method: str, path: str) -> None:
    status, body = refusal(getattr(api, method)(path, headers=EDITOR))
    assert status == 501
    assert "The stand-in for Grafana does not implement" in body["message"]


def test_calls_are_counted_by_method_and_path(api: FlaskClient) -> None:
    save(api)
    get(api, "/api/dashboards/uid/demo")
    get(api, "/api/dashboards/uid/demo")
    assert api.get("/_standin/calls").json == {"GET /api/dashboards/uid/demo": 2, "POST /api/dashboards/db": 1}


def test_the_state_outlives_the_server_in_a_file_that_only_the_owner_reads(tmp_path: Path, api: FlaskClient) -> None:
    save(api)
    file = tmp_path / "grafana.json"
    again = make_app(Store(file, living_site()), Tokens("glsa_editor")).test_client()
    assert again.get("/_standin/state").json == api.get("/_standin/state").json
    assert get(again, "/api/dashboards/uid/demo")["dashboard"]["title"] == "Demo"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "glsa_" not in file.read_text()


def start(*arguments: str, **environment: str) -> subprocess.Popen[str]:
    argv = [sys.executable, "-m", "local.standins.grafana", *arguments]
    kept = {name: value for name, value in os.environ.items() if name != "GRAFANA_TOKEN"}
    return subprocess.Popen(argv, env={**kept, **environment}, stderr=subprocess.PIPE, text=True)


def test_the_server_serves_on_its_port_and_ends_when_told_to(tmp_path: Path) -> None:
    port = str(free_ports(1)[0])
    server = start("--port", port, "--data", str(tmp_path / "g.json"), "--seed", GRAFANA_TOKEN="glsa_editor")
    try:
        wait = Retrying(
            retry=retry_if_exception_type(httpx.HTTPError), wait=wait_fixed(0.05), stop=stop_after_delay(30)
        )
        found = wait(httpx.get, f"http://127.0.0.1:{port}/api/dashboards/uid/node-exporter", headers=EDITOR)
        assert found.json()["dashboard"]["title"] == "Nodes"
    finally:
        server.send_signal(signal.SIGTERM)
        _, errors = server.communicate(timeout=30)
    assert (server.returncode, errors) == (0, "")


def test_the_server_does_not_start_without_a_token(tmp_path: Path) -> None:
    server = start("--port", "0", "--data", str(tmp_path / "g.json"))
    _, errors = server.communicate(timeout=30)
    assert server.returncode == 2
    assert "Expected a service-account token in the environment variable GRAFANA_TOKEN" in errors


def test_a_token_is_told_what_it_may_do_and_a_viewers_may_read_alone(api: FlaskClient) -> None:
    path = "/api/access-control/user/permissions"
    editor, viewer = (api.get(path, headers=headers).json or {} for headers in (EDITOR, VIEWER))
    assert {action.partition(":")[2] for action in editor} == {"create", "delete", "read", "write"}
    assert {action.partition(":")[2] for action in viewer} == {"read"}
    assert editor["dashboards:create"] == ["folders:*"]
    assert api.get(path).status_code == 401
    assert api.get(path, headers={"Authorization": "Bearer glsa_other"}).status_code == 401
