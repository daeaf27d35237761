"""The resources of AI Conductor as the program registers them: type tokens, inputs, and what is secret."""

from typing import Any

import pulumi
import pytest
from pulumi.runtime import mocks, rpc

from project_workspace.conductor.provider import (
    Account,
    AccountArgs,
    Membership,
    MembershipArgs,
    Workspace,
    WorkspaceArgs,
)
from tests.support.mocks import set_mocks

URL = "https://aicond.example.com"
PROFILE = "ai-conductor-2.1"


class Recorder(mocks.Mocks):
    """Keeps what was registered, and answers outputs as the providers do."""

    def __init__(self) -> None:
        self.seen: dict[str, dict[str, Any]] = {}

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        self.seen[args.typ] = dict(args.inputs)
        return f"{args.name}-id", {**args.inputs, "workspaceId": "w-1", "accountId": "a-1"}

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[Any, Any], list[tuple[str, str]] | None]:
        raise AssertionError(args.token)


@pytest.fixture
def recorder() -> Recorder:
    recorder = Recorder()
    set_mocks(recorder, preview=False)
    return recorder


def registered(recorder: Recorder, kind: str) -> dict[str, Any]:
    inputs = recorder.seen[f"pulumi-python:dynamic/conductor:{kind}"]
    return {name: value for name, value in inputs.items() if name != "__provider"}


def test_the_three_are_registered_with_everything_that_their_providers_need(recorder: Recorder) -> None:
    @pulumi.runtime.test
    def program() -> Any:
        spec = {"name": "standard", "vcpu": 4, "ramGb": 16, "gpu": 0}
        workspace = Workspace(
            "v", WorkspaceArgs(url=URL, profile=PROFILE, name="vision-ws", bucket="s3-x", specs=[spec])
        )
        account = Account(
            "v",
            AccountArgs(
                url=URL,
                profile=PROFILE,
                login_id="vision-edge",
                password="edge-secret",
                display_name="Edge",
                role="DEVELOPER",
                email="e@example.com",
                company="c",
                department="d",
            ),
        )
        membership = Membership(
            "v",
            MembershipArgs(
                url=URL,
                profile=PROFILE,
                workspace_id=workspace.workspace_id,
                account_id=account.account_id,
                login_id="vision-edge",
                role="MANAGER",
            ),
        )
        return pulumi.Output.all(membership.id, account.urn, workspace.urn)

    program()
    server = {"url": URL, "profile": PROFILE, "adopt": False}
    spec = {"name": "standard", "vcpu": 4.0, "ramGb": 16.0, "gpu": 0.0}
    assert registered(recorder, "Workspace") == {**server, "name": "vision-ws", "bucket": "s3-x", "specs": [spec]}
    account = registered(recorder, "Account")
    assert account == {
        **server,
        "loginId": "vision-edge",
        "password": account["password"],
        "displayName": "Edge",
        "role": "DEVELOPER",
        "email": "e@example.com",
        "company": "c",
        "department": "d",
    }
    assert registered(recorder, "Membership") == {
        **server,
        "workspaceId": "w-1",
        "accountId": "a-1",
        "loginId": "vision-edge",
        "role": "MANAGER",
    }


def test_a_password_is_a_secret_from_the_first_line(recorder: Recorder) -> None:
    @pulumi.runtime.test
    def program() -> Any:
        account = Account(
            "v",
            AccountArgs(
                url=URL,
                profile=PROFILE,
                login_id="vision-edge",
                password="edge-secret",
                display_name="Edge",
                role="DEVELOPER",
                email="e@example.com",
                company="c",
                department="d",
            ),
        )
        return account.urn

    program()
    password = registered(recorder, "Account")["password"]
    assert password == {rpc._special_sig_key: rpc._special_secret_sig, "value": "edge-secret"}
