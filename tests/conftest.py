"""Options of the whole suite, and what no test may inherit from the one before."""

from collections.abc import Iterator

import hypothesis
import pytest

from project_workspace.aws import provider_connection as aws
from project_workspace.aws import session
from project_workspace.kube import provider_connection as kubernetes
from tests.support import kubernetes_plugin
from tests.support.aws_descriptions import descriptions_read_once
from tests.support.keycloak import keycloak, realm
from tests.support.real_cluster import dex_cluster, kube, provided, short_gathering

# How long an example takes is the machine's affair, and depends on what else it does.
hypothesis.settings.register_profile(
    "whatever-the-load", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("whatever-the-load")

__all__ = ["descriptions_read_once", "dex_cluster", "keycloak", "kube", "provided", "realm", "short_gathering"]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What takes minutes begins first, on every worker, so that none is alone with it at the end.

    xdist's `worksteal` gives every worker an equal run of the list, and from the ends of these what one has left over.
    The engine's cases are shared out by file: what a file sets up is set up once.
    """
    workers = int(getattr(config, "workerinput", {"workercount": 1})["workercount"])
    slow: list[list[pytest.Item]] = [[] for _ in range(workers)]
    files = {item.path: None for item in items if "engine" in item.keywords}
    place = {path: slow[index % workers] for index, path in enumerate(files)}
    quick: list[pytest.Item] = []
    for item in items:
        place.get(item.path, quick).append(item)
    each = len(items) // workers
    ordered: list[pytest.Item] = []
    for share in slow:
        room = max(0, each - len(share))
        ordered += share + quick[:room]
        del quick[:room]
    items[:] = ordered + quick


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--renew", action="store_true", help="write expected documents anew, to be reviewed as a diff")
    kinds = (kubernetes_plugin.STAND_IN, kubernetes_plugin.OFFICIAL)
    help_ = "which plugin of Kubernetes the tests are about; `make test-official` sets it"
    parser.addoption(kubernetes_plugin.OPTION, choices=kinds, default=kinds[0], help=help_)


@pytest.fixture(autouse=True)
def connections_of_its_own() -> Iterator[None]:
    """A connection keeps the credentials of the environment in which it was made."""
    yield
    session.session.cache_clear()
    aws.forget()
    kubernetes.forget()
