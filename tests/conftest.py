"""Options of the whole suite, and what no test may inherit from the one before."""

from collections.abc import Iterator

import pytest

from project_workspace.aws import client as aws
from project_workspace.kube import provider_connection
from tests.support.real_cluster import dex_cluster, kube, short_gathering

__all__ = ["dex_cluster", "kube", "short_gathering"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes minutes begins first, so that no worker is alone with it at the end."""
    items.sort(key=lambda item: "engine" not in item.keywords)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--renew", action="store_true", help="write expected documents anew, to be reviewed as a diff")


@pytest.fixture(autouse=True)
def connections_of_its_own() -> Iterator[None]:
    """A connection keeps the credentials of the environment in which it was made."""
    yield
    aws.session.cache_clear()
    provider_connection.forget()
