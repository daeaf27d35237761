"""A site for the providers of AI Conductor: the stand-in, the three providers, and inputs as the engine sends them."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from local.standins.ai_conductor.inprocess import Running, serving
from project_workspace.conductor import client
from project_workspace.conductor import connection as conductor_connection
from project_workspace.conductor.guard import WorkspaceGuardProvider
from project_workspace.conductor.provider import AccountProvider, MembershipProvider, WorkspaceProvider
from project_workspace.remote.http import HttpRemote, Limits
from project_workspace.remote.provider import RemoteProvider

ADMIN = ("site-admin", "admin-secret-4711")
LIMITS = Limits(connect_seconds=2, answer_seconds=20, attempts=3, pause_seconds=0.01)


class Site:
    """One AI Conductor and what a stack wants of it."""

    def __init__(self, server: Running) -> None:
        self.server = server
        self.admin = ADMIN
        self.workspaces: Any = self.configured(WorkspaceProvider())
        self.accounts: Any = self.configured(AccountProvider())
        self.memberships: Any = self.configured(MembershipProvider())
        self.guards: Any = self.configured(WorkspaceGuardProvider())
        self._where = {"url": server.url, "profile": "ai-conductor-2.1", "adopt": False}

    def configured(self, provider: RemoteProvider, **config: str) -> RemoteProvider:
        """The provider with that stack configuration."""
        provider.configure(SimpleNamespace(config=SimpleNamespace(get=config.get)))  # pyright: ignore[reportArgumentType]
        return provider

    @property
    def vision(self) -> dict[str, Any]:
        """A workspace's inputs: every number a float, the provider's reference among them."""
        return {
            **self._where,
            "__provider": "reference",
            "name": "vision-ws",
            "bucket": "s3-an2-local-dev-vision",
            "dashboardHash": "d4f7k2m9q1x0z",
            "specs": [
                {"name": "standard", "vcpu": 4.0, "ramGb": 16.0, "gpu": 0.0},
                {"name": "gpu", "vcpu": 8.0, "ramGb": 32.0, "gpu": 1.0},
                {"name": "low", "vcpu": 0.0, "ramGb": 0.0, "gpu": 0.0},
            ],
        }

    @property
    def edge(self) -> dict[str, Any]:
        """An account's inputs."""
        return {
            **self._where,
            "loginId": "vision-edge",
            "password": "edge-secret-0815",
            "displayName": "Edge Conductor of vision-ws",
            "role": "DEVELOPER",
            "email": "vision-edge@example.com",
            "company": "project-workspace",
            "department": "stack vision-dev",
        }

    def member(self, workspace_id: Any, account_id: Any, **more: Any) -> dict[str, Any]:
        """A membership's inputs."""
        given = {"workspaceId": workspace_id, "accountId": account_id, "loginId": "vision-edge", "role": "MANAGER"}
        return {**self._where, **given, **more}

    def state(self, table: str, **wanted: Any) -> dict[str, Any]:
        """The one record with these values."""
        [row] = [r for r in self.server.state[table] if all(r[key] == value for key, value in wanted.items())]
        return row

    def edited(self, table: str, key: str, value: str, **changes: Any) -> None:
        """Somebody changes a record by hand."""
        with self.server.place.store.edit() as draft:
            [row] = [r for r in draft[table] if r[key] == value]
            row.update(changes)

    def filled(self, workspace_id: str, count: int) -> None:
        """Somebody registers solutions."""
        with self.server.place.store.edit() as draft:
            draft["solutions"] += [
                {"id": f"s-{n}", "name": f"bolt-{n}", "workspace_id": workspace_id, "scope_ws": ""}
                for n in range(count)
            ]


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setattr(client, "HttpRemote", lambda url, label, _limits: HttpRemote(url, label, LIMITS))
    monkeypatch.setattr(conductor_connection, "_clients", {})
    monkeypatch.setenv("AIC_ADMIN_USER", ADMIN[0])
    monkeypatch.setenv("AIC_ADMIN_PASSWD", ADMIN[1])
    with serving(*ADMIN) as running:
        yield Site(running)
