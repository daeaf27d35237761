"""Whether IAM policies allow a call, as far as the policies of this repository go.

Owns: judging as IAM does: an explicit denial first, wildcards in actions and resources, the condition operators that
occur; another one is an error. Does not own which calls are made (`calls.py`), nor whose the policies are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

Statement = Mapping[str, Any]


@dataclass(frozen=True)
class Call:
    """One call: an action on a resource, with what conditions may look at."""

    action: str
    resource: str
    context: Mapping[str, str] = field(default_factory=dict[str, str])

    @classmethod
    def parse(cls, text: str) -> Call:
        """From the local AWS's own writing, for example `iam:AttachRolePolicy arn:... iam:PolicyARN=arn:...`."""
        action, resource, *conditions = text.split(" ")
        return cls(action, resource, dict(condition.split("=", 1) for condition in conditions))


def allows(policy: Iterable[Statement], call: Call) -> bool:
    """Whether the policy allows the call."""
    return effects(policy, call) == {"Allow"}


def effects(policy: Iterable[Statement], call: Call) -> set[str]:
    """What the statements that apply to the call say; nothing where none applies."""
    return {each["Effect"] for each in policy if _applies(each, call)}


def matches(pattern: str, text: str) -> bool:
    """Whether a text fits a pattern with IAM's wildcards."""
    parts = (".*" if letter == "*" else "." if letter == "?" else re.escape(letter) for letter in pattern)
    return re.fullmatch("".join(parts), text) is not None


def _applies(statement: Statement, call: Call) -> bool:
    return (
        any(matches(pattern, call.action) for pattern in _listed(statement["Action"]))
        and any(matches(pattern, call.resource) for pattern in _listed(statement["Resource"]))
        and all(_holds(operator, wanted, call) for operator, wanted in statement.get("Condition", {}).items())
    )


def _holds(operator: str, wanted: Mapping[str, Any], call: Call) -> bool:
    assert operator in {"ArnEquals", "StringEquals", "StringLike"}, f"{operator} is not judged here"

    def fits(key: str, value: str) -> bool:
        found = call.context.get(key)
        return found is not None and (matches(value, found) if operator == "StringLike" else value == found)

    return all(any(fits(key, value) for value in _listed(values)) for key, values in wanted.items())


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
