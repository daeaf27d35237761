"""The equipment's own tests are thorough, but for the commands that the README promises."""

from pathlib import Path

import pytest

PROMISED = ("commands",)
"""Folders with tests of what people call: `make local`, `make local-env`, `make local-destroy`."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here) and item.path.relative_to(here).parts[0] not in PROMISED:
            item.add_marker(pytest.mark.thorough)
