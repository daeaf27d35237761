"""A workspace's client in a realm of a real Keycloak: the providers, and inputs as the engine sends them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest

from local.keycloak import server
from project_workspace.keycloak import connection
from project_workspace.keycloak.provider import ClientProvider, RoleMemberProvider
from project_workspace.keycloak.representation import SETTINGS, audience, role_of
from project_workspace.remote.provider import RemoteProvider
from tests.support.faults.operations import configured
from tests.support.keycloak import Admin, Realm
from tests.support.real_cluster import outs

SECRET = "client-secret-4711"
REDIRECT = "https://notebooks.example.com/oauth/callback"


@dataclass
class Site:
    """One realm, and what a stack wants of it."""

    realm: Realm
    client_id: str

    @property
    def role(self) -> str:
        return role_of(self.client_id)

    @property
    def clients(self) -> RemoteProvider:
        """As a new process of the engine makes it."""
        return configured(ClientProvider)()

    @property
    def members(self) -> RemoteProvider:
        return configured(RoleMemberProvider)()

    @property
    def place(self) -> dict[str, Any]:
        return {"url": self.realm.url, "realm": self.realm.name, "adminRealm": "master", "clientId": self.client_id}

    def wanted(self, **more: Any) -> dict[str, Any]:
        """A client's inputs."""
        return {
            **self.place,
            "secret": SECRET,
            "redirectUris": [REDIRECT, "https://studio.example.com/*"],
            "role": self.role,
            "audience": audience(self.client_id),
            "settings": dict(SETTINGS),
            "pulumiProject": "project-workspace",
            "pulumiStack": "demo-dev",
            "adopt": False,
            **more,
        }

    def member(self, uuid: str, username: str) -> dict[str, Any]:
        """A member's inputs."""
        return {**self.place, "clientUuid": uuid, "role": self.role, "username": username}

    def made(self, **more: Any) -> tuple[str, dict[str, Any]]:
        """Id and outputs of a client that is made now."""
        created = self.clients.create(self.wanted(**more))
        return created.id, outs(created)

    def drift(self, id_: str, outputs: dict[str, Any]) -> dict[str, Any]:
        """What a refresh sees that differs from the outputs."""
        seen = outs(self.clients.read(id_, outputs))
        return {name: value for name, value in seen.items() if value != outputs.get(name)}


_clients: dict[tuple[str, str, str], Any] = {}


@pytest.fixture
def site(realm: Realm, keycloak: Admin, monkeypatch: pytest.MonkeyPatch) -> Site:
    # One login of the administrator's for all tests, but for those that log in as somebody else.
    monkeypatch.setattr(connection, "_clients", _clients)
    monkeypatch.setenv("KEYCLOAK_ADMIN_USER", server.ADMIN)
    monkeypatch.setenv("KEYCLOAK_ADMIN_PASSWORD", keycloak.password)
    return Site(realm, f"oidc-{uuid4().hex[:8]}")
