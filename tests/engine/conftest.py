"""The real engine on a platform of the tests' own: one platform a session, one project folder and stack a workspace."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from local import inventory
from local.aws.seed import CLUSTER
from local.kube.objects import Objects
from local.platform import Platform
from local.project_folder import project_folder
from local.shared_plugins import shared_plugins
from tests.support import kubernetes_plugin
from tests.support.engine.workbenches import PASSWORD, SETTINGS
from tests.support.engine.workspaces import NODE_GROUPS, Workspace
from workspacectl.pulumi_cli import Engine


@pytest.fixture(scope="session")
def platform(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """A platform that runs, with the world in it as it stands before the first workspace."""
    platform = Platform(tmp_path_factory.mktemp("platform", numbered=False))
    platform.start(lambda _: None)
    if kubernetes_plugin.is_official(request.config):
        kubernetes_plugin.install(platform.home)
    yield platform
    platform.stop()


@pytest.fixture(scope="session")
def environment(
    request: pytest.FixtureRequest, platform: Platform, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, str]]:
    """What `pulumi` needs, with plugins that all tests share: what starting them costs is half of a small run.

    A test that gives its runs other credentials of AWS or Kubernetes takes `Workspace.with_plugins_of_its_own`.
    """
    folder, names = tmp_path_factory.mktemp("plugins"), kubernetes_plugin.shared(request.config)
    with shared_plugins(platform.complete_environment(), folder, names) as environment:
        yield environment


@pytest.fixture
def before(platform: Platform) -> inventory.Inventory:
    """What stood on the platform when the test began."""
    return inventory.take(platform)


@pytest.fixture
def workspace(environment: dict[str, str], tmp_path: Path) -> Iterator[Callable[..., Workspace]]:
    """Makes workspaces; what a test leaves of them is destroyed after it."""
    made: list[Workspace] = []
    engine = Engine(project_folder(tmp_path), environment)

    def make(project: str, **settings: Any) -> Workspace:
        given: dict[str, Any] = {
            "project": project,
            "environment": "dev",
            "infra": "meerkat",
            "cluster": CLUSTER,
            "nodeGroups": NODE_GROUPS,
            "grafana": {"url": "${GRAFANA_URL}", "folder": "monitoring"},
            "conductor": {"url": "${AIC_FRONTEND_URL}"},
            **settings,
        }
        new = Workspace(project, engine)
        new.write(**given)
        engine.select(new.stack)
        made.append(new)
        return new

    yield make
    for left in made:
        if left.resources() and left.destroy().code != 0:
            left.engine.run("cancel", "--yes", "--stack", left.stack)
            left.write(deleteData=True)
            left.up("--refresh")
            assert left.destroy().code == 0


@pytest.fixture
def objects(platform: Platform) -> Objects:
    """Somebody's access to the platform's cluster."""
    return Objects.connect(platform.kubeconfig)


@pytest.fixture
def trial(environment: dict[str, str], tmp_path: Path) -> Iterator[Workspace]:
    """A stack of Workbench's program; what a test leaves of it is destroyed after it."""
    engine = Engine(project_folder(tmp_path, "programs/workbench"), environment)
    made = Workspace("trial", engine, namespace="workbench")
    made.write(**SETTINGS)
    engine.select(made.stack)
    made.set_secret("registryLogin.password", PASSWORD)
    yield made
    if made.resources() and made.destroy().code != 0:
        made.engine.run("cancel", "--yes", "--stack", made.stack)
        made.write(deleteData=True, protect=False)
        made.up("--refresh")
        assert made.destroy().code == 0
