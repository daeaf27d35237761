"""The policies under docs/permissions, what the page about them lists, and whether a policy allows a call.

Owns: reading them, and judging as IAM does, as far as these policies go: an explicit denial first, wildcards in actions
and resources, the three condition operators that occur. Does not own which calls the program makes: the local platform
counts those (`local/aws/calls.py`, `tests/support/engine/identities.py`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from local.checkout import CHECKOUT

PAGE = CHECKOUT / "docs" / "permissions.md"
FOLDER = CHECKOUT / "docs" / "permissions"

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


def statements(name: str) -> list[Statement]:
    """The statements of one policy file, for example of `aws-update.json`."""
    return json.loads((FOLDER / name).read_text())["Statement"]


def actions_of(statement: Statement) -> list[str]:
    return _listed(statement["Action"])


def resources_of(statement: Statement) -> list[str]:
    return _listed(statement["Resource"])


def allowed_actions(policy: Iterable[Statement]) -> set[str]:
    return {action for each in policy if each["Effect"] == "Allow" for action in actions_of(each)}


def allows(policy: Iterable[Statement], call: Call) -> bool:
    """Whether the policy allows the call."""
    effects = {each["Effect"] for each in policy if _applies(each, call)}
    return effects == {"Allow"}


def matches(pattern: str, text: str) -> bool:
    """Whether a text fits a pattern with IAM's wildcards."""
    parts = (".*" if letter == "*" else "." if letter == "?" else re.escape(letter) for letter in pattern)
    return re.fullmatch("".join(parts), text) is not None


def _applies(statement: Statement, call: Call) -> bool:
    return (
        any(matches(pattern, call.action) for pattern in actions_of(statement))
        and any(matches(pattern, call.resource) for pattern in resources_of(statement))
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


# Kubernetes


def documents(name: str) -> list[dict[str, Any]]:
    """The objects of one file, for example of `kubernetes-update.yaml`."""
    return list(yaml.safe_load_all((FOLDER / name).read_text()))


def granted(name: str) -> set[str]:
    """Each verb on each resource that a file gives, for example `get configmaps/dex in auth`."""
    return {found for each in documents(name) if "rules" in each for found in _granted(each)}


def _granted(role: Mapping[str, Any]) -> Iterator[str]:
    place = role["metadata"].get("namespace")
    for rule in role["rules"]:
        for group in rule["apiGroups"]:
            for resource in rule["resources"]:
                for name in rule.get("resourceNames", [None]):
                    for verb in rule["verbs"]:
                        yield right(verb, group, resource, place, name)


def right(verb: str, group: str, resource: str, namespace: str | None, name: str | None) -> str:
    """A verb on a resource in words, for example `get configmaps/dex in auth`."""
    kind = f"{resource}.{group}" if group else resource
    return f"{verb} {kind}{f'/{name}' if name else ''}{f' in {namespace}' if namespace else ''}"


# The page


def not_seen() -> dict[str, str]:
    """What the page lists as never seen on the local platform -> the reason it gives."""
    section = PAGE.read_text().split("## What was not seen")[1].split("\n## ")[0]
    rows = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("| `")]
    return {name: reason.strip() for names, reason, *_ in rows for name in re.findall(r"`([^`]+)`", names)}
