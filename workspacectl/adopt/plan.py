"""`pulumi` for one stack, as the adoption uses it: its configuration, what it plans, its import.

Owns: the command lines and the reading of their JSON. Does not own what is looked for in it. The engine itself is run
by `workspacectl.pulumi_cli`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from project_workspace.remote.provider import StackConfig
from workspacectl.pulumi_cli import Engine, EngineError, Result

Key = tuple[str, str]
"""A resource's type and logical name."""


@dataclass(frozen=True)
class Planned:
    """What a preview would do with one resource."""

    operation: str
    """`create`, `update`, `replace`, `same`, `read`, ..."""
    type: str
    name: str
    """Logical name."""
    before: Mapping[str, Any]
    """The inputs in the state; empty for what is not in it."""
    inputs: Mapping[str, Any]
    changed: tuple[str, ...]
    """Paths of the inputs that differ."""

    @property
    def key(self) -> Key:
        return self.type, self.name


@dataclass(frozen=True)
class Plan:
    """What a preview would do, and the engine's skeleton of an import file for all that it would make."""

    steps: list[Planned]
    skeleton: dict[str, Any]

    def one(self, type_: str) -> Planned | None:
        """The only resource of that type; None without."""
        return next((step for step in self.steps if step.type == type_), None)


@dataclass(frozen=True)
class Stack:
    """One stack in one project folder."""

    engine: Engine
    name: str

    @property
    def file(self) -> Path:
        """Its file, whether it is there or not: beside Pulumi.yaml, or in the folder that this names."""
        return self.engine.project / self.project.get("stackConfigDir", ".") / f"Pulumi.{self.name}.yaml"

    @property
    def project(self) -> dict[str, Any]:
        """Pulumi.yaml."""
        return yaml.safe_load((self.engine.project / "Pulumi.yaml").read_text(encoding="utf-8-sig"))

    def set_secret(self, path: str, value: str) -> None:
        """Set a setting, encrypted, in the stack's file; the value is on no command line."""
        self.engine.checked("config", "set", "--path", "--secret", path, "--stack", self.name, said=value)

    def config(self) -> dict[str, str]:
        """The whole configuration, secrets in clear: for this process's memory only."""
        found = self.engine.checked("config", "--json", "--show-secrets", "--stack", self.name).stdout
        return {key: str(entry["value"]) for key, entry in json.loads(found).items() if "value" in entry}

    def providers_config(self, values: Mapping[str, str]) -> StackConfig:
        """The configuration as the dynamic providers of this stack's program see it."""
        return stack_config(values, self.project["name"])

    def plan(self, folder: Path) -> Plan:
        """What `pulumi up` would do. `folder` is a private one for the engine's file. Raises `EngineError`."""
        file = folder / f"{self.name}.skeleton.json"
        result = self.engine.run("preview", "--json", "--show-sames", "--import-file", str(file), "--stack", self.name)
        if result.code != 0:
            raise EngineError(_errors(result))
        skeleton = json.loads(file.read_text()) if file.exists() else {}
        return Plan([_planned(step) for step in json.loads(result.stdout)["steps"]], skeleton)

    def take(self, file: Path, *, protect: bool) -> None:
        """Pulumi's own import of what the file names. Changes the state and nothing else. Raises `EngineError`."""
        wanted = ["--generate-code=false", f"--protect={str(protect).lower()}", "--skip-preview", "--yes"]
        self.engine.checked("import", "--file", str(file), *wanted, "--stack", self.name)


def stack_config(values: Mapping[str, str], program: str) -> StackConfig:
    """The configuration as the dynamic providers of the program see it: a key without a namespace is one of its own."""
    return StackConfig(lambda key: values.get(key if ":" in key else f"{program}:{key}"))


def _planned(step: Mapping[str, Any]) -> Planned:
    _, _, types, name = step["urn"].split("::", 3)
    before = step.get("oldState") or {}
    after = step.get("newState") or before  # what stays the same has no new state
    return Planned(
        operation=step["op"],
        type=types.rsplit("$", 1)[-1],
        name=name,
        before=before.get("inputs") or {},
        inputs=after.get("inputs") or {},
        changed=tuple(sorted(step.get("detailedDiff") or step.get("diffReasons") or ())),
    )


def _errors(result: Result) -> str:
    """What the engine said was wrong: in JSON it says so among the diagnostics."""
    try:
        said = json.loads(result.stdout).get("diagnostics") or []
    except ValueError:
        said = []
    errors = [str(entry.get("message", "")).strip() for entry in said if entry.get("severity") == "error"]
    return "\n".join(errors) or result.output.strip()
