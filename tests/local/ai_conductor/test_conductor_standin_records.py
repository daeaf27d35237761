"""Stand-in of AI Conductor: workspaces, accounts, members, solutions (docs/facts/ai-conductor.md)."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from local.standins.ai_conductor.settings import Settings
from local.standins.ai_conductor.store import Store

ROOT = Settings().ecr_root
NAIVE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")


def test_a_new_workspace_has_everything_derived(api: Any, vision: Any) -> None:
    made = api.ok("POST", "workspaces", vision)
    at = made["created_at"]
    assert NAIVE.fullmatch(at)
    assert made == {
        "id": made["id"],
        "name": "vision-ws",
        "namespace": "aic-ns-vision-ws",
        "kubeflow_user": "aic-user-vision-ws@aic.com",
        "s3_bucket_name": "s3-an2-local-dev-vision",
        "dashboard_hash": "d4f7k2m9q1x0z",
        "specs": [{"name": "standard", "label": "vision-ws-standard", "vcpu": 4, "ram_gb": 16, "gpu": 0}],
        "is_deleted": 0,
        "creator": "site-admin",
        "created_at": at,
        "updator": "site-admin",
        "updated_at": at,
        "ecr_base_path": ROOT,
    }
    assert api.ok("GET", f"workspaces/{made['id']}") == made
    assert api.ok("GET", "workspaces/info", workspace_id=made["id"], page_size=100) == made
    listed = api.ok("GET", "workspaces", page_size=0)["workspaces"]
    assert listed[1] == {**made, "execution_specs": made["specs"]}


def test_the_suffix_is_appended_only_when_missing(api: Any, vision: Any) -> None:
    assert api.ok("POST", "workspaces", {**vision, "name": "vision"})["name"] == "vision-ws"
    assert api.refused("POST", "workspaces", vision) == (
        400,
        "app.handlers.workspaces_v1_0 : Failed to create Workspace, already exist name vision-ws",
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "Vision"),
        ("name", "v" * 57),
        ("name", None),
        ("s3_bucket_name", "No_Bucket"),
        ("s3_bucket_name", {"private": "s3-x"}),
        ("dashboard_hash", "a b"),
        ("specs", {}),
        ("specs", [{"name": "standard", "vcpu": 1.5, "ram_gb": 1, "gpu": 0}]),
        ("specs", [{"name": "standard", "vcpu": -1, "ram_gb": 1, "gpu": 0}]),
        ("specs", [{"name": "standard", "vcpu": 1}]),
    ],
)
def test_a_workspace_that_cannot_be_right_is_refused(api: Any, vision: Any, field: str, value: Any) -> None:
    before = api.own("state")
    status, detail = api.refused("POST", "workspaces", {**vision, field: value})
    assert (status, detail[0]["loc"][:2]) == (422, ["body", field])
    assert api.own("state") == before


def test_two_specs_of_one_name_are_refused(api: Any, vision: Any) -> None:
    status, detail = api.refused("POST", "workspaces", {**vision, "specs": vision["specs"][:1] * 2})
    assert (status, detail) == (
        400,
        "app.handlers.workspaces_v1_0 : Failed to create Workspace, already exist name standard",
    )


def test_an_update_keeps_name_and_author(api: Any, vision: Any, make_api: Callable[..., Any], edge: Any) -> None:
    made = api.ok("POST", "workspaces", vision)
    api.ok("POST", "accounts", {**edge, "role": "ADMIN"})
    other = make_api(api.store, login=False)
    other.log_in("vision-edge", "vision-edge@com")
    body = {"name": "ignored", "s3_bucket_name": "s3-an2-local-dev-new", "specs": []}
    changed = other.ok("PUT", f"workspaces/{made['id']}", body)
    assert changed == {
        **made,
        "s3_bucket_name": "s3-an2-local-dev-new",
        "dashboard_hash": "",
        "specs": [],
        "updator": "vision-edge",
        "updated_at": changed["updated_at"],
    }


def test_a_workspace_with_content_is_not_deleted_and_members_go_with_it(api: Any, vision: Any) -> None:
    made = api.ok("POST", "workspaces", vision)
    scope = {"workspace_id": made["id"]}
    account = api.own("state")["accounts"][1]
    api.ok("POST", f"workspaces/{made['id']}/members", {"account_id": account["id"], "role": "MEMBER"})
    solution = api.ok("POST", "solutions", {"metadata_json": {"name": "bolt-check"}}, **scope)
    assert api.refused("DELETE", f"workspaces/{made['id']}") == (
        400,
        "app.handlers.workspaces_v1_0 : Failed to delete Workspace, Solution exist ['bolt-check']",
    )
    api.ok("DELETE", f"solutions/{solution['id']}", **scope)
    assert api.ok("DELETE", f"workspaces/{made['id']}")["is_deleted"] == 1
    assert [m["workspace_id"] for m in api.own("state")["members"]] == [api.own("state")["workspaces"][0]["id"]]


def test_a_solution_has_versions_the_newest_first_and_keeps_its_metadata_whole(api: Any, vision: Any) -> None:
    scope = {"workspace_id": api.ok("POST", "workspaces", vision)["id"]}
    metadata = {"name": "bolt-check", "metadata_version": "1.2", "pipeline": [{"type": "train"}]}
    solution = api.ok("POST", "solutions", {"metadata_json": metadata}, **scope)
    changed = api.ok("POST", f"solutions/{solution['id']}/version", {"metadata_json": {**metadata, "x": 1}}, **scope)
    shown = [(version["version_num"], version["metadata_dict"]) for version in changed["versions"]]
    assert shown == [(2, {**metadata, "x": 1}), (1, metadata)]

    newest = changed["versions"][0]["id"]
    assert api.ok("DELETE", f"solutions/{newest}/version", **scope)["is_deleted"] == 1
    (left,) = api.ok("GET", "solutions/workspace", page_size=0, **scope)["solutions"]
    assert [version["version_num"] for version in left["versions"]] == [1]
    status, detail = api.refused("DELETE", f"solutions/{newest}/version", **scope)
    assert (status, detail) == (
        400,
        f"app.handlers.solutions_v1_0 : Failed to delete Solution version, can't find id={newest} in SolutionVersion",
    )
    assert api.refused("POST", f"solutions/{newest}/version", {"metadata_json": metadata}, **scope)[0] == 400


def test_making_and_removing_leaves_all_else_as_it_was(api: Any, vision: Any, edge: Any) -> None:
    before = api.own("state")
    workspace = api.ok("POST", "workspaces", vision)
    account = api.ok("POST", "accounts", edge)
    members = f"workspaces/{workspace['id']}/members"
    api.ok("POST", members, {"account_id": account["id"], "role": "MANAGER"})
    assert api.own("state") != before
    api.ok("DELETE", f"{members}/{account['id']}")
    api.ok("DELETE", f"accounts/{account['id']}")
    api.ok("DELETE", f"workspaces/{workspace['id']}")
    assert api.own("state") == before


def test_an_account_never_shows_its_password(api: Any, edge: Any) -> None:
    made = api.ok("POST", "accounts", edge)
    shown = {key: value for key, value in edge.items() if key != "login_pw"}
    audit = {key: made[key] for key in ("id", "is_deleted", "creator", "created_at", "updator", "updated_at")}
    assert made == {**shown, **audit, "is_locked": False, "login_fail_count": 0, "last_login": None}
    assert api.ok("GET", "accounts/check", login_id="vision-edge") == {"login_id": "vision-edge", "is_duplicated": True}
    assert not api.ok("GET", "accounts/check", login_id="free")["is_duplicated"]
    assert api.refused("POST", "accounts", edge) == (
        400,
        "app.handlers.accounts_v1_0 : Failed to create Account, already exist name vision-edge",
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("role", "Developer"),
        ("account_type", "static"),
        ("email", "no-address"),
        ("department", ""),
        ("login_pw", None),
    ],
)
def test_an_account_that_cannot_be_right_is_refused(api: Any, edge: Any, field: str, value: Any) -> None:
    status, detail = api.refused("POST", "accounts", {**edge, field: value})
    assert (status, detail[0]["loc"]) == (422, ["body", field])


def test_ldap_accounts_are_not_implemented(api: Any, edge: Any) -> None:
    assert api.refused("POST", "accounts", {**edge, "account_type": "LDAP"})[0] == 501


def test_an_account_update_changes_the_password_only_when_given(make_api: Callable[..., Any], edge: Any) -> None:
    api = make_api()
    made = api.ok("POST", "accounts", edge)
    body = {key: value for key, value in edge.items() if key not in {"login_id", "login_pw"}}
    api.ok("PUT", f"accounts/{made['id']}", {**body, "company": "Other"})
    other = make_api(api.store, login=False)
    assert other.log_in("vision-edge", "vision-edge@com").status_code == 200
    api.ok("PUT", f"accounts/{made['id']}", {**body, "login_pw": "new-pw"})
    assert other.log_in("vision-edge", "vision-edge@com").status_code == 401
    assert other.log_in("vision-edge", "new-pw").status_code == 200


@pytest.mark.parametrize(("first", "status"), [(True, 400), (False, 200)])
def test_an_assigned_account_is_unassigned_before_it_is_deleted(
    make_api: Callable[..., Any], first: bool, status: int
) -> None:
    api = make_api(unassign_first=first)
    account = api.own("state")["accounts"][1]
    answer = api.call("DELETE", f"accounts/{account['id']}")
    assert answer.status_code == status
    if first:
        text = "app.handlers.accounts_v1_0 : Failed to delete Account, Workspace exist ['acoustics-ws']"
        assert answer.json == {"detail": text}
    else:
        assert api.own("state")["members"] == []


def test_the_last_administrator_stays(api: Any, edge: Any) -> None:
    admin = api.own("state")["accounts"][0]
    assert api.refused("DELETE", f"accounts/{admin['id']}")[0] == 400
    body = {key: value for key, value in edge.items() if key not in {"login_id", "login_pw"}}
    assert api.refused("PUT", f"accounts/{admin['id']}", body)[0] == 400


def test_members_are_added_once_changed_and_removed(api: Any, vision: Any, edge: Any) -> None:
    workspace, account = api.ok("POST", "workspaces", vision), api.ok("POST", "accounts", edge)
    path = f"workspaces/{workspace['id']}/members"
    body = {"account_id": account["id"], "role": "MANAGER"}
    member = {"account_id": account["id"], "login_id": "vision-edge", "display_name": "Vision Edge", "role": "MANAGER"}
    assert api.ok("POST", path, body) == member
    assert api.refused("POST", path, body) == (
        400,
        "app.handlers.members_v1_0 : Failed to create Member, already exist name vision-edge",
    )
    assert api.ok("PUT", f"{path}/{account['id']}", {"role": "MEMBER"})["role"] == "MEMBER"
    assert api.ok("GET", path) == {"members": [{**member, "role": "MEMBER"}]}
    api.ok("DELETE", f"{path}/{account['id']}")
    assert api.ok("GET", path) == {"members": []}
    assert api.refused("POST", path, {**body, "role": "Manager"})[0] == 422


@pytest.mark.parametrize(
    ("method", "path", "text"),
    [
        ("GET", "workspaces/1", "workspaces_v1_0 : Failed to get Workspace, can't find id=1 in Workspace"),
        ("DELETE", "workspaces/1", "workspaces_v1_0 : Failed to delete Workspace, can't find id=1 in Workspace"),
        ("DELETE", "accounts/1", "accounts_v1_0 : Failed to delete Account, can't find id=1 in Account"),
        ("GET", "workspaces/1/members", "workspaces_v1_0 : Failed to get Member, can't find id=1 in Workspace"),
    ],
)
def test_what_is_missing_is_a_400_never_a_404(api: Any, method: str, path: str, text: str) -> None:
    assert api.refused(method, path) == (400, f"app.handlers.{text}")


def test_refusals_can_be_objects(make_api: Callable[..., Any]) -> None:
    status, detail = make_api(object_errors=True).refused("DELETE", "accounts/1")
    assert (status, detail["error_code"]) == (400, "ACCOUNT.DELETE.000")
    assert detail["message"].endswith("can't find id=1 in Account")


@pytest.mark.parametrize("version", ["1.6.0", "1.7.0"])
def test_1_x_takes_the_workspace_name_and_answers_objects(make_api: Callable[..., Any], version: str) -> None:
    api = make_api(api_version=version)
    info = api.ok("GET", "workspaces/info", workspace_name="acoustics-ws")
    assert info["s3_bucket_name"] == {"public": "s3-an2-meerkat-dev-aia", "private": "s3-an2-meerkat-dev-acoustics"}
    assert info["ecr_base_path"] == {
        "public": f"{ROOT}ai-solutions/public/",
        "private": f"{ROOT}ai-solutions/acoustics/",
    }
    status, detail = api.refused("GET", "workspaces/info", workspace_id=info["id"])
    assert (status, detail[0]["loc"]) == (422, ["query", "workspace_name"])
    body = {"metadata_json": {"name": "s"}}
    assert api.refused("POST", "solutions", body, workspace_name="acoustics-ws")[0] == 422
    made = api.ok("POST", "solutions", {**body, "scope_ws": "acoustics-ws"}, workspace_name="acoustics-ws")
    assert (made["scope_ws"], made["versions"][0]["version"]) == ("acoustics-ws", 1)


@pytest.mark.parametrize("version", ["2.0.0", "2.1.3"])
def test_2_x_takes_the_workspace_id_and_answers_strings(make_api: Callable[..., Any], version: str) -> None:
    api = make_api(api_version=version)
    id_ = api.own("state")["workspaces"][0]["id"]
    info = api.ok("GET", "workspaces/info", workspace_id=id_)
    assert (info["s3_bucket_name"], info["ecr_base_path"]) == ("s3-an2-meerkat-dev-acoustics", ROOT)
    status, detail = api.refused("GET", "workspaces/info", workspace_name="acoustics-ws")
    assert (status, detail[0]["loc"]) == (422, ["query", "workspace_id"])
    made = api.ok("POST", "solutions", {"metadata_json": {"name": "s"}}, workspace_id=id_)
    assert (made["workspace_id"], made["versions"][0]["version_num"]) == (id_, 1)
    assert api.ok("GET", "solutions/workspace", workspace_id=id_, page_size=0) == {"solutions": [made]}


@pytest.mark.parametrize("version", ["1.5.0", "2.2.0", "two"])
def test_other_versions_are_not_played(version: str) -> None:
    with pytest.raises(ValueError, match=r"Expected a version of 1\.6, 1\.7, 2\.0, 2\.1, for example '2\.1\.0'"):
        Settings(api_version=version)


def test_a_member_sees_their_workspace_and_nobody_elses(api: Any, vision: Any, edge: Any) -> None:
    workspace, account = api.ok("POST", "workspaces", vision), api.ok("POST", "accounts", edge)
    api.ok("POST", f"workspaces/{workspace['id']}/members", {"account_id": account["id"], "role": "MANAGER"})
    foreign = api.own("state")["workspaces"][0]["id"]
    answer = api.log_in("vision-edge", "vision-edge@com").json
    assert answer["workspace"] == [{"id": workspace["id"], "name": "vision-ws", "role": "MANAGER"}]
    assert api.ok("GET", "workspaces/info", workspace_id=workspace["id"])["name"] == "vision-ws"
    assert api.refused("GET", "workspaces/info", workspace_id=foreign)[0] == 403


def test_records_survive_a_restart_in_a_private_file(make_api: Callable[..., Any], tmp_path: Path, vision: Any) -> None:
    path = tmp_path / "state" / "aic.json"
    first = make_api(Store(path))
    first.ok("POST", "workspaces", vision)
    assert path.stat().st_mode & 0o777 == 0o600
    second = make_api(Store(path))
    assert [w["name"] for w in second.own("state")["workspaces"]] == ["acoustics-ws", "vision-ws"]
    assert [*path.parent.iterdir()] == [path]
