"""Declares the workspace of a stack file under mocks and prints every resource: `python -m tests.program.declare FILE`.

A process of its own, because the SDK keeps its settings, monitor and outstanding calls in globals that other tests of
the same process change.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pulumi
from pulumi.runtime import mocks
from ruamel.yaml import YAML

from components import loading
from components.workspace import ProjectWorkspace, ProjectWorkspaceArgs
from tests.program.conftest import Recorder, shown
from tests.settings.test_settings import as_the_engine_gives_it

ENVIRONMENT = {"AIC_FRONTEND_URL": "https://aicond.example.com", "GRAFANA_URL": "https://grafana.example.com"}


def args_of(path: Path) -> ProjectWorkspaceArgs:
    """The component's arguments for a stack file."""
    config, secrets = as_the_engine_gives_it(YAML(typ="safe").load(path.read_text())["config"])
    return loading.load(config, secret_keys=secrets, environment=ENVIRONMENT).args()


@pulumi.runtime.test
def declare(path: Path) -> pulumi.Output[Any]:
    """Declare the workspace; returns when every registration has landed."""
    return pulumi.Output.all(**ProjectWorkspace("demo", args_of(path)).outputs())


if __name__ == "__main__":
    recorder = Recorder()
    mocks.set_mocks(recorder, project="project-workspace", stack="demo-dev", preview=True)
    declare(Path(sys.argv[1]))
    sys.stdout.write(json.dumps(shown(recorder.declared)))
