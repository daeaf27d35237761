"""What all tests of faults share: clients whose time limits and pauses are short, and one cluster for all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.faults.limits import Limits, limited
from tests.support.faults.shielded import Shielded, shielded
from tests.support.real_cluster import Kube


@pytest.fixture(scope="session")
def cluster_behind(kube: Kube) -> Iterator[Shielded]:
    with shielded(kube) as made:
        yield made


@pytest.fixture(scope="module")
def undisturbed() -> dict[str, Any]:
    """What the undisturbed runs of one file gave."""
    return {}


@pytest.fixture
def limits(monkeypatch: pytest.MonkeyPatch) -> Limits:
    return limited(monkeypatch)
