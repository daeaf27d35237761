"""Members of a workspace in the stand-in of AI Conductor: list, add, change role, remove.

Owns: the binding of an account to a workspace with a role. Does not own either of the two. Sources:
docs/facts/ai-conductor.md, "Members and roles", "Proposed calls" (paths and fields are proposed).
"""

from typing import Any

from local.standins.ai_conductor.bodies import MemberChange, NewMember
from local.standins.ai_conductor.store import Record, every, first, made, touched
from local.standins.ai_conductor.web import Call, missing, refused
from local.standins.ai_conductor.workspaces import find as find_workspace


def list_members(call: Call) -> Any:
    """GET workspaces/{id}/members."""
    workspace = find_workspace(call, "get Member")
    return {"members": [_view(call, m) for m in every(call.state["members"], workspace_id=workspace["id"])]}


def add_member(call: Call) -> Any:
    """POST workspaces/{id}/members."""
    workspace = find_workspace(call, "create Member")
    body = call.body(NewMember)
    account = first(call.state["accounts"], id=body.account_id)
    if account is None:
        raise missing("members", "create Member", "Account", body.account_id)
    if first(call.state["members"], workspace_id=workspace["id"], account_id=account["id"]):
        raise refused("members", "create Member", f"already exist name {account['login_id']}")
    member = made({"workspace_id": workspace["id"], "account_id": account["id"], "role": body.role}, call.login_id)
    call.state["members"].append(member)
    return _view(call, member)


def change_member(call: Call) -> Any:
    """PUT workspaces/{id}/members/{account id}."""
    member = _find(call, "update Member")
    return _view(call, touched(member, {"role": call.body(MemberChange).role}, call.login_id))


def remove_member(call: Call) -> Any:
    """DELETE workspaces/{id}/members/{account id}."""
    member = _find(call, "delete Member")
    call.state["members"].remove(member)
    return _view(call, member)


def _find(call: Call, work: str) -> Record:
    workspace = find_workspace(call, work)
    id_ = call.path["account_id"]
    member = first(call.state["members"], workspace_id=workspace["id"], account_id=id_)
    if member is None:
        raise missing("members", work, "Member", id_)
    return member


def _view(call: Call, member: Record) -> Record:
    account = first(call.state["accounts"], id=member["account_id"]) or {}
    return {
        "account_id": member["account_id"],
        "login_id": account.get("login_id"),
        "display_name": account.get("display_name"),
        "role": member["role"],
    }
