"""Keycloak on bad days: a client and the members of its role, at every call of every operation, at a real server."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from project_workspace.keycloak import connection
from project_workspace.keycloak.provider import ClientProvider, RoleMemberProvider
from project_workspace.keycloak.representation import SETTINGS, audience, role_of
from tests.support.faults.dialects import KEYCLOAK
from tests.support.faults.limits import Limits
from tests.support.faults.operations import Operation, Thing, configured
from tests.support.faults.proxy import Fault, Script, proxy
from tests.support.faults.rule import UNHURRIED, Bench, Case, Trial, cases
from tests.support.keycloak import Realm

CLIENT, SECRET, USER = "oidc-on-bad-days", "client-secret-4711", "alice-on-bad-days"
_FIND, _ROLE = "GET clients", "GET clients/{id}/roles/{role}"
_READ = "GET clients/{id}"
_MAPPED = "users/{id}/role-mappings/clients/{id}"
CALLS = {
    "create a client": ["POST token", _FIND, "POST clients", _ROLE, "POST clients/{id}/roles"],
    "read a client": ["POST token", _READ, _ROLE],
    "update a client": [
        *("POST token", _READ, "PUT clients/{id}"),
        *("PUT clients/{id}/protocol-mappers/models/{id}", _ROLE),
    ],
    "delete a client": ["POST token", "DELETE clients/{id}"],
    "create a member": ["POST token", "GET users", _ROLE, f"POST {_MAPPED}"],
    "read a member": ["POST token", f"GET {_MAPPED}"],
    "delete a member": ["POST token", _ROLE, f"DELETE {_MAPPED}"],
}
"""Of an undisturbed run."""
DISTURBED = {operation: labels if operation == "create a client" else labels[1:] for operation, labels in CALLS.items()}
"""The login is the same call in all of them: disturbed in one."""
AT_ONCE = {Fault.CUT_AFTER, Fault.LOGIN_PAGE}
"""In `make test` for the creation of a client: a real Keycloak is slow."""


@dataclass
class Kept(Trial):
    """One operation in a realm where nobody else has this client."""

    realm: Realm
    url: str
    limits: Limits
    operate: Operation = field(default=lambda: None)

    def act(self, patience: float) -> Any:
        self.limits.set(patience)
        connection._clients.clear()
        return self._stable(self.operate())

    def state(self) -> Any:
        found = self.realm.clients(CLIENT)
        kept = [
            {
                **client,
                "roles": self.realm.roles(CLIENT),
                "members": self.realm.roles_of(USER, CLIENT),
                "redirectUris": sorted(client["redirectUris"]),
            }
            for client in found
        ]
        return self._stable(kept)

    def inputs(self, **more: Any) -> dict[str, Any]:
        place = {"url": self.url, "realm": self.realm.name, "adminRealm": self.realm.name, "clientId": CLIENT}
        return {**place, "role": role_of(CLIENT), **more}

    def _stable(self, value: Any) -> Any:
        """Without ids and addresses, which are new each time."""
        if isinstance(value, dict):
            return {key: self._stable(item) for key, item in value.items() if key not in ("id", "clientUuid")}
        if isinstance(value, list):
            return [self._stable(item) for item in value]
        return value.replace(self.url, "URL") if isinstance(value, str) else value


@pytest.fixture(scope="module")
def account(realm: Realm) -> tuple[str, str]:
    realm.new_user(USER)
    return realm.service_account("manage-clients", "manage-users")


@pytest.fixture
def bench(
    monkeypatch: pytest.MonkeyPatch,
    limits: Limits,
    realm: Realm,
    account: tuple[str, str],
    undisturbed: dict[str, Any],
) -> Iterator[Bench]:
    monkeypatch.setattr(connection, "_clients", {})
    monkeypatch.setenv("KEYCLOAK_CLIENT_ID", account[0])
    monkeypatch.setenv("KEYCLOAK_CLIENT_SECRET", account[1])

    @contextmanager
    def begin(operation: str) -> Generator[Trial]:
        for left in realm.clients(CLIENT):
            realm.call("DELETE", f"/clients/{left['id']}")
        script = Script()
        with proxy(remote, KEYCLOAK, script) as url:
            trial = Kept(script, [account[1], SECRET], realm, url, limits)
            limits.set(UNHURRIED)
            work, _, name = operation.split()
            trial.operate = {"client": _client, "member": _member}[name](trial).ready(work)
            yield trial

    with httpx.Client(base_url=realm.url, trust_env=False, timeout=60) as remote:
        yield Bench(begin, undisturbed)


def _client(trial: Kept) -> Thing:
    inputs = trial.inputs(
        secret=SECRET,
        redirectUris=["https://notebooks.example.com/oauth/callback"],
        audience=audience(CLIENT),
        settings=dict(SETTINGS),
        pulumiProject="project-workspace",
        pulumiStack="demo-dev",
        adopt=False,
    )
    news = {**inputs, "redirectUris": ["https://studio.example.com/*"], "audience": audience("others")}
    return Thing(configured(ClientProvider), inputs, news)


def _member(trial: Kept) -> Thing:
    inputs = trial.inputs(clientUuid=_client(trial).made()[0], username=USER)
    return Thing(configured(RoleMemberProvider), inputs, inputs)


@pytest.mark.parametrize("operation", CALLS)
def test_the_calls_of_an_operation_are_these(bench: Bench, operation: str) -> None:
    assert bench.calls_of(operation) == CALLS[operation]


def _is_at_once(case: Case) -> bool:
    return case.operation == "create a client" and case.fault in AT_ONCE


SOME = [
    pytest.param(*each.values, id=each.id, marks=() if _is_at_once(*each.values) else (pytest.mark.thorough,))
    for each in cases(DISTURBED)
]


@pytest.mark.parametrize("case", SOME)
def test_an_operation_completes_or_says_why_and_the_next_run_completes_it(bench: Bench, case: Case) -> None:
    bench.prove(case)
