"""One stack of a program under test: its file, and the `pulumi` commands that a person would run on it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from local.aws.seed import REGION
from local.shared_plugins import with_plugins_of_its_own
from workspacectl.pulumi_cli import Engine, Result

NODE_GROUPS: list[dict[str, Any]] = [
    {"spec": "standard", "instanceType": "m5.xlarge", "max": 3},
    {"spec": "gpu", "instanceType": "g5.xlarge", "max": 2},
]

COMMANDS: dict[str, tuple[str, ...]] = {
    "preview": ("preview",),
    "up": ("up", "--yes", "--skip-preview"),
    "destroy": ("destroy", "--yes", "--skip-preview"),
    "refresh": ("refresh", "--yes", "--skip-preview"),
    "up --refresh": ("up", "--yes", "--skip-preview", "--refresh"),
}
"""Every command that reads or changes what a stack made."""


@dataclass
class Workspace:
    """One stack of a program, a workspace's unless it says another: its file, and the `pulumi` commands a person would
    run on it."""

    project: str
    engine: Engine
    secrets: list[str] = field(default_factory=list)
    namespace: str = "project-workspace"
    """The program's, of the keys in the file."""

    def with_plugins_of_its_own(self) -> Workspace:
        """The same, with plugins that each run starts for itself."""
        return replace(self, engine=replace(self.engine, environment=with_plugins_of_its_own(self.engine.environment)))

    @property
    def stack(self) -> str:
        return f"{self.project}-dev"

    @property
    def file(self) -> Path:
        """The stack's file."""
        return self.engine.project / "stacks" / f"Pulumi.{self.stack}.yaml"

    def write(self, **changes: Any) -> None:
        """Change settings in the stack file; None takes one away."""
        yaml = YAML()
        document = yaml.load(self.file) if self.file.exists() else {"config": {"aws:region": REGION}}
        for key, value in changes.items():
            document["config"].pop(f"{self.namespace}:{key}", None)
            if value is not None:
                document["config"][f"{self.namespace}:{key}"] = value
        yaml.dump(document, self.file)

    def set_secret(self, path: str, value: str) -> None:
        """What `pulumi config set --path --secret` does; the value goes through standard input."""
        self.engine.checked("config", "set", "--path", "--secret", path, "--stack", self.stack, said=value)
        self.secrets.append(value)

    def up(self, *arguments: str) -> str:
        return self.engine.checked("up", "--yes", "--skip-preview", "--stack", self.stack, *arguments).output

    def preview(self, *arguments: str) -> Result:
        return self.engine.run("preview", "--stack", self.stack, *arguments)

    def destroy(self, *arguments: str) -> Result:
        return self.engine.run("destroy", "--yes", "--skip-preview", "--stack", self.stack, *arguments)

    def outputs(self) -> dict[str, Any]:
        return self.engine.outputs(self.stack, secrets=True)

    def resources(self) -> list[dict[str, Any]]:
        """The resources in the state."""
        exported = json.loads(self.engine.checked("stack", "export", "--stack", self.stack).stdout)
        return exported["deployment"].get("resources", [])
