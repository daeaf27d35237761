"""API profiles of AI Conductor: the one place that knows paths, methods, field names and words of its API.

Owns: the form of a profile file, its checks when loaded, building a request out of meanings. Does not own the content:
that is `profiles/*.json`, or a file named in the settings. Why data: the API for workspaces and accounts is not public
(docs/facts/ai-conductor.md, "Proposed calls"), so a site may have to correct it without touching code.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from project_workspace.conductor.records import AccountRole, MemberRole
from project_workspace.remote.errors import RefusedError

FOLDER = Path(__file__).parent / "profiles"

LoginFailure = Literal["failed", "wrong", "locked", "unused"]
Version = tuple[int, int]

_WORKSPACE = frozenset({"bucket", "dashboard_hash", "specs"})
_ACCOUNT = frozenset({"password", "display_name", "role", "email", "company", "department"})
_NONE: frozenset[str] = frozenset()

MEANINGS: Mapping[str, frozenset[str]] = {
    "login": frozenset({"login_id", "password"}),
    "versions": _NONE,
    "list_workspaces": _NONE,
    "get_workspace": frozenset({"workspace_id"}),
    "create_workspace": _WORKSPACE | {"name"},
    "update_workspace": _WORKSPACE | {"workspace_id"},
    "delete_workspace": frozenset({"workspace_id"}),
    "list_content": frozenset({"workspace_id"}),
    "delete_content": frozenset({"workspace_id", "content_id"}),
    "list_accounts": _NONE,
    "create_account": _ACCOUNT | {"login_id"},
    "update_account": _ACCOUNT | {"account_id"},
    "unlock_account": frozenset({"account_id"}),
    "delete_account": frozenset({"account_id"}),
    "list_members": frozenset({"workspace_id"}),
    "add_member": frozenset({"workspace_id", "account_id", "role"}),
    "change_member": frozenset({"workspace_id", "account_id", "role"}),
    "remove_member": frozenset({"workspace_id", "account_id"}),
}
"""The calls that the client makes, each with the values it gives; a profile must place every one of them."""

RECORDS: Mapping[str, frozenset[str]] = {
    "workspace": _WORKSPACE | {"id", "name", "namespace", "kubeflow_user", "ecr_base_path"},
    "spec": frozenset({"name", "label", "vcpu", "ram_gb", "gpu"}),
    "account": (_ACCOUNT - {"password"}) | {"id", "login_id", "locked"},
    "member": frozenset({"account_id", "login_id", "role"}),
    "content": frozenset({"id", "name"}),
}
"""The records that the client reads, each with the values it needs."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Shape(_Strict):
    """One call: where it goes, and under which names its values are sent."""

    known: Literal["seen", "proposed"]
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
    path: str
    """Below the base, with values as `{meaning}`."""
    query: dict[str, str] = {}
    """Meaning -> query parameter."""
    fixed_query: dict[str, str | int] = {}
    body: dict[str, str] = {}
    """Meaning -> body field."""
    fixed_body: dict[str, str | int | bool] = {}
    envelope: str | None = None
    """Path of the list in the answer; null when the answer is the list."""

    @property
    def meanings(self) -> frozenset[str]:
        """All values that this shape places."""
        return frozenset({*re.findall(r"\{(\w+)\}", self.path), *self.query, *self.body})

    @property
    def repeatable(self) -> bool:
        """Whether a second time changes nothing more: reads, whole-body PUT, DELETE."""
        return self.method in {"GET", "PUT", "DELETE"}

    def request(self, values: Mapping[str, Any]) -> tuple[str, dict[str, str | int], dict[str, Any] | None]:
        """Path, query and body; a body value of None is left out."""
        path = self.path.format(**{name: quote(str(value), safe="") for name, value in values.items()})
        query = {**self.fixed_query, **{wire: values[meaning] for meaning, wire in self.query.items()}}
        body = {wire: values[meaning] for meaning, wire in self.body.items() if values[meaning] is not None}
        return path, query, {**self.fixed_body, **body} if self.body else None


class SessionWords(_Strict):
    """Words of the login's answers."""

    known: Literal["seen", "proposed"]
    cookie: str
    account_id: str
    error_code: str
    failures: str
    """Field that counts the failed logins."""
    most_failures: int = Field(ge=1)
    """Failed logins after which the account is locked."""
    codes: dict[str, LoginFailure]


class RefusalWords(_Strict):
    """Where refusals say what they say, and texts by which two kinds are told apart."""

    detail: str
    message: str
    exists: str
    missing: str


class RoleWords(_Strict):
    """This program's roles -> the API's."""

    account: dict[AccountRole, str]
    member: dict[MemberRole, str]


class Profile(_Strict):
    """One version of the API."""

    about: str
    name: str
    base: str
    oldest: str
    newest: str
    session: SessionWords
    version: str
    """Where the answer of `versions` says the current one."""
    refusals: RefusalWords
    roles: RoleWords
    calls: dict[str, Shape]
    records: dict[str, dict[str, str]]

    @field_validator("oldest", "newest")
    @classmethod
    def _is_version(cls, text: str) -> str:
        if parse_version(text) is None:
            raise ValueError("Expected a version, for example '2.1'.")
        return text

    @model_validator(mode="after")
    def _is_complete(self) -> Profile:
        wrong = [
            *_unlike("calls", {name: shape.meanings for name, shape in self.calls.items()}, MEANINGS),
            *_unlike("records", {name: frozenset(fields) for name, fields in self.records.items()}, RECORDS),
        ]
        if wrong:
            raise ValueError("; ".join(wrong))
        return self

    def fits(self, version: Version) -> bool:
        """Whether a server of this version speaks this profile; newer ones are taken as the newest known."""
        oldest, newest = parse_version(self.oldest), parse_version(self.newest)
        return oldest is not None and newest is not None and oldest <= min(version, newest)


def parse_version(text: str) -> Version | None:
    """The first two numbers of a version as integers: 2.10 is newer than 2.9."""
    found = re.search(r"(\d+)\.(\d+)", text)
    return (int(found[1]), int(found[2])) if found else None


def load_profile(name: str) -> Profile:
    """The profile of that name, or the file when it is a path that ends in `.json`; `RefusedError` when unusable."""
    path = Path(name) if name.endswith(".json") else FOLDER / f"{name}.json"
    try:
        return Profile.model_validate_json(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError):
        known = ", ".join(sorted(f"'{file.stem}'" for file in FOLDER.glob("*.json")))
        raise _unusable(name, "cannot be read", f"Name one of {known}, or a file, for example './aic.json'.") from None
    except ValidationError as error:
        raise _unusable(name, f"is not valid: {_complaints(error)}", "Correct these fields of the file.") from None


def _complaints(error: ValidationError) -> str:
    found = [f"{'.'.join(map(str, e['loc'])) or 'profile'}: {e['msg']}" for e in error.errors()]
    return "; ".join(found).replace("Value error, ", "")


def _unusable(name: str, why: str, remedy: str) -> RefusedError:
    return RefusedError(f"The API profile of AI Conductor {why}", where=f"profile '{name}'", remedy=remedy)


def _unlike(part: str, found: Mapping[str, frozenset[str]], wanted: Mapping[str, frozenset[str]]) -> list[str]:
    """What is missing in, or unknown to, the tables above."""
    wrong: list[str] = []
    for name in sorted({*found, *wanted}):
        here, there = found.get(name), wanted.get(name)
        if here is None or there is None:
            wrong.append(f"{part}.{name} is {'missing' if here is None else 'unknown'}")
        elif here != there:
            missing, unknown = sorted(there - here), sorted(here - there)
            wrong += [f"{part}.{name}: '{m}' is missing" for m in missing]
            wrong += [f"{part}.{name}: '{u}' is unknown" for u in unknown]
    return wrong
