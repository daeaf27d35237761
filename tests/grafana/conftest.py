"""A Grafana that can be told to fail, and a client of it with short time limits."""

from collections.abc import Generator
from pathlib import Path

import pytest

from project_workspace.grafana.client import Grafana
from tests.support.faulty_grafana import IMPATIENT, QUICK, TOKEN, FaultySite, faulty_site, silent


@pytest.fixture
def site(tmp_path: Path) -> Generator[FaultySite]:
    with faulty_site(tmp_path) as running:
        yield running


@pytest.fixture
def grafana(site: FaultySite, request: pytest.FixtureRequest) -> Grafana:
    parameters = request.node.callspec.params if hasattr(request.node, "callspec") else {}
    return Grafana(site.url, TOKEN, IMPATIENT if silent in parameters.values() else QUICK)
