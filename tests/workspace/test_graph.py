"""What the program declares, whole: every resource with every input, for the settings of each stack file beside."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.workspace.conftest import declared_of, golden

GRAPHS = Path(__file__).parent / "graphs"


@pytest.mark.parametrize("path", sorted(GRAPHS.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_program_declares_exactly_this(path: Path, request: pytest.FixtureRequest) -> None:
    found = declared_of(path)
    assert found == golden(path.with_suffix(".json"), found, renew=bool(request.config.getoption("--renew")))
