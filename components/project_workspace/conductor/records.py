"""What AI Conductor's records mean to this program: typed, immutable, in this program's words.

Owns: the types and reading them out of an answer. Does not own field names: those come from the API profile. An
answer that lacks what a profile promises is an `UnreachableError`, never a half-filled record.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar, get_args

AccountRole = Literal["ADMIN", "DEVELOPER"]
MemberRole = Literal["MANAGER", "MEMBER"]
ACCOUNT_ROLES: tuple[str, ...] = get_args(AccountRole)
MEMBER_ROLES: tuple[str, ...] = get_args(MemberRole)

Fields = Mapping[str, str]
"""Meaning -> its path in a record, as `a` or `a.b`."""
Kind = TypeVar("Kind")
Role = TypeVar("Role", bound=str)


class ShapeError(Exception):
    """A record is not what the profile says; the message names the field."""


@dataclass(frozen=True)
class Spec:
    """One row of a workspace's resources: virtual CPUs, memory in GiB, GPUs."""

    name: str
    vcpu: int
    ram_gb: int
    gpu: int

    @property
    def empty(self) -> bool:
        """Whether the server drops this row (all zeros; docs/facts/ai-conductor.md, "Workspaces")."""
        return not (self.vcpu or self.ram_gb or self.gpu)


@dataclass(frozen=True)
class WorkspaceContent:
    """What can be set on a workspace; `specs` without empty rows, sorted by name."""

    bucket: str
    dashboard_hash: str
    """Grafana dashboard uid; empty for none."""
    specs: tuple[Spec, ...]

    @classmethod
    def of(cls, bucket: str, dashboard_hash: str | None, specs: Sequence[Spec]) -> WorkspaceContent:
        """The form in which two contents are compared."""
        kept = sorted((spec for spec in specs if not spec.empty), key=lambda spec: spec.name)
        return cls(bucket, dashboard_hash or "", tuple(kept))


@dataclass(frozen=True)
class WorkspaceRecord:
    """A workspace as the server keeps it."""

    id: str
    name: str
    namespace: str
    kubeflow_user: str
    ecr_base_path: str
    labels: Mapping[str, str]
    """Spec name -> value of the node label `aic-role`."""
    content: WorkspaceContent


@dataclass(frozen=True)
class AccountContent:
    """What can be set on an account, but for its password."""

    display_name: str
    role: str
    email: str
    company: str
    department: str


@dataclass(frozen=True)
class AccountRecord:
    """An account as the server keeps it."""

    id: str
    login_id: str
    locked: bool
    content: AccountContent


@dataclass(frozen=True)
class MemberRecord:
    """An account's membership of one workspace."""

    account_id: str
    login_id: str
    role: str


@dataclass(frozen=True)
class ContentRecord:
    """Something inside a workspace that a deletion would lose."""

    id: str
    name: str


def workspace_of(data: Any, fields: Fields, spec_fields: Fields) -> WorkspaceRecord:
    """A workspace record out of an answer."""
    rows = value_of(data, fields["specs"], list)
    specs = [_spec(row, spec_fields) for row in rows]
    return WorkspaceRecord(
        id=value_of(data, fields["id"], str),
        name=value_of(data, fields["name"], str),
        namespace=value_of(data, fields["namespace"], str),
        kubeflow_user=value_of(data, fields["kubeflow_user"], str),
        ecr_base_path=value_of(data, fields["ecr_base_path"], str),
        labels={value_of(row, spec_fields["name"], str): value_of(row, spec_fields["label"], str) for row in rows},
        content=WorkspaceContent.of(
            value_of(data, fields["bucket"], str), _text_or_none(data, fields["dashboard_hash"]), specs
        ),
    )


def account_of(data: Any, fields: Fields, roles: Mapping[AccountRole, str]) -> AccountRecord:
    """An account record out of an answer."""
    return AccountRecord(
        id=value_of(data, fields["id"], str),
        login_id=value_of(data, fields["login_id"], str),
        locked=bool(look_up(data, fields["locked"])),
        content=AccountContent(
            display_name=_text_or_none(data, fields["display_name"]) or "",
            role=_meaning(value_of(data, fields["role"], str), roles),
            email=_text_or_none(data, fields["email"]) or "",
            company=_text_or_none(data, fields["company"]) or "",
            department=_text_or_none(data, fields["department"]) or "",
        ),
    )


def member_of(data: Any, fields: Fields, roles: Mapping[MemberRole, str]) -> MemberRecord:
    """A membership out of an answer."""
    return MemberRecord(
        account_id=value_of(data, fields["account_id"], str),
        login_id=_text_or_none(data, fields["login_id"]) or "",
        role=_meaning(value_of(data, fields["role"], str), roles),
    )


def content_of(data: Any, fields: Fields) -> ContentRecord:
    """An item of a workspace's content out of an answer."""
    return ContentRecord(value_of(data, fields["id"], str), value_of(data, fields["name"], str))


def value_of(data: Any, where: str, kind: type[Kind]) -> Kind:
    """The value at `where`, which must be of `kind`; else `ShapeError`."""
    value = look_up(data, where)
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise ShapeError(f"'{where}' is {_called(value)} instead of {kind.__name__}")
    return value


def look_up(data: Any, where: str) -> Any:
    """The value at `where` (`a.b`, `list.0.a`), or None."""
    for step in where.split("."):
        if isinstance(data, list) and step.isdigit() and int(step) < len(data):
            data = data[int(step)]
        else:
            data = data.get(step) if isinstance(data, Mapping) else None
    return data


def _spec(row: Any, fields: Fields) -> Spec:
    vcpu, ram_gb, gpu = (value_of(row, fields[name], int) for name in ("vcpu", "ram_gb", "gpu"))
    return Spec(value_of(row, fields["name"], str), vcpu, ram_gb, gpu)


def _text_or_none(data: Any, where: str) -> str | None:
    return None if look_up(data, where) is None else value_of(data, where, str)


def _meaning(word: str, roles: Mapping[Role, str]) -> str:
    """This program's word for a role; a role that the profile does not know keeps the server's."""
    return next((meaning for meaning, wire in roles.items() if wire == word), word)


def _called(value: Any) -> str:
    return "missing" if value is None else type(value).__name__
