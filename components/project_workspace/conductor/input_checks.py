"""What is wrong with the inputs of AI Conductor's resources, said in a preview without a call.

Owns: the form of names, roles, numbers and addresses. Does not own what only the server can know. Source:
docs/facts/ai-conductor.md, "Workspaces", "Accounts" and "Members and roles"; lengths are those of the things that a
value becomes (`limits.py`).
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from project_workspace import limits
from project_workspace.conductor.records import ACCOUNT_ROLES, MEMBER_ROLES
from project_workspace.remote.provider import Props
from project_workspace.schema.problem import Problem
from project_workspace.schema.urls import is_server_url

Rule = tuple[Callable[[Any], bool], str]
"""Whether a value is right, and the sentence when it is not."""

_AMOUNTS = ("vcpu", "ramGb", "gpu")


def workspace_problems(inputs: Props) -> list[Problem]:
    """Problems of a workspace's inputs."""
    return [*_wrong(inputs, _WORKSPACE), *_wrong_specs(inputs.get("specs"))]


def account_problems(inputs: Props) -> list[Problem]:
    """Problems of an account's inputs."""
    return _wrong(inputs, _ACCOUNT)


def membership_problems(inputs: Props) -> list[Problem]:
    """Problems of a membership's inputs."""
    return _wrong(inputs, _MEMBERSHIP)


def _wrong(inputs: Props, rules: Mapping[str, Rule]) -> list[Problem]:
    return [
        Problem(name, sentence)
        for name, (right, sentence) in rules.items()
        if inputs.get(name) is not None and not right(inputs[name])
    ]


def _wrong_specs(specs: Any) -> list[Problem]:
    if specs is None:
        return []
    example = "{name: standard, vcpu: 4, ramGb: 16, gpu: 0}"
    rows = specs if isinstance(specs, list) else [specs]
    if not all(isinstance(row, Mapping) and set(row) == {"name", *_AMOUNTS} for row in rows):
        return [Problem("specs", f"Expected rows of name, vcpu, ramGb and gpu, for example '{example}'.")]
    given = [row["name"] for row in rows]
    if not all(_matches(limits.DNS_LABEL)(name) for name in given) or len({*given}) < len(given):
        return [Problem("specs", "Expected names of a-z, 0-9 and '-', each only once, for example 'standard'.")]
    if not all(_is_amount(row[key]) for row in rows for key in _AMOUNTS):
        return [Problem("specs", f"Expected whole numbers that are not negative, for example '{example}'.")]
    return []


def _is_amount(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _matches(pattern: str | re.Pattern[str], longest: int = limits.CONDUCTOR_TEXT_LIMIT) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and len(value) <= longest and bool(re.fullmatch(pattern, value))


def _is_one_of(words: tuple[str, ...], example: str) -> Rule:
    return lambda value: value in words, f"Expected one of {', '.join(words)}, for example '{example}'."


_URL: Rule = (
    is_server_url,
    "Expected an http or https URL without query or credentials, for example 'https://aicond.example.com'.",
)
_PROFILE: Rule = (
    _matches(r"\S+"),
    "Expected an API profile or a .json file, for example 'ai-conductor-2.1'.",
)

_NAME: Rule = (
    _matches(limits.WORKSPACE, limits.CONDUCTOR_WORKSPACE_LIMIT),
    f"Expected a-z, 0-9 and '-', ending in '{limits.WORKSPACE_SUFFIX}', at most {limits.CONDUCTOR_WORKSPACE_LIMIT} "
    "characters, for example 'vision-ws'.",
)
_TEXT: Rule = (
    _matches(r"(?s).*\S.*"),
    f"Expected 1 to {limits.CONDUCTOR_TEXT_LIMIT} characters, for example 'Vision'.",
)

_SERVER: Mapping[str, Rule] = {"url": _URL, "profile": _PROFILE}
_WORKSPACE: Mapping[str, Rule] = {
    **_SERVER,
    "name": _NAME,
    "bucket": (
        _matches(limits.BUCKET, limits.BUCKET_LIMIT),
        "Expected the name of a bucket, for example 's3-an2-meerkat-dev-vision'.",
    ),
    "dashboardHash": (
        # AI Conductor keeps "no dashboard" as an empty text.
        lambda value: value == "" or _matches(limits.DASHBOARD_UID, limits.DASHBOARD_UID_LIMIT)(value),
        "Expected the uid of a Grafana dashboard, for example 'd4f7k2m9q1x0z'.",
    ),
}
_ACCOUNT: Mapping[str, Rule] = {
    **_SERVER,
    "loginId": (
        _matches(r"[A-Za-z0-9][A-Za-z0-9._@-]*", limits.LOGIN_ID_LIMIT),
        "Expected a login ID, for example 'vision-edge'.",
    ),
    "password": (lambda value: isinstance(value, str) and value != "", "Expected a password that is not empty."),
    "displayName": _TEXT,
    "role": _is_one_of(ACCOUNT_ROLES, "DEVELOPER"),
    "email": (_matches(r"[^@\s]+@[^@\s]+"), "Expected an e-mail address, for example 'vision-edge@example.com'."),
    "company": _TEXT,
    "department": _TEXT,
}
_MEMBERSHIP: Mapping[str, Rule] = {**_SERVER, "role": _is_one_of(MEMBER_ROLES, "MANAGER")}
