"""Fixtures of the shared objects' dynamic providers."""

import pytest

from components.clients import rollout
from tests.clients.shared.real_cluster import platform

__all__ = ["platform"]


@pytest.fixture(autouse=True)
def short_gathering(monkeypatch: pytest.MonkeyPatch) -> None:
    """A configuration that a test edits by hand looks as if somebody else were about to restart dex.

    Not as long as a poll of the rollout, so that a test can tell them apart.
    """
    monkeypatch.setattr(rollout, "GATHER_SECONDS", 0.55)
