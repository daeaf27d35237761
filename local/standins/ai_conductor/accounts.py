"""Accounts of the stand-in of AI Conductor: list, duplicate check, create, update, unlock, delete.

Owns: the record's public shape (never the password) and the refusals. Does not own login. Sources:
docs/facts/ai-conductor.md, "Accounts", "Proposed calls". Chosen here: an account with memberships is not deleted
(switchable), the last administrator stays, and LDAP accounts are not implemented because there is no directory.
"""

from typing import Any

from local.standins.ai_conductor.auth import hashed
from local.standins.ai_conductor.bodies import AccountChange, AccountFields, NewAccount
from local.standins.ai_conductor.store import Record, every, first, made, touched
from local.standins.ai_conductor.web import Call, RefusalError, missing, refused


def list_accounts(call: Call) -> Any:
    """GET accounts."""
    return {"accounts": [view(call, account) for account in call.state["accounts"]]}


def check_account(call: Call) -> Any:
    """GET accounts/check: the form's duplicate check."""
    login_id = call.query("login_id")
    taken = first(call.state["accounts"], login_id=login_id) is not None
    return {"login_id": login_id, "is_duplicated": taken}


def create_account(call: Call) -> Any:
    """POST accounts; only static ones."""
    body = call.body(NewAccount)
    if first(call.state["accounts"], login_id=body.login_id):
        raise refused("accounts", "create Account", f"already exist name {body.login_id}")
    record = made({"login_id": body.login_id, **_content(body)}, call.login_id)
    record.update(password_hash=hashed(body.login_pw), is_locked=False, login_fail_count=0)
    call.state["accounts"].append(record)
    return view(call, record)


def update_account(call: Call) -> Any:
    """PUT accounts/{id}: everything but the login id."""
    record = _find(call, "update Account")
    body = call.body(AccountChange)
    if body.role != "ADMIN":
        _keep_an_admin(call, record, "update Account")
    changes = _content(body)
    if body.login_pw is not None:
        changes["password_hash"] = hashed(body.login_pw)
    return view(call, touched(record, changes, call.login_id))


def unlock_account(call: Call) -> Any:
    """POST accounts/{id}/unlock."""
    record = _find(call, "unlock Account")
    return view(call, touched(record, {"is_locked": False, "login_fail_count": 0}, call.login_id))


def delete_account(call: Call) -> Any:
    """DELETE accounts/{id}: unassign first."""
    record = _find(call, "delete Account")
    _keep_an_admin(call, record, "delete Account")
    assigned = every(call.state["members"], account_id=record["id"])
    if assigned and call.place.settings.unassign_first:
        ids = [m["workspace_id"] for m in assigned]
        names = [w["name"] for w in call.state["workspaces"] if w["id"] in ids]
        raise refused("accounts", "delete Account", f"Workspace exist {names}")
    call.state["accounts"].remove(record)
    for table in ("members", "logins"):
        call.state[table][:] = [m for m in call.state[table] if m["account_id"] != record["id"]]
    return view(call, touched(record, {"is_deleted": 1}, call.login_id))


def view(call: Call, record: Record) -> Record:
    """The record as it is answered: with the last login, without anything of the password."""
    entry = first(call.state["logins"], account_id=record["id"])
    shown = {key: value for key, value in record.items() if key != "password_hash"}
    return {**shown, "last_login": entry["last_login"] if entry else None}


def _content(body: AccountFields) -> Record:
    if body.account_type == "LDAP":
        raise RefusalError(501, "LDAP accounts are not implemented in this stand-in")
    return body.model_dump(include={"display_name", "role", "account_type", "email", "company", "department"})


def _find(call: Call, work: str) -> Record:
    id_ = call.path["account_id"]
    found = first(call.state["accounts"], id=id_)
    if found is None:
        raise missing("accounts", work, "Account", id_)
    return found


def _keep_an_admin(call: Call, record: Record, work: str) -> None:
    if every(call.state["accounts"], role="ADMIN") == [record]:
        raise refused("accounts", work, f"{record['login_id']} is the last administrator")
