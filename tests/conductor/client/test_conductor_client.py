"""The AI Conductor client on good days: meanings in, typed records out, few calls."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from local.standins.ai_conductor.inprocess import Running
from project_workspace.conductor.client import Conductor
from project_workspace.conductor.records import (
    AccountContent,
    AccountRecord,
    ContentRecord,
    MemberRecord,
    Spec,
    WorkspaceContent,
    WorkspaceRecord,
)
from project_workspace.remote.errors import ConflictError, CredentialsError, RefusedError

CONTENT = WorkspaceContent.of(
    "s3-an2-local-dev-vision",
    "d4f7k2m9q1x0z",
    [Spec("standard", 4, 16, 0), Spec("gpu", 8, 32, 1), Spec("low", 0, 0, 0)],
)
ACCOUNT = AccountContent("Edge of vision-ws", "DEVELOPER", "vision-edge@example.com", "Example", "stack vision")


def test_a_workspace_is_read_as_it_was_made(client: Conductor, server: Running) -> None:
    made = client.create_workspace("vision-ws", CONTENT)
    assert made == WorkspaceRecord(
        id=made.id,
        name="vision-ws",
        namespace="aic-ns-vision-ws",
        kubeflow_user="aic-user-vision-ws@aic.com",
        ecr_base_path=server.place.settings.ecr_root,
        labels={"standard": "vision-ws-standard", "gpu": "vision-ws-gpu"},
        content=CONTENT,
    )
    assert client.find_workspace("vision-ws") == client.get_workspace(made.id) == made


def test_an_update_sets_everything_but_the_name(client: Conductor) -> None:
    made = client.create_workspace("vision-ws", CONTENT)
    wanted = WorkspaceContent.of("s3-an2-local-dev-other", None, [Spec("high", 8, 32, 0)])
    changed = client.update_workspace(made.id, wanted)
    assert (changed.id, changed.name, changed.content) == (made.id, "vision-ws", wanted)


def test_what_is_not_there_is_none_and_its_removal_is_done(client: Conductor) -> None:
    made = client.create_workspace("vision-ws", CONTENT)
    client.delete_workspace(made.id)
    client.delete_workspace(made.id)
    client.delete_account("no-such-account")
    client.remove_member(made.id, "no-such-account")
    client.delete_content(made.id, "no-such-solution")
    assert client.find_workspace("vision-ws") is None
    assert client.get_workspace(made.id) is None
    assert client.find_account("vision-edge") is None
    assert client.find_member(made.id, "no-such-account") is None
    assert client.workspace_content(made.id) == []


def test_an_account_is_made_changed_unlocked_and_deleted(
    client: Conductor, make_client: Callable[..., Conductor]
) -> None:
    made = client.create_account("vision-edge", "first-password", ACCOUNT)
    assert made == AccountRecord(made.id, "vision-edge", locked=False, content=ACCOUNT)
    for _ in range(5):
        with pytest.raises(CredentialsError):
            make_client("vision-edge", "wrong").find_account("x")
    locked = client.find_account("vision-edge")
    assert locked is not None
    assert locked.locked
    assert not client.unlock_account(made.id).locked
    renamed = AccountContent("Other name", "ADMIN", "other@example.com", "Other", "elsewhere")
    assert client.update_account(made.id, renamed, "second-password").content == renamed
    assert make_client("vision-edge", "second-password").find_account("vision-edge") is not None
    client.delete_account(made.id)
    assert client.find_account("vision-edge") is None


def test_a_password_that_is_not_given_stays(client: Conductor, make_client: Callable[..., Conductor]) -> None:
    made = client.create_account("vision-edge", "the-password", ACCOUNT)
    client.update_account(made.id, AccountContent(**{**vars(ACCOUNT), "role": "ADMIN"}))
    assert make_client("vision-edge", "the-password").find_account("vision-edge") is not None


def test_a_membership_is_made_changed_and_ended(client: Conductor) -> None:
    workspace = client.create_workspace("vision-ws", CONTENT)
    account = client.create_account("vision-edge", "pw", ACCOUNT)
    added = client.add_member(workspace.id, account.id, "MANAGER")
    assert added == MemberRecord(account.id, "vision-edge", "MANAGER") == client.find_member(workspace.id, account.id)
    assert client.change_member(workspace.id, account.id, "MEMBER").role == "MEMBER"
    client.remove_member(workspace.id, account.id)
    assert client.find_member(workspace.id, account.id) is None


def test_the_content_of_a_workspace_is_named_and_can_be_deleted(client: Conductor, server: Running) -> None:
    workspace = client.create_workspace("vision-ws", CONTENT)
    with server.place.store.edit() as state:
        state["solutions"].append({"id": "s-1", "name": "bolt-check", "workspace_id": workspace.id, "scope_ws": ""})
    assert client.workspace_content(workspace.id) == [ContentRecord("s-1", "bolt-check")]
    with pytest.raises(RefusedError, match=r"Solution exist \['bolt-check'\]"):
        client.delete_workspace(workspace.id)
    client.delete_content(workspace.id, "s-1")
    client.delete_workspace(workspace.id)
    assert client.find_workspace("vision-ws") is None


def test_a_taken_name_is_a_conflict(client: Conductor) -> None:
    client.create_workspace("vision-ws", CONTENT)
    with pytest.raises(ConflictError, match="already exist name vision-ws"):
        client.create_workspace("vision-ws", CONTENT)


def test_an_unknown_role_is_refused_before_any_call(client: Conductor, server: Running) -> None:
    with pytest.raises(RefusedError, match="Expected a role of MANAGER, MEMBER"):
        client.add_member("w", "a", "OWNER")
    assert server.calls == {}


def test_other_peoples_odd_records_do_not_disturb(client: Conductor, server: Running) -> None:
    with server.place.store.edit() as state:
        state["workspaces"][0]["s3_bucket_name"] = None
        state["accounts"][1]["role"] = 7
    assert client.create_workspace("vision-ws", CONTENT) == client.find_workspace("vision-ws")
    assert client.create_account("vision-edge", "pw", ACCOUNT) == client.find_account("vision-edge")


def test_threads_share_one_login(client: Conductor, server: Running) -> None:
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(client.find_workspace, ["acoustics-ws"] * 8))
    assert len({workspace.id for workspace in found if workspace}) == 1
    assert server.calls == {"POST /api/v1/auth/login": 1, "GET /api/v1/workspaces": 8}


def test_a_url_may_have_blanks_and_a_trailing_slash(make_client: Callable[..., Conductor], server: Running) -> None:
    assert make_client(url=f"  {server.url}/ ").find_workspace("acoustics-ws") is not None


@pytest.mark.parametrize("url", ["aicond.example.com", "ftp://aicond.example.com", "https://me:pw@aicond.example.com"])
def test_a_url_that_cannot_be_right_is_refused(make_client: Callable[..., Conductor], url: str) -> None:
    with pytest.raises(RefusedError, match=r"Expected the URL of AI Conductor, for example") as refused:
        make_client(url=url)
    assert "me:pw" not in str(refused.value)
