"""The policies of docs/permissions.md, and what that page lists.

Owns: reading the page and the Kubernetes files beside it. Does not own the AWS policies
(`workspacectl/permissions`), whether a policy allows a call (`local/aws/policies.py`), nor which calls the program
makes: the local platform counts those (`local/aws/calls.py`, `tests/support/engine/identities.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import yaml

from local.checkout import CHECKOUT
from workspacectl.permissions.policies import Statement, actions_of

PAGE = CHECKOUT / "docs" / "permissions.md"
FOLDER = CHECKOUT / "docs" / "permissions"


def allowed_actions(policy: Iterable[Statement]) -> set[str]:
    return {action for each in policy if each["Effect"] == "Allow" for action in actions_of(each)}


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
