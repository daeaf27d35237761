"""The Keycloak of these tests: a real one, its administrator's access, and people who log in.

Owns: one server a run, shared by all workers; a realm of each worker's own; the login of a person by the authorization
code flow, as a browser goes through it. Does not own the distribution (`local/keycloak`). Without Java the tests are
skipped.
"""

from __future__ import annotations

import base64
import fcntl
import html
import json
import os
import re
import secrets
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import httpx
import pytest

from local import processes
from local.keycloak import distribution, server
from local.ports import free_ports
from workspacectl.private_files import write_private

PASSWORD = "people-secret-0815"
"""Of every person that a test makes."""


@dataclass
class Admin:
    """Somebody else's access to a Keycloak, with every right."""

    url: str
    password: str
    _given: str = "none-yet"

    def call(self, method: str, path: str, body: Any = None, **query: str) -> Any:
        """One call of the admin API; answers the body, or the id of what was made. Raises for a refusal."""
        answer = self._call(method, path, body, query)
        if answer.status_code == 401:
            self._given = self._token()
            answer = self._call(method, path, body, query)
        answer.raise_for_status()
        location = answer.headers.get("location", "")
        return location.rsplit("/", 1)[1] if location else answer.json() if answer.content else None

    def _call(self, method: str, path: str, body: Any, query: dict[str, str]) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self._given}"}
        with httpx.Client(trust_env=False, timeout=60) as client:
            return client.request(method, f"{self.url}/admin/realms{path}", json=body, params=query, headers=headers)

    def _token(self) -> str:
        form = {"grant_type": "password", "client_id": "admin-cli", "username": server.ADMIN, "password": self.password}
        path = "/realms/master/protocol/openid-connect/token"
        return str(httpx.post(f"{self.url}{path}", data=form, trust_env=False, timeout=60).json()["access_token"])


@dataclass(frozen=True)
class Realm:
    """A realm of a test's own."""

    admin: Admin
    name: str

    @property
    def url(self) -> str:
        return self.admin.url

    def call(self, method: str, path: str, body: Any = None, **query: str) -> Any:
        return self.admin.call(method, f"/{self.name}{path}", body, **query)

    def clients(self, client_id: str) -> list[dict[str, Any]]:
        return self.call("GET", "/clients", clientId=client_id)

    def client(self, client_id: str) -> dict[str, Any]:
        [found] = self.clients(client_id)
        return found

    def roles(self, client_id: str) -> list[str]:
        return sorted(role["name"] for role in self.call("GET", f"/clients/{self.client(client_id)['id']}/roles"))

    def new_user(self, username: str) -> str:
        """A person who can log in."""
        names = {"email": f"{uuid4().hex[:8]}@example.com", "firstName": "A", "lastName": "Person"}
        credentials = [{"type": "password", "value": PASSWORD, "temporary": False}]
        user = {"username": username, **names, "enabled": True, "emailVerified": True, "credentials": credentials}
        return self.call("POST", "/users", user)

    def user(self, username: str) -> dict[str, Any]:
        [found] = self.call("GET", "/users", username=username, exact="true")
        return found

    def roles_of(self, username: str, client_id: str) -> list[str]:
        path = f"/users/{self.user(username)['id']}/role-mappings/clients/{self.client(client_id)['id']}"
        return sorted(role["name"] for role in self.call("GET", path))

    def service_account(self, *rights: str) -> tuple[str, str]:
        """Client ID and secret of an identity that has these rights in the realm, and no other."""
        name, secret = f"pulumi-{uuid4().hex[:8]}", secrets.token_urlsafe(16)
        kind = {"publicClient": False, "serviceAccountsEnabled": True, "standardFlowEnabled": False}
        uuid = self.call("POST", "/clients", {"clientId": name, "secret": secret, **kind})
        user = self.call("GET", f"/clients/{uuid}/service-account-user")["id"]
        management = self.client("realm-management")["id"]
        roles = [self.call("GET", f"/clients/{management}/roles/{right}") for right in rights]
        self.call("POST", f"/users/{user}/role-mappings/clients/{management}", roles)
        return name, secret

    def access_token(self, client_id: str, secret: str, redirect: str, username: str) -> dict[str, Any]:
        """What an access token says that the person gets by logging in with the client."""
        realm = f"{self.url}/realms/{self.name}/protocol/openid-connect"
        with httpx.Client(trust_env=False, timeout=60) as browser:
            asked = {"client_id": client_id, "redirect_uri": redirect, "response_type": "code", "scope": "openid"}
            page = browser.get(f"{realm}/auth", params=asked)
            action = re.search(r'action="([^"]+)"', page.text)
            assert page.status_code == 200, page.text
            assert action, page.text
            # By hand: a browser takes 127.0.0.1 for secure, and a cookie jar does not.
            cookies = "; ".join(each.split(";")[0] for each in page.headers.get_list("set-cookie"))
            form = {"username": username, "password": PASSWORD}
            sent = browser.post(html.unescape(action[1]), data=form, headers={"Cookie": cookies})
            assert sent.status_code == 302, sent.text
            code = parse_qs(urlsplit(sent.headers["location"]).query)["code"][0]
            grant = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect}
            answer = browser.post(f"{realm}/token", data=grant, auth=(client_id, secret))
        answer.raise_for_status()
        body = answer.json()["access_token"].split(".")[1]
        return json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))


def roles_in(token: dict[str, Any], client_id: str) -> list[str]:
    """The client's roles that an access token carries."""
    return token.get("resource_access", {}).get(client_id, {}).get("roles", [])


def audience_of(token: dict[str, Any]) -> list[str]:
    """Whom an access token is for."""
    told = token.get("aud", [])
    return [told] if isinstance(told, str) else told


@pytest.fixture(scope="session")
def keycloak(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Admin]:
    """The server; the first worker who needs it starts it, and the last who needed it stops it."""
    if sentence := distribution.absent():
        pytest.skip(sentence)
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "keycloak"
    folder.mkdir(exist_ok=True)
    users = (folder / "users").open("w")
    with _locked(folder):
        fcntl.flock(users, fcntl.LOCK_SH)
        admin = _running(folder) or _start(folder)
    yield admin
    with _locked(folder):
        fcntl.flock(users, fcntl.LOCK_UN)
        with suppress(BlockingIOError):
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            processes.stop_all(folder / "run")
            (folder / "server.json").unlink()
    users.close()


@pytest.fixture(scope="session")
def realm(keycloak: Admin) -> Realm:
    """A realm of this worker's own; the clients and people of a test have names of their own."""
    made = Realm(keycloak, f"test-{uuid4().hex[:8]}")
    # People are made often: their passwords are hashed quickly.
    policy = "hashAlgorithm(pbkdf2-sha256) and hashIterations(1)"
    keycloak.call("POST", "", {"realm": made.name, "enabled": True, "passwordPolicy": policy})
    return made


@contextmanager
def _locked(folder: Path) -> Generator[None]:
    with (folder / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _running(folder: Path) -> Admin | None:
    if not processes.running(folder / "run"):
        return None
    return Admin(**json.loads((folder / "server.json").read_text()))


def _start(folder: Path) -> Admin:
    [port] = free_ports(1)
    admin = Admin(f"http://127.0.0.1:{port}", secrets.token_urlsafe(16))
    home = folder / f"home-{port}"
    processes.start(server.keycloak(distribution.ensure(), home, port=port, password=admin.password), folder / "run")
    write_private(folder / "server.json", json.dumps({"url": admin.url, "password": admin.password}))
    return admin
