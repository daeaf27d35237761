"""Many workspaces at the same time on one platform: what `make bench-concurrency` measures and a test asserts.

Owns: the stacks' files, running the same command for all of them side by side, and what a person does the moment an
`up` returns: log in. Does not own the platform, nor the plugins that the runs share (`local.shared_plugins`).
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from ruamel.yaml import YAML

from local.aws.seed import CLUSTER, REGION
from local.dex.login import LoginResult, login
from local.project_folder import project_folder
from workspacectl.pulumi_cli import Engine

SIXTEEN = tuple(f"crowd{letter}" for letter in "abcdefghijklmnop")
"""The projects of the measurement and of its test."""

SETTINGS: dict[str, Any] = {
    "environment": "dev",
    "infra": "meerkat",
    "cluster": CLUSTER,
    "nodeGroups": [{"spec": "standard", "instanceType": "m5.xlarge", "max": 3}],
    "grafana": {"url": "${GRAFANA_URL}", "folder": "monitoring"},
    "conductor": {"url": "${AIC_FRONTEND_URL}"},
}
"""A whole workspace: every part, one node group. Run:ai's part is beside it, since it names the project."""
EVERYBODY = "viewer-of-all@example.com"

T = TypeVar("T")


@dataclass(frozen=True)
class Stack:
    """One workspace: a project folder of its own, and the commands that a person runs in it."""

    project: str
    engine: Engine

    @property
    def name(self) -> str:
        return f"{self.project}-dev"

    @property
    def user(self) -> str:
        """Who can log in once the workspace is there."""
        return f"aic-user-{self.project}-ws@aic.com"

    @property
    def viewers(self) -> list[str]:
        """Who stands in Run:ai's shared list once the workspace is there: somebody of its own, and one of all."""
        return [EVERYBODY, f"viewer-of-{self.project}"]

    @property
    def bucket_arns(self) -> list[str]:
        """What the shared policies name once the workspace is there."""
        bucket = f"arn:aws:s3:::s3-an2-meerkat-dev-{self.project}"
        return [bucket, f"{bucket}/*"]

    def init(self) -> None:
        self.engine.checked("stack", "init", "--no-select", "--stack", self.name)

    def up(self) -> str:
        """Make the workspace; answers its user's password, which the command shows at its end."""
        options = ("--yes", "--skip-preview", "--suppress-progress", "--show-secrets")
        shown = self.engine.checked("up", *options, "--stack", self.name).stdout
        found = re.search(r'^\s+kubeflowPassword\s*: ("\S+")', shown, re.MULTILINE)
        if found is None:
            raise LookupError(f"'pulumi up' of {self.name} did not show the output kubeflowPassword.")
        return str(json.loads(found[1]))

    def up_and_log_in(self, issuer: str) -> LoginResult:
        """Make the workspace and log in as its user at once."""
        return login(issuer, self.user, self.up())

    def destroy(self) -> None:
        self.engine.checked("destroy", "--yes", "--skip-preview", "--suppress-progress", "--stack", self.name)


def prepare(folder: Path, environment: Mapping[str, str], projects: Sequence[str] = SIXTEEN) -> list[Stack]:
    """Stacks that are there and empty, each with a project folder of its own below `folder`."""
    stacks = [Stack(project, Engine(project_folder(folder / project), environment)) for project in projects]
    for stack in stacks:
        _write(stack)
    at_once(stacks, Stack.init)
    return stacks


def at_once(stacks: Sequence[Stack], work: Callable[[Stack], T]) -> list[T]:
    """Do the work for all stacks, begun at the same moment. Raises ExceptionGroup when all ended and some failed."""
    barrier = threading.Barrier(len(stacks))

    def one(stack: Stack) -> T:
        barrier.wait()
        return work(stack)

    with ThreadPoolExecutor(len(stacks)) as pool:
        ended = [pool.submit(one, stack) for stack in stacks]
        failures = [error for each in ended if isinstance(error := each.exception(), Exception)]
    if failures:
        raise ExceptionGroup(f"{len(failures)} of {len(stacks)} stacks failed", failures)
    return [each.result() for each in ended]


def _write(stack: Stack) -> None:
    runai = {"project": stack.project, "viewers": stack.viewers, "bindings": "shared"}
    whole = {"project": stack.project, **SETTINGS, "runai": runai}
    settings = {f"project-workspace:{key}": value for key, value in whole.items()}
    document = {"config": {"aws:region": REGION, **settings}}
    YAML().dump(document, Path(stack.engine.project) / "stacks" / f"Pulumi.{stack.name}.yaml")
