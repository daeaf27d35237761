"""Users of dex as objects of their own: no restart, and a move there and back in which nobody is ever locked out."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import bcrypt
import pytest

from local import inventory
from local.dex.login import login
from local.dex.pod import starts
from local.kube.seed import DEX_NAMESPACE
from local.platform import Platform
from project_workspace.dex.password_storage import object_name
from tests.support.engine.changes import FROM_OBJECTS, TO_OBJECTS
from tests.support.engine.drifting import GONE, Hand, outputs_in_state, seen_by_refresh
from tests.support.engine.watching import operations
from tests.support.engine.workspaces import Workspace
from tests.support.logging_in import Account, logging_in

pytestmark = pytest.mark.engine

EMAIL, MEMBER = "aic-user-objects-ws@aic.com", "alice@example.com"
OBJECTS = {"dex": {"storedIn": "password-object"}}
KIND = ("dex.coreos.com/v1", "Password")
USER = "pulumi-python:dynamic/dex:PasswordObject objects"


def passwords(demo: Workspace) -> dict[str, str]:
    outputs = demo.outputs()
    return {EMAIL: outputs["kubeflowPassword"], **outputs["memberPasswords"]}


def accepted(platform: Platform, people: dict[str, str]) -> list[bool]:
    return [login(platform.issuer, email, password).accepted for email, password in people.items()]


def moved(platform: Platform, demo: Workspace) -> tuple[Account, int]:
    """What those who log in all the time notice of an `up`, and how often dex is started for it."""
    before, people = len(starts(platform.data / "dex")), passwords(demo)
    with logging_in(platform.issuer, people) as account:
        demo.up()
    assert passwords(demo) == people
    assert accepted(platform, people) == [True, True]
    return account, len(starts(platform.data / "dex")) - before


def objects(hand: Hand) -> list[str]:
    return sorted(each["email"] for each in hand.objects.list_all(*KIND, DEX_NAMESPACE)[0])


def change(hand: Hand, fields: dict[str, Any]) -> None:
    target = {"metadata": {"name": object_name(EMAIL), "namespace": DEX_NAMESPACE}}
    hand.objects.merge({"apiVersion": KIND[0], "kind": KIND[1], **target}, fields)


def others(count: int) -> str:
    lines = '- {{email: other{0}@example.com, hash: "{1}", userID: other{0}}}\n'
    return "".join(lines.format(number, f"$2a$10${'a' * 53}") for number in range(count))


@pytest.mark.thorough
def test_users_move_into_objects_live_there_and_move_back_without_a_moment_without_login(
    platform: Platform, before: inventory.Inventory, workspace: Callable[..., Workspace]
) -> None:
    hand, members = Hand(platform), [{"email": MEMBER, "login": True}]
    demo = workspace("objects", nodeGroups=None, grafana=None, conductor=None, members=members)
    as_installed = hand.dex_text()
    hand.write_dex(as_installed.replace("staticPasswords:\n", f"staticPasswords:\n{others(100)}"))
    assert "Worth knowing: dex's configuration has 103 static users" in demo.preview().output
    hand.write_dex(as_installed)
    demo.up()
    static = hand.dex_text()

    # A dex that would not read them: said by the preview, and nothing is touched.
    hand.write_dex(static.replace("type: kubernetes", "type: sqlite3"))
    demo.write(login=OBJECTS)
    refused = demo.preview()
    assert refused.code != 0
    assert "dex reads no users from objects, because its storage is 'sqlite3'" in " ".join(refused.output.split())
    hand.write_dex(static)
    assert operations(demo) == TO_OBJECTS.does

    account, restarts = moved(platform, demo)
    assert (account.failed, account.accepted > 2) == ([], True)
    assert 1 <= restarts <= 2, "for the two entries that went"
    assert inventory.take(platform)["dex configuration"] == before["dex configuration"]
    assert objects(hand) == [EMAIL, MEMBER]
    assert demo.preview("--expect-no-changes").code == 0

    # Whatever happens to a user there is nobody else's affair.
    restarts = len(starts(platform.data / "dex"))
    old = passwords(demo)
    demo.write(login={"passwordRotation": "2", **OBJECTS})
    demo.write(members=[*members, {"email": "bob@example.com", "login": True}])
    demo.up()
    new = passwords(demo)
    assert accepted(platform, new) == [True, True, True]
    assert [email for email in old if new[email] == old[email]] == [MEMBER]
    assert not login(platform.issuer, EMAIL, old[EMAIL]).accepted
    demo.write(members=members)
    demo.up()
    assert not login(platform.issuer, "bob@example.com", new["bob@example.com"]).accepted

    whole = outputs_in_state(demo)
    by_hand = bcrypt.hashpw(b"by hand", bcrypt.gensalt(10)).decode()
    change(hand, {"hash": base64.b64encode(by_hand.encode()).decode(), "email": "eve@example.com"})
    assert {name: sorted(found) for name, found in seen_by_refresh(demo).items()} == {
        USER: ["hash", "hindrance", "passwordHash"]
    }
    demo.up()
    assert seen_by_refresh(demo) == {}
    hand.objects.delete(*KIND, object_name(EMAIL), DEX_NAMESPACE)
    assert seen_by_refresh(demo) == {USER: GONE}
    demo.up()
    assert outputs_in_state(demo) == whole
    assert accepted(platform, passwords(demo)) == [True, True]
    assert len(starts(platform.data / "dex")) == restarts

    demo.write(login={"passwordRotation": "2", "dex": {"storedIn": "config-map"}})
    assert operations(demo) == FROM_OBJECTS.does
    account, restarts = moved(platform, demo)
    assert (account.failed, account.accepted > 2) == ([], True)
    assert 1 <= restarts <= 2, "for the two entries that came"
    assert objects(hand) == []
    assert [hand.dex_entry(email).email for email in (EMAIL, MEMBER)] == [EMAIL, MEMBER]

    assert demo.destroy().code == 0
    assert inventory.differences(before, inventory.take(platform)) == []


@pytest.mark.thorough
def test_a_user_whose_object_was_made_by_hand_is_taken_over_with_the_password_that_they_have(
    platform: Platform, before: inventory.Inventory, workspace: Callable[..., Workspace]
) -> None:
    hand, hash_ = Hand(platform), bcrypt.hashpw(b"known-to-its-owner", bcrypt.gensalt(10)).decode()
    metadata = {"name": object_name(EMAIL), "namespace": DEX_NAMESPACE}
    user = {"email": EMAIL, "hash": base64.b64encode(hash_.encode()).decode(), "username": "somebody", "userID": "1"}
    made = hand.objects.create({"apiVersion": KIND[0], "kind": KIND[1], "metadata": metadata, **user}, "kubectl")
    demo = workspace("objects", nodeGroups=None, grafana=None, conductor=None, login=OBJECTS)
    assert f"The dex user '{EMAIL}' exists already, and this stack did not make it." in " ".join(
        demo.preview().output.split()
    )

    demo.write(adopt=True, protect=False)
    demo.set_secret("project-workspace:login.passwordHash", hash_)
    demo.up()
    found = hand.objects.get(*KIND, object_name(EMAIL), DEX_NAMESPACE)
    assert found
    assert (found["metadata"]["uid"], found["hash"]) == (made["metadata"]["uid"], made["hash"])
    assert login(platform.issuer, EMAIL, "known-to-its-owner").accepted
    demo.write(adopt=None)
    demo.up()
    assert demo.preview("--refresh", "--expect-no-changes").code == 0
    assert demo.destroy().code == 0
    assert objects(hand) == []
    assert inventory.differences(before, inventory.take(platform)) == []
