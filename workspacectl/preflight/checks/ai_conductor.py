"""AI Conductor: that it answers, takes the administrator's login, and speaks the API that the stack's profile says.

Owns: the question, one login and reads only, and in what an answer differs from the profile. Does not own the profile
(`project_workspace/conductor/profiles`), nor the memory of a failed login (`remote/login.py`): five lock the account.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from project_workspace.conductor import records
from project_workspace.conductor.client import Conductor
from project_workspace.conductor.connection import client_for
from project_workspace.conductor.profile import parse_version
from project_workspace.conductor.records import ShapeError
from project_workspace.remote.errors import CredentialsError, RemoteError
from workspacectl.preflight.answers import Answer, failed, ok, refused
from workspacectl.preflight.sites import WorkspaceSite

LISTS = ("list_workspaces", "list_accounts")
OF_A_WORKSPACE = ("get_workspace", "list_content", "list_members")
"""Reads that need a workspace's id: asked of the first one there is."""
RECORDS = {
    "list_workspaces": "workspace",
    "get_workspace": "workspace",
    "list_accounts": "account",
    "list_members": "member",
    "list_content": "content",
}
"""Which record each of them answers."""


@dataclass(frozen=True)
class _Asked:
    """How one call came out."""

    call: str
    difference: str = ""
    """In what the answer is not what the profile says; empty when it is."""
    first: Any = None
    """Its record, or the first of its list."""


def ai_conductor(site: WorkspaceSite) -> Answer | None:
    """AI Conductor answers, is of the profile's version, takes the login, and its reads are as the profile says."""
    options = site.options.conductor
    if not options.url:
        return None
    client = client_for(site.config, options.url, options.profile)
    profile, version = client.profile, client.version()
    spoken = parse_version(version)
    if spoken is None or not profile.fits(spoken):
        expected = f"{profile.oldest} to {profile.newest}, which the API profile '{profile.name}' is for"
        return failed(f"version {version}", expected, "name another API profile: 'conductor.profile'")
    try:
        asked = list(_asked(client))
    except CredentialsError as error:
        return refused(error, "a login that it takes", seen=f"version {version}; ")
    told = f"version {version}; the login is taken"
    wrong = [each.difference for each in asked if each.difference]
    if wrong:
        remedy = f"correct these calls in a copy of the profile '{profile.name}', and name it: 'conductor.profile'"
        return failed(f"{told}; {'; '.join(wrong)}", f"what the API profile '{profile.name}' says", remedy)
    names = ", ".join(each.call for each in asked)
    without = "" if len(asked) == len(RECORDS) else f"; without a workspace there: not {', '.join(OF_A_WORKSPACE)}"
    return ok(f"{told}; as the profile says: {names}{without}")


def _asked(client: Conductor) -> Iterator[_Asked]:
    """Every read of the profile. Raises `CredentialsError` where the login is refused."""
    lists = {name: _ask(client, name, {}) for name in LISTS}
    yield from lists.values()
    where = client.profile.records["workspace"]["id"]
    id_ = records.look_up(lists["list_workspaces"].first, where)
    if id_ is not None:
        yield from (_ask(client, name, {"workspace_id": id_}) for name in OF_A_WORKSPACE)


def _ask(client: Conductor, name: str, values: Mapping[str, Any]) -> _Asked:
    shape = client.profile.calls[name]
    told = f"{name} ({shape.method} {client.profile.base}/{shape.path})"
    if shape.method != "GET":
        return _Asked(name, f"{told}: not asked, because it is no GET")
    try:
        answer = client.answer_of(name, dict(values))
    except CredentialsError:
        raise
    except RemoteError as error:
        return _Asked(name, f"{told}: expected an answer, came: {error.what}")
    try:
        found = [answer] if shape.envelope is None and name == "get_workspace" else _listed(answer, shape.envelope)
    except ShapeError as error:
        return _Asked(name, f"{told}: expected a list, came: {error}")
    first = found[0] if found else None
    try:
        if found:
            _read(client, RECORDS[name], first)
    except ShapeError as error:
        return _Asked(name, f"{told}: expected a record '{RECORDS[name]}', came: {error}", first)
    return _Asked(name, first=first)


def _listed(answer: Any, envelope: str | None) -> list[Any]:
    wrapped = (answer, envelope) if envelope else ({"the answer": answer}, "the answer")
    return records.value_of(*wrapped, list)


def _read(client: Conductor, record: str, row: Any) -> None:
    """Raises `ShapeError` where the row is no such record."""
    profile, fields = client.profile, client.profile.records[record]
    if record == "workspace":
        records.workspace_of(row, fields, profile.records["spec"])
    elif record == "account":
        records.account_of(row, fields, profile.roles.account)
    elif record == "member":
        records.member_of(row, fields, profile.roles.member)
    else:
        records.content_of(row, fields)


CHECKS = (ai_conductor,)
