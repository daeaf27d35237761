"""Stand-in of AI Conductor as a process: its command line, its environment, its end."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

ENVIRONMENT = {"AIC_ADMIN_USER": "site-admin", "AIC_ADMIN_PASSWD": "admin-secret-4711"}
Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start(tmp_path: Path, request: pytest.FixtureRequest) -> Start:
    def run(*more: str, **environment: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "local.standins.ai_conductor", "--port", "0", "--data", f"{tmp_path}/aic.json"]
        env = {**{k: v for k, v in os.environ.items() if not k.startswith("AIC_")}, **environment}
        process = subprocess.Popen([*command, *more], stderr=subprocess.PIPE, env=env, text=True)
        request.addfinalizer(lambda: (process.kill(), process.communicate()))
        return process

    return run


def url_of(process: subprocess.Popen[str]) -> str:
    assert process.stderr is not None
    found = re.fullmatch(r"Stand-in of AI Conductor listens on (http://127\.0\.0\.1:\d+)\n", process.stderr.readline())
    assert found
    return found[1]


@contextmanager
def logged_in(url: str) -> Generator[httpx.Client]:
    body = {"login_id": "site-admin", "login_pw": "admin-secret-4711"}
    with httpx.Client(base_url=url) as client:
        assert client.post("/api/v1/auth/login", json=body).status_code == 200
        yield client


def test_it_serves_and_what_it_was_told_survives_a_signal(start: Start, tmp_path: Path) -> None:
    first = start("--seed", **ENVIRONMENT)
    body = {"name": "vision-ws", "s3_bucket_name": "s3-an2-local-dev-vision", "specs": []}
    with logged_in(url_of(first)) as client:
        assert client.post("/api/v1/workspaces", json=body).status_code == 200
        before = client.get("/_standin/state").json()["workspaces"]
    first.terminate()
    first.wait(20)
    second = start("--seed", "--api-version", "2.0.1", **ENVIRONMENT)
    with logged_in(url_of(second)) as client:
        assert client.get("/_standin/state").json()["workspaces"] == before
        assert client.get("/api/v1/versions").json() == {"versions": [{"ver_str": "2.0.1"}]}
    assert [w["name"] for w in before] == ["acoustics-ws", "vision-ws"]
    assert "admin-secret-4711" not in (tmp_path / "aic.json").read_text()


@pytest.mark.parametrize(
    ("options", "environment", "said"),
    [
        ((), {}, "Expected AIC_ADMIN_USER and AIC_ADMIN_PASSWD in the environment"),
        (("--api-version", "9.9"), ENVIRONMENT, "Expected a version of 1.6, 1.7, 2.0, 2.1, for example '2.1.0'."),
    ],
)
def test_it_does_not_start_wrongly_configured(
    start: Start, options: tuple[str, ...], environment: dict[str, str], said: str
) -> None:
    process = start(*options, **environment)
    _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors.count("\n"), said in errors) == (2, 1, True)
