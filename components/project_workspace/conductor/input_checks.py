"""What the inputs of AI Conductor's resources must be, said in a preview without a call.

Owns: the rules of AI Conductor's own values: accounts, roles, numbers, profiles. Does not own those that others share
(`schema/values.py`), nor what only the server can know. Source: docs/facts/ai-conductor.md, "Workspaces", "Accounts"
and "Members and roles".
"""

from collections.abc import Mapping
from typing import Any

from project_workspace import limits
from project_workspace.conductor.records import ACCOUNT_ROLES, MEMBER_ROLES
from project_workspace.remote.provider import Props
from project_workspace.schema.problem import Problem
from project_workspace.schema.rule import Rule, between, choice, matches, or_empty, wrong
from project_workspace.schema.values import BUCKET_NAME, DASHBOARD_UID, URL, WORKSPACE_NAME, name_part

DEFAULT_PROFILE = "ai-conductor-2.1"
PROFILE = Rule("the name of an API profile, or the path of one that ends in '.json'", DEFAULT_PROFILE, matches(r"\S+"))

_AMOUNTS = ("vcpu", "ramGb", "gpu")
_is_amount = between(0)


def workspace_problems(inputs: Props) -> list[Problem]:
    """Problems of a workspace's inputs."""
    specs = inputs.get("specs")
    return wrong(inputs, _WORKSPACE) + ([] if specs is None else _wrong_specs(specs))


def account_problems(inputs: Props) -> list[Problem]:
    """Problems of an account's inputs."""
    return wrong(inputs, _ACCOUNT)


def membership_problems(inputs: Props) -> list[Problem]:
    """Problems of a membership's inputs."""
    return wrong(inputs, _MEMBERSHIP)


def _wrong_specs(specs: Any) -> list[Problem]:
    """The first rule that the rows break: each takes those before it for granted."""
    broken = next((rule for rule in _SPECS if not rule.right(specs)), None)
    return [Problem("specs", broken.message)] if broken else []


def _are_rows(specs: Any) -> bool:
    return isinstance(specs, list) and all(
        isinstance(row, Mapping) and set(row) == {"name", *_AMOUNTS} for row in specs
    )


def _are_named(rows: Any) -> bool:
    names = [row["name"] for row in rows]
    return all(map(_SPEC.right, names)) and len(set(names)) == len(names)


def _are_counted(rows: Any) -> bool:
    return all(_is_amount(row[key]) for row in rows for key in _AMOUNTS)


_SPEC = name_part("standard")
_ROW = "{name: standard, vcpu: 4, ramGb: 16, gpu: 0}"
_SPECS = (
    Rule("rows of name, vcpu, ramGb and gpu", _ROW, _are_rows),
    Rule(f"names of {_SPEC.what}, each only once", _SPEC.example, _are_named),
    Rule("whole numbers of at least 0", _ROW, _are_counted),
)
_TEXT = Rule(
    f"1 to {limits.CONDUCTOR_TEXT_LIMIT} characters, not only spaces",
    "Vision",
    matches(r"(?s).*\S.*", limits.CONDUCTOR_TEXT_LIMIT),
)
LOGIN_ID = Rule(
    f"a login ID of at most {limits.LOGIN_ID_LIMIT} letters, digits and '._@-'",
    "vision-edge",
    matches(r"[A-Za-z0-9][A-Za-z0-9._@-]*", limits.LOGIN_ID_LIMIT),
)
MEMBER_ROLE = choice(*MEMBER_ROLES, example="MEMBER")
_EMAIL = Rule(
    f"an e-mail address of at most {limits.CONDUCTOR_TEXT_LIMIT} characters",
    "vision-edge@example.com",
    matches(r"[^@\s]+@[^@\s]+", limits.CONDUCTOR_TEXT_LIMIT),
)

_SERVER = {"url": URL, "profile": PROFILE}
_WORKSPACE = {**_SERVER, "name": WORKSPACE_NAME, "bucket": BUCKET_NAME, "dashboardHash": or_empty(DASHBOARD_UID)}
_ACCOUNT = {
    **_SERVER,
    "loginId": LOGIN_ID,
    "password": Rule("a password that is not empty", "four-words-and-more-of-them", matches(r"(?s).+")),
    "displayName": _TEXT,
    "role": choice(*ACCOUNT_ROLES, example="DEVELOPER"),
    "email": _EMAIL,
    "company": _TEXT,
    "department": _TEXT,
}
_MEMBERSHIP = {**_SERVER, "role": MEMBER_ROLE, "loginId": LOGIN_ID}
