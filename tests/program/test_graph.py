"""What the program declares, whole: every resource with every input, for the settings of each stack file beside."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pulumi
import pytest
from ruamel.yaml import YAML

from components import loading
from components.workspace import ProjectWorkspace, ProjectWorkspaceArgs
from tests.program.conftest import Recorder, golden, shown
from tests.settings.test_settings import as_the_engine_gives_it

HERE = Path(__file__).parent / "graphs"
ENVIRONMENT = {"AIC_FRONTEND_URL": "https://aicond.example.com", "GRAFANA_URL": "https://grafana.example.com"}


def args_of(path: Path) -> ProjectWorkspaceArgs:
    config, secrets = as_the_engine_gives_it(YAML(typ="safe").load(path.read_text())["config"])
    return loading.load(config, secret_keys=secrets, environment=ENVIRONMENT).args()


@pulumi.runtime.test
def declare(path: Path) -> pulumi.Output[Any]:
    """Declare the workspace of a stack file; returns when every registration has landed."""
    return pulumi.Output.all(**ProjectWorkspace("demo", args_of(path)).outputs())


@pytest.mark.parametrize("path", sorted(HERE.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_program_declares_exactly_this(path: Path, recorder: Recorder, request: pytest.FixtureRequest) -> None:
    declare(path)
    found = shown(recorder.declared)
    assert found == golden(path.with_suffix(".json"), found, renew=bool(request.config.getoption("--renew")))
