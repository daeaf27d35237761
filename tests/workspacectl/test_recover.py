"""`workspacectl recover` without an engine: whose lock may go, and what becomes of a state's pending operations."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from project_workspace.keycloak.credentials import USER
from project_workspace.remote.provider import Props, StackConfig
from workspacectl.adopt.plan import Stack
from workspacectl.pulumi_cli import Engine, EngineError, Result
from workspacectl.recover import lock, recovery
from workspacectl.recover.state import Pending, State, in_clear, secret

ROOT = "urn:pulumi:demo-dev::project-workspace::pulumi:pulumi:Stack::project-workspace-demo-dev"
ROLE = "urn:pulumi:demo-dev::project-workspace::project-workspace:eks:NodeGroups$aws:iam/role:Role::demo"
PARENT = "urn:pulumi:demo-dev::project-workspace::project-workspace:eks:NodeGroups::demo"
PROVIDER = "urn:pulumi:demo-dev::project-workspace::pulumi:providers:aws::default"
MADE_OF = {"urn": ROLE, "type": "aws:iam/role:Role", "parent": PARENT, "provider": f"{PROVIDER}::4711", "custom": True}


FINE = Result(0, "", "")


@dataclass(frozen=True)
class Said(Engine):
    """A `pulumi` that says what it is told to, and notes what it was asked."""

    refresh: Result = FINE
    asked: list[tuple[str, ...]] = field(default_factory=list)
    written: list[dict[str, Any]] = field(default_factory=list)

    def run(self, *arguments: str, show: bool = False, said: str = "") -> Result:
        self.asked.append(arguments)
        if arguments[:2] == ("stack", "import"):
            self.written.append(json.loads(said))
        return self.refresh if arguments[0] == "refresh" else Result(0, "", "")


def stack(refresh: Result = FINE) -> tuple[Stack, Said]:
    engine = Said(Path(), {}, refresh)
    return Stack(engine, "demo-dev"), engine


def locked(machine: str, process: int) -> Result:
    """What a backend in a folder or bucket says (pulumi, pkg/backend/diy/lock.go)."""
    text = (
        "error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the "
        "lock file with `pulumi cancel`.\n  file:///srv/.pulumi/locks/organization/project-workspace/demo-dev/0.json: "
        f"created by carol@{machine} (pid {process}) at 2026-11-26T16:20:49Z\n"
    )
    return Result(255, "", text)


def gone() -> int:
    """The number of a process that ran, and runs no more."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


CANCEL = ("cancel", "--yes", "--stack", "demo-dev")


def test_the_lock_of_a_process_of_this_machine_that_is_gone_is_taken_away() -> None:
    demo, engine = stack(locked(socket.gethostname(), gone()))
    assert lock.release(demo, ROOT, unlock=False)
    assert engine.asked[-1] == CANCEL


@pytest.mark.parametrize(
    ("machine", "process"), [(socket.gethostname(), os.getpid()), ("another-machine", 1)], ids=["living", "elsewhere"]
)
def test_any_other_lock_stays_and_it_is_said_whose_it_is(machine: str, process: int) -> None:
    demo, engine = stack(locked(machine, process))
    with pytest.raises(EngineError) as refused:
        lock.release(demo, ROOT, unlock=False)
    assert str(refused.value) == (
        f"Stack demo-dev is locked (process {process} of carol on {machine}, since 2026-11-26T16:20:49Z). Wait for it; "
        "or, when it runs no more: workspacectl recover --stack demo-dev --unlock"
    )
    assert CANCEL not in engine.asked

    assert lock.release(demo, ROOT, unlock=True)
    assert engine.asked[-1] == CANCEL


def test_a_lock_of_pulumi_cloud_names_nobody() -> None:
    demo, engine = stack(Result(255, "", "error: [409] Conflict: Another update is currently in progress.\n"))
    with pytest.raises(EngineError, match=r"Stack demo-dev is locked \(another run\)"):
        lock.release(demo, ROOT, unlock=False)
    assert CANCEL not in engine.asked


def test_where_nothing_is_locked_nothing_is_taken_away() -> None:
    demo, engine = stack()
    assert not lock.release(demo, ROOT, unlock=True)
    assert not lock.release(demo, None, unlock=True)
    assert [asked[0] for asked in engine.asked] == ["refresh"]


def test_another_failure_is_told_as_it_is() -> None:
    demo, engine = stack(Result(255, "", "error: incorrect passphrase\n"))
    with pytest.raises(EngineError, match="incorrect passphrase"):
        lock.release(demo, ROOT, unlock=True)
    assert CANCEL not in engine.asked


def state(*pending: Mapping[str, Any], resources: tuple[Mapping[str, Any], ...] = ()) -> State:
    there = [{"urn": ROOT, "type": "pulumi:pulumi:Stack"}, *resources]
    return State({"version": 3, "deployment": {"resources": there, "pending_operations": list(pending)}})


COMPONENT = {"urn": PARENT, "type": "project-workspace:eks:NodeGroups"}
AWS = {"urn": PROVIDER, "type": "pulumi:providers:aws", "id": "4711"}


def test_what_two_killed_runs_were_about_to_make_is_one_thing() -> None:
    creating = {"type": "creating", "resource": MADE_OF}
    deleting = {"type": "deleting", "resource": {**MADE_OF, "urn": f"{ROLE}-old"}}
    found = state(creating, creating, deleting)
    assert found.pending == [Pending(MADE_OF)]
    assert found.interrupted == [ROLE, ROLE, f"{ROLE}-old"]
    assert str(found.pending[0]) == "Role 'demo'"


@pytest.mark.parametrize(
    ("resources", "takes"),
    [((COMPONENT, AWS), True), ((COMPONENT,), False), ((AWS,), False), ((COMPONENT, {**AWS, "id": "4712"}), False)],
    ids=["whole", "without the provider", "without the parent", "another provider"],
)
def test_a_thing_fits_into_a_state_that_has_all_it_refers_to(
    resources: tuple[Mapping[str, Any], ...], takes: bool
) -> None:
    assert state(resources=resources).takes(Pending(MADE_OF)) is takes


def test_what_is_taken_up_is_a_resource_by_its_id_and_nothing_stays_pending() -> None:
    demo, engine = stack()
    found = state({"type": "creating", "resource": MADE_OF}, resources=(COMPONENT, AWS))
    found.add(found.pending[0], "role-demo", {})
    found.write(demo)
    there = [{"urn": ROOT, "type": "pulumi:pulumi:Stack"}, COMPONENT, AWS, {**MADE_OF, "id": "role-demo"}]
    assert engine.written == [{"version": 3, "deployment": {"resources": there, "pending_operations": []}}]


def test_a_secret_is_one_again_when_it_is_written() -> None:
    given: dict[str, Any] = {"password": secret("s3cret"), "rows": [{"token": secret({"a": 1})}], "name": "demo"}
    assert in_clear(given) == {"password": "s3cret", "rows": [{"token": {"a": 1}}], "name": "demo"}
    assert given["password"]["plaintext"] == '"s3cret"'


def test_what_was_begun_at_a_remote_is_carried_through_with_the_credentials_of_the_stacks_own_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: ai-devops\nruntime: python\n")
    client = {**MADE_OF, "type": "pulumi-python:dynamic/keycloak:Client", "urn": f"{ROOT}-client"}
    pending = {"type": "creating", "resource": {**client, "inputs": {}}}
    there = [{"urn": ROOT, "type": "pulumi:pulumi:Stack"}, COMPONENT, AWS]
    whole = {"version": 3, "deployment": {"resources": there, "pending_operations": [pending]}}
    values = {"aws:region": "ap-northeast-2", f"ai-devops:{USER.key}": "own", f"project-workspace:{USER.key}": "other"}
    seen: list[str | None] = []

    def through(type_: str, inputs: Mapping[str, Any], config: StackConfig) -> tuple[str, Props]:
        seen.append(config.credential(USER))
        return "client-1", {}

    class Configured(Said):
        def run(self, *arguments: str, show: bool = False, said: str = "") -> Result:
            if arguments[0] == "config":
                return Result(0, json.dumps({key: {"value": value} for key, value in values.items()}), "")
            if arguments[:2] == ("stack", "export"):
                return Result(0, json.dumps(whole), "")
            return super().run(*arguments, show=show, said=said)

    monkeypatch.setattr(recovery.carried, "through", through)
    monkeypatch.setattr(recovery.left, "is_likely", lambda *_: False)
    monkeypatch.delenv(USER.variable, raising=False)
    recovery.recover(Stack(Configured(tmp_path, {}), "demo-dev"))
    assert seen == ["own"]
