"""The good site for Workbench, made once a module on the cluster of the tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from moto import mock_aws

from local.aws.moto_patches import iam_simulation, service_quotas, ssm
from project_workspace.kube.cluster import Cluster
from tests.preflight.workbench.scenery import Scenery
from tests.preflight.workbench.stage import (
    ADDRESS,
    HOST,
    LOGIN,
    VERSION,
    Stage,
    make_eks,
    server_version,
    write_manifest,
    write_tools,
)
from tests.support.real_cluster import Kube
from tests.support.registry import Registry, registry_serving
from tests.support.registry_access import Access


@pytest.fixture(scope="module")
def made(kube: Kube, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scenery]:
    """The objects, and the cluster on AWS, which stay for the module."""
    for patch in (iam_simulation, service_quotas, ssm):
        patch.close()
    with (
        registry_serving(Registry(Access({LOGIN[0]: LOGIN[1]}))) as registry,
        pytest.MonkeyPatch.context() as environment,
    ):
        environment.setenv("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")  # half a second of CPU
        yield from _on_aws(kube, registry, tmp_path_factory.mktemp("workbench"))


def _on_aws(kube: Kube, registry: Registry, folder: Path) -> Iterator[Scenery]:
    with mock_aws():
        scenery = Scenery(Stage(kube, registry, folder, make_eks()))
        try:
            scenery.make()
            yield scenery
        finally:
            scenery.remove()


@pytest.fixture
def scenery(made: Scenery, monkeypatch: pytest.MonkeyPatch) -> Scenery:
    """The good site: whatever a test changed of the settings, names, tools and the registry is as it was."""
    stage = made.stage
    stage.settings, stage.addresses = made.settings(), {HOST: {ADDRESS}, f"*.{HOST}": {ADDRESS}}
    stage.version = VERSION
    write_tools(stage.folder / "bin")
    write_manifest(stage.folder, stage.registry)
    (stage.folder / "config.json").unlink(missing_ok=True)
    monkeypatch.setattr(Cluster, "version", server_version(stage))
    return made
