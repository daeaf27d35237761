"""Declares the workspace of a stack file under mocks, prints every resource: `python -m tests.workspace.declare FILE`.

A process of its own, because the SDK keeps its settings, monitor and outstanding calls in globals that other tests of
the same process change.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pulumi
from ruamel.yaml import YAML

from project_workspace import ProjectWorkspace, ProjectWorkspaceArgs
from project_workspace.config import loading
from project_workspace.config.workspace_program import WORKSPACE
from tests.config.test_settings import as_the_engine_gives_it
from tests.workspace.conftest import recording, shown

ENVIRONMENT = {"AIC_FRONTEND_URL": "https://aicond.example.com", "GRAFANA_URL": "https://grafana.example.com"}


def args_of(path: Path) -> ProjectWorkspaceArgs:
    """The component's arguments for a stack file."""
    config, secrets = as_the_engine_gives_it(YAML(typ="safe").load(path.read_text())["config"])
    return loading.load(WORKSPACE, config, secret_keys=secrets, environment=ENVIRONMENT).args()


@pulumi.runtime.test
def declare(path: Path) -> pulumi.Output[Any]:
    """Declare the workspace; returns when every registration has landed."""
    return pulumi.Output.all(**ProjectWorkspace("demo", args_of(path)).outputs())


if __name__ == "__main__":
    recorder = recording()
    declare(Path(sys.argv[1]))
    sys.stdout.write(json.dumps(shown(recorder.declared)))
