"""Changing settings one after another, and seeing what the engine does for each change.

Owns: the form of the tables of changes, writing them into a stack file, and what an `up` or a `preview` did. Does not
own the tables (`changes.py`) or what must come of them (the tests).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.platform import Platform
from tests.support.engine.workspaces import Workspace

Operations = set[tuple[str, str]]
"""Operation and type of what is not the same: `("update", "aws:s3/bucket:Bucket")`."""

_REPLACING = {"create-replacement", "replace", "delete-replaced"}
_NOTHING = {"same", "read"}
_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


@dataclass(frozen=True)
class Secret:
    """A value that goes into the stack file as `pulumi config set --secret` writes it."""

    value: str


@dataclass(frozen=True, kw_only=True)
class Change:
    """A change of settings, and everything that the engine does because of it."""

    to: Mapping[str, Any]
    """Path of a setting -> its new value; None takes it away, a function is asked with the platform."""
    does: Operations
    was: str = ""
    """A name that must be nowhere on the platform afterwards."""
    now: str = ""
    """The name that must be there instead."""
    apart_from: str = ""
    """A part of the inventory that is not looked at for these names."""


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """A change of settings that is refused before anything is touched."""

    to: Mapping[str, Any]
    says: str


def settings_named(changes: Iterable[Change | Refusal]) -> set[str]:
    """The settings that the changes change, as the table in docs/settings.md calls them."""
    return {re.sub(r"\[\d+\]", "[]", path) for change in changes for path in change.to}


class Walk:
    """One workspace whose settings change step by step."""

    def __init__(self, workspace: Workspace, platform: Platform, settings: Mapping[str, Any]) -> None:
        self.workspace = workspace
        self._platform = platform
        self._settings: dict[str, Any] = deepcopy(dict(settings))

    def write(self, *changes: Mapping[str, Any]) -> None:
        """Write changes of settings into the stack file."""
        for path, value in (item for change in changes for item in change.items()):
            _put(self._settings, path, value(self._platform) if callable(value) else value)
            if path == "aws:region":
                self.workspace.engine.checked("config", "set", path, str(value), "--stack", self.workspace.stack)
                del self._settings[path]
        secrets: list[tuple[str, Secret]] = []
        self.workspace.write(**{key: _shown(value, key, secrets) for key, value in self._settings.items()})
        for path, secret in secrets:
            self.workspace.set_secret(path, secret.value)

    def up(self) -> list[tuple[str, str, str]]:
        """Run `up`; operation, type and logical name of every step that did something, in order."""
        demo = self.workspace
        said = demo.engine.checked("up", "--yes", "--skip-preview", "--json", "--stack", demo.stack).stdout
        events = [json.loads(line) for line in said.splitlines()]
        steps = [event["resourcePreEvent"]["metadata"] for event in events if "resourcePreEvent" in event]
        return [(step["op"], *_type_and_name(step["urn"])) for step in steps if step["op"] not in _NOTHING]


def as_operations(steps: Iterable[tuple[str, str, str]]) -> Operations:
    """The steps of an `up` as a preview shows them: both halves of a replacement are one."""
    return {("replace" if operation in _REPLACING else operation, type_) for operation, type_, _ in steps}


def deleted_first(steps: Iterable[tuple[str, str, str]]) -> set[str]:
    """The types of the resources that a replacement deleted before it made the new one."""
    deleted: set[tuple[str, str]] = set()
    found: set[str] = set()
    for operation, type_, name in steps:
        if operation == "delete-replaced":
            deleted.add((type_, name))
        elif operation == "create-replacement" and (type_, name) in deleted:
            found.add(type_)
    return found


def _type_and_name(urn: str) -> tuple[str, str]:
    _, _, types, name = urn.split("::", 3)
    return types.rsplit("$", 1)[-1], name


def _put(settings: dict[str, Any], path: str, value: Any) -> None:
    *way, last = [int(index) if index else key for key, index in _STEP.findall(path)]
    place: Any = settings
    for key in way:
        if isinstance(key, str) and place.get(key) is None:
            place[key] = {}
        place = place[key]
    if isinstance(last, int) and value is None:
        del place[last]
    elif isinstance(last, int) or value is not None or place is settings:
        place[last] = value
    else:
        place.pop(last, None)


def _shown(value: Any, path: str, secrets: list[tuple[str, Secret]]) -> Any:
    """A value without its secrets; they are added to the list."""
    if isinstance(value, list):
        return [_shown(item, f"{path}[{index}]", secrets) for index, item in enumerate(value)]
    if not isinstance(value, Mapping):
        return value
    secrets += [(f"{path}.{key}", item) for key, item in value.items() if isinstance(item, Secret)]
    return {key: _shown(v, f"{path}.{key}", secrets) for key, v in value.items() if not isinstance(v, Secret)}


def address(variable: str) -> Callable[[Platform], str]:
    """The URL that an environment variable of the platform holds, spelled otherwise."""
    return lambda platform: platform.complete_environment()[variable].replace("127.0.0.1", "localhost")


def copy_of(file: Path) -> Callable[[Platform], str]:
    """The path of a copy of a file."""

    def copied(platform: Platform) -> str:
        copy = platform.folder / file.name
        copy.write_text(file.read_text())
        return str(copy)

    return copied
