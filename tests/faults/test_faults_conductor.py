"""AI Conductor on bad days: workspaces, accounts and memberships, at every call of every operation."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from werkzeug.security import check_password_hash

from local.standins.ai_conductor.inprocess import Running, serving
from local.standins.ai_conductor.store import State
from project_workspace.conductor import connection as conductor_connection
from project_workspace.conductor.guard import WorkspaceGuardProvider
from project_workspace.conductor.provider import AccountProvider, MembershipProvider, WorkspaceProvider
from tests.support.faults.dialects import CONDUCTOR
from tests.support.faults.limits import Limits
from tests.support.faults.operations import Operation, Thing, configured
from tests.support.faults.proxy import Call, Fault, Script, proxy
from tests.support.faults.rule import UNHURRIED, Bench, Case, Trial, cases

ADMIN = ("site-admin", "admin-secret-4711")
PASSWORDS = ("edge-secret-0815", "edge-secret-0816")
LOGIN = "POST auth/login"

CALLS = {
    "create a workspace": [LOGIN, "GET workspaces", "POST workspaces"],
    "read a workspace": [LOGIN, "GET workspaces/{id}"],
    "update a workspace": [LOGIN, "PUT workspaces/{id}"],
    "delete a workspace": [LOGIN, "GET solutions/workspace", "DELETE workspaces/{id}"],
    "delete a guard": [LOGIN, "GET solutions/workspace"],
    "create an account": [LOGIN, "GET accounts", "POST accounts"],
    "read an account": [LOGIN, "GET accounts"],
    "update an account": [LOGIN, "PUT accounts/{id}"],
    "unlock an account": [LOGIN, "PUT accounts/{id}", "POST accounts/{id}/unlock"],
    "delete an account": [LOGIN, "DELETE accounts/{id}"],
    "create a membership": [LOGIN, "GET workspaces/{id}/members", "POST workspaces/{id}/members"],
    "create a member": [LOGIN, "GET accounts", "GET workspaces/{id}/members", "POST workspaces/{id}/members"],
    "read a membership": [LOGIN, "GET workspaces/{id}/members"],
    "update a membership": [LOGIN, "PUT workspaces/{id}/members/{id}"],
    "delete a membership": [LOGIN, "DELETE workspaces/{id}/members/{id}"],
}
"""Of an undisturbed run."""
DISTURBED = {
    operation: labels if operation == "create a workspace" else labels[1:] for operation, labels in CALLS.items()
}
"""The login is the same call in all of them: disturbed in one."""


@dataclass
class Conducted(Trial):
    """One operation on a stand-in that nobody else uses."""

    server: Running
    url: str
    limits: Limits
    operate: Operation = field(default=lambda: None)

    def act(self, patience: float) -> Any:
        self.limits.set(patience)
        conductor_connection._clients.clear()
        return self._stable(self.operate())

    def state(self) -> Any:
        tables = self.server.state
        tables.pop("logins")
        return self._stable(tables)

    def inputs(self, **more: Any) -> dict[str, Any]:
        return {"url": self.url, "profile": "ai-conductor-2.1", "adopt": False, **more}

    def _stable(self, value: Any) -> Any:
        """Without times, and with names instead of ids, hashes and addresses."""
        names = {row["id"]: f"id of {row.get('login_id') or row.get('name')}" for row in _rows(self.server)}
        return _replaced(value, {**names, self.url: "URL"})


def _rows(server: Running) -> Iterator[dict[str, Any]]:
    yield from server.state["accounts"]
    yield from server.state["workspaces"]


def _replaced(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, dict):
        left_out = {"created_at", "updated_at"} | (
            {"id"} if "account_id" in value and "workspace_id" in value else set()
        )
        kept = {key: _replaced(item, names) for key, item in value.items() if key not in left_out}
        if "password_hash" in value:
            known = [word for word in (ADMIN[1], *PASSWORDS) if check_password_hash(value["password_hash"], word)]
            kept["password_hash"] = known
        return kept
    if isinstance(value, list):
        return [_replaced(item, names) for item in value]
    if isinstance(value, str):
        return "/".join(names.get(part, part) for part in value.split("/")) if value not in names else names[value]
    return value


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with serving(*ADMIN) as running:
        yield running


@pytest.fixture(scope="module")
def first(server: Running) -> State:
    """What stands on a server before anybody came."""
    return server.state


@pytest.fixture
def bench(
    monkeypatch: pytest.MonkeyPatch, limits: Limits, server: Running, first: State, undisturbed: dict[str, Any]
) -> Iterator[Bench]:
    monkeypatch.setattr(conductor_connection, "_clients", {})
    monkeypatch.setenv("AIC_ADMIN_USER", ADMIN[0])
    monkeypatch.setenv("AIC_ADMIN_PASSWD", ADMIN[1])

    @contextmanager
    def begin(operation: str) -> Generator[Trial]:
        with server.place.store.edit() as draft:
            draft.update(deepcopy(first))
        server.place.sessions.end_all()
        script = Script()
        with proxy(remote, CONDUCTOR, script) as url:
            trial = Conducted(script, [ADMIN[1], *PASSWORDS], server, url, limits)
            limits.set(UNHURRIED)
            trial.operate = _ready(trial, operation)
            yield trial

    with httpx.Client(base_url=server.url, trust_env=False) as remote:
        yield Bench(begin, undisturbed)


def _workspace(trial: Conducted) -> Thing:
    specs = [{"name": "standard", "vcpu": 4.0, "ramGb": 16.0, "gpu": 0.0}]
    inputs = trial.inputs(
        name="vision-ws", bucket="s3-an2-local-dev-vision", dashboardHash="d4f7k2m9q1x0z", specs=specs
    )
    news = {**inputs, "dashboardHash": "e4f7k2m9q1x0z", "specs": []}
    return Thing(configured(WorkspaceProvider), inputs, news)


def _account(trial: Conducted) -> Thing:
    inputs = trial.inputs(
        loginId="vision-edge",
        password=PASSWORDS[0],
        displayName="Edge Conductor of vision-ws",
        role="DEVELOPER",
        email="vision-edge@example.com",
        company="project-workspace",
        department="stack vision-dev",
    )
    return Thing(configured(AccountProvider), inputs, {**inputs, "password": PASSWORDS[1], "company": "another"})


def _membership(trial: Conducted) -> Thing:
    workspace, account = _workspace(trial).made()[0], _account(trial).made()[0]
    inputs = trial.inputs(workspaceId=workspace, accountId=account, loginId="vision-edge", role="MANAGER")
    return Thing(configured(MembershipProvider), inputs, {**inputs, "role": "MEMBER"})


def _member(trial: Conducted) -> Thing:
    """A membership of an account that somebody else has made."""
    workspace, _ = _workspace(trial).made()[0], _account(trial).made()
    inputs = trial.inputs(workspaceId=workspace, loginId="vision-edge", role="MEMBER")
    return Thing(configured(MembershipProvider), inputs, {**inputs, "role": "MANAGER"})


def _guard(trial: Conducted) -> Thing:
    inputs = trial.inputs(workspaceId=_workspace(trial).made()[0], name="vision-ws")
    return Thing(configured(WorkspaceGuardProvider), inputs, inputs)


THINGS = {"workspace": _workspace, "account": _account, "membership": _membership, "member": _member, "guard": _guard}


def _ready(trial: Conducted, operation: str) -> Operation:
    work, _, name = operation.split()
    ready = THINGS[name](trial).ready(work if work != "unlock" else "update")
    if work == "unlock":
        with trial.server.place.store.edit() as draft:
            [row] = [each for each in draft["accounts"] if each["login_id"] == "vision-edge"]
            row.update(is_locked=True, login_fail_count=5)
    return ready


@pytest.mark.parametrize("operation", CALLS)
def test_the_calls_of_an_operation_are_these(bench: Bench, operation: str) -> None:
    assert bench.calls_of(operation) == CALLS[operation]


@pytest.mark.parametrize("case", cases(DISTURBED, whole="create a workspace"))
def test_an_operation_completes_or_says_why_and_the_next_run_completes_it(bench: Bench, case: Case) -> None:
    bench.prove(case)


def test_a_pause_that_the_server_asks_for_is_made(bench: Bench, limits: Limits) -> None:
    bench.prove(Case("create a workspace", Call("POST workspaces"), Fault.TOO_MANY))
    assert limits.pauses == [1.0]
