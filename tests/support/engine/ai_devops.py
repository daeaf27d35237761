"""A stack of ai-devops at the engine, and the StorageClasses of the platform: fixtures of the tests that need them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from local.platform import Platform
from local.project_folder import project_folder
from tests.ai_devops.conftest import Classes
from tests.support.engine.drifting import Hand
from tests.support.engine.workspaces import Workspace
from tests.support.real_cluster import Kube
from workspacectl.pulumi_cli import Engine


@pytest.fixture
def stack(environment: dict[str, str], tmp_path: Path) -> Iterator[Callable[..., Workspace]]:
    """Makes a stack of the program; what a test leaves of it is destroyed after it."""
    engine = Engine(project_folder(tmp_path, "programs/ai-devops"), environment)
    made = Workspace("aidevops", engine, namespace="ai-devops")

    def make(**settings: Any) -> Workspace:
        made.write(**settings)
        engine.select(made.stack)
        return made

    yield make
    if made.resources():
        assert made.destroy().code == 0


@pytest.fixture
def classes(platform: Platform) -> Classes:
    """The platform's StorageClasses: gp3 is the default."""
    found = Classes(Kube(platform.kubeconfig, Hand(platform).objects))
    assert found.defaults() == ["gp3"]
    return found
