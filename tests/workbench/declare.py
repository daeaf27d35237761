"""Declares the Workbench of a stack file under mocks, prints every resource and output, as `tests/workspace/declare.py`
does a workspace's: `python -m tests.workbench.declare FILE`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pulumi
from ruamel.yaml import YAML

from project_workspace.config import loading
from project_workspace.config.workbench_program import WORKBENCH, WorkbenchStackOptions
from project_workspace.workbench.component import Workbench
from tests.config.test_settings import as_the_engine_gives_it
from tests.workspace.conftest import recording, shown


def settings(path: Path) -> WorkbenchStackOptions:
    """The settings of a stack file."""
    config, secrets = as_the_engine_gives_it(YAML(typ="safe").load(path.read_text())["config"])
    return loading.load(WORKBENCH, config, secret_keys=secrets, environment={}, stack_text=path.read_text())


@pulumi.runtime.test
def declare(path: Path) -> pulumi.Output[Any]:
    """Declare the Workbench; returns when every registration has landed."""
    made = Workbench("workbench", settings(path).args())
    VALUES.append(made.values_yaml)
    return pulumi.Output.all(**made.outputs())


VALUES: list[str] = []

if __name__ == "__main__":
    recorder = recording()
    declare(Path(sys.argv[1]))
    sys.stdout.write(json.dumps({"resources": shown(recorder.declared), "values": VALUES[0]}))
