"""The real engine on a platform of the tests' own: one platform a session, one project folder and stack a workspace."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from local import inventory
from local.aws.seed import CLUSTER, REGION
from local.platform import CHECKOUT, Platform
from workspacectl.pulumi_cli import Engine, Result

NODE_GROUPS: list[dict[str, Any]] = [
    {"spec": "standard", "instanceType": "m5.xlarge", "max": 3},
    {"spec": "gpu", "instanceType": "g5.xlarge", "max": 2},
]


@dataclass
class Workspace:
    """One stack of the program: its file, and the `pulumi` commands a person would run on it."""

    project: str
    engine: Engine
    secrets: list[str] = field(default_factory=list)

    @property
    def stack(self) -> str:
        return f"{self.project}-dev"

    @property
    def _file(self) -> Path:
        return self.engine.project / "stacks" / f"Pulumi.{self.stack}.yaml"

    def write(self, **changes: Any) -> None:
        """Change settings in the stack file; None takes one away."""
        yaml = YAML()
        document = yaml.load(self._file) if self._file.exists() else {"config": {"aws:region": REGION}}
        for key, value in changes.items():
            document["config"].pop(f"project-workspace:{key}", None)
            if value is not None:
                document["config"][f"project-workspace:{key}"] = value
        yaml.dump(document, self._file)

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


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """A platform that runs, with the world in it as it stands before the first workspace."""
    platform = Platform(tmp_path_factory.mktemp("platform", numbered=False))
    platform.start(lambda _: None)
    yield platform
    platform.stop()


@pytest.fixture
def before(platform: Platform) -> inventory.Inventory:
    """What stood on the platform when the test began."""
    return inventory.take(platform)


@pytest.fixture
def workspace(platform: Platform, tmp_path: Path) -> Iterator[Callable[..., Workspace]]:
    """Makes workspaces; what a test leaves of them is destroyed after it."""
    made: list[Workspace] = []
    engine = Engine(_project_folder(tmp_path), platform.complete_environment())

    def make(project: str, **settings: Any) -> Workspace:
        given: dict[str, Any] = {
            "project": project,
            "environment": "dev",
            "infra": "meerkat",
            "cluster": CLUSTER,
            "nodeGroups": NODE_GROUPS,
            "grafana": {"url": "${GRAFANA_URL}", "folder": "monitoring"},
            "conductor": {"url": "${AIC_FRONTEND_URL}"},
            **settings,
        }
        new = Workspace(project, engine)
        new.write(**given)
        engine.select(new.stack)
        made.append(new)
        return new

    yield make
    for left in made:
        if left.resources():
            left.engine.run("cancel", "--yes", "--stack", left.stack)
            left.write(deleteData=True)
            left.up()
            assert left.destroy().code == 0


def _project_folder(folder: Path) -> Path:
    """A project folder of the test's own around the program in the checkout: stack files are not written there."""
    yaml = YAML()
    project = yaml.load(CHECKOUT / "Pulumi.yaml")
    project["main"] = str(CHECKOUT)
    project["runtime"]["options"]["virtualenv"] = str(CHECKOUT / ".venv")
    (folder / "stacks").mkdir()
    yaml.dump(project, folder / "Pulumi.yaml")
    return folder
