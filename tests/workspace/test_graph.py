"""What the program declares, whole: every resource with every input, for the settings of each stack file beside."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from local.checkout import CHECKOUT
from tests.workspace.conftest import golden

GRAPHS = Path(__file__).parent / "graphs"


@pytest.mark.parametrize("path", sorted(GRAPHS.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_program_declares_exactly_this(path: Path, request: pytest.FixtureRequest) -> None:
    declared = subprocess.run(
        [sys.executable, "-m", "tests.workspace.declare", str(path)],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(declared.stdout)
    assert found == golden(path.with_suffix(".json"), found, renew=bool(request.config.getoption("--renew")))
