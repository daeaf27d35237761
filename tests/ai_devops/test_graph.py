"""What the component declares, whole: every resource with every input, and the outputs, for the stacks of fixtures."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from local.checkout import CHECKOUT
from tests.ai_devops.test_settings import FIXTURES
from tests.workspace.conftest import golden

GRAPHS = Path(__file__).parent / "graphs"


def declared_of(path: Path) -> Any:
    command = [sys.executable, "-m", "tests.ai_devops.declare", str(path)]
    return json.loads(subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout)


@pytest.mark.parametrize("name", ["smallest", "everything", "drawn_secret"])
def test_the_component_declares_exactly_this(name: str, request: pytest.FixtureRequest) -> None:
    found = declared_of(FIXTURES / f"{name}.happy.yaml")
    assert found == golden(GRAPHS / f"{name}.json", found, renew=bool(request.config.getoption("--renew")))
