"""Login of the stand-in of AI Conductor: one endpoint, four refusal codes, a counter to five and a lock.

Owns: passwords (hashed), the counter, the lock, the answer's list of workspaces. Does not own sessions' storage or
account administration. Sources: docs/facts/ai-conductor.md, "Records", "Errors", "The lock after five failures"; that a
login resets the counter is chosen.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from werkzeug.security import check_password_hash, generate_password_hash

from local.standins.ai_conductor.bodies import Login
from local.standins.ai_conductor.settings import LOGIN_FAILURES
from local.standins.ai_conductor.store import Record, every, first, now
from local.standins.ai_conductor.web import Call

CHEAP = "scrypt:1024:8:1"
"""A hash that costs a few milliseconds: these passwords guard nothing."""


def hashed(password: str) -> str:
    """The password as it is stored."""
    return generate_password_hash(password, CHEAP)


def login(call: Call) -> Any:
    """POST auth/login: the account and its workspaces, and the cookie; or 401 with an error code."""
    body = call.body(Login)
    account = first(call.state["accounts"], login_id=body.login_id)
    if account is None:
        return _refusal("USER.LOGIN.001")
    if _unused_too_long(call, account):
        account["is_locked"] = True
        return _refusal("USER.LOGIN.003", unused_period=call.place.settings.unused_seconds)
    if account["is_locked"]:
        return _refusal("USER.LOGIN.002", login_fail_count=account["login_fail_count"])
    if account["account_type"] != "STATIC":
        return _refusal("USER.LOGIN.000")
    if not check_password_hash(account["password_hash"], body.login_pw):
        account["login_fail_count"] += 1
        account["is_locked"] = account["login_fail_count"] >= LOGIN_FAILURES
        return _refusal(
            "USER.LOGIN.002" if account["is_locked"] else "USER.LOGIN.001",
            login_fail_count=account["login_fail_count"],
        )
    account["login_fail_count"] = 0
    _note_login(call, account)
    return _welcome(call, account)


def _welcome(call: Call, account: Record) -> Record:
    call.me = account
    return {
        "account_id": account["id"],
        "display_name": account["display_name"],
        "role": account["role"],
        "workspace": _workspaces(call, account),
    }


def _workspaces(call: Call, account: Record) -> list[Record]:
    """`{id, name, role}` of each; an Admin sees all, as their manager (chosen)."""
    roles = {m["workspace_id"]: m["role"] for m in every(call.state["members"], account_id=account["id"])}
    admin = account["role"] == "ADMIN"
    return [
        {"id": w["id"], "name": w["name"], "role": roles.get(w["id"], "MANAGER")}
        for w in call.state["workspaces"]
        if admin or w["id"] in roles
    ]


def _refusal(code: str, **more: Any) -> tuple[Record, int]:
    # An answer, not an exception: the counter and the lock must be kept.
    return {"detail": {"error_code": code, **more}}, 401


def _note_login(call: Call, account: Record) -> None:
    entry = first(call.state["logins"], account_id=account["id"])
    if entry is None:
        entry = {"account_id": account["id"]}
        call.state["logins"].append(entry)
    entry["last_login"] = now()


def _unused_too_long(call: Call, account: Record) -> bool:
    limit = call.place.settings.unused_seconds
    if limit is None:
        return False
    entry = first(call.state["logins"], account_id=account["id"])
    last = datetime.fromisoformat(entry["last_login"] if entry else account["created_at"])
    return datetime.now(UTC).replace(tzinfo=None) - last > timedelta(seconds=limit)
