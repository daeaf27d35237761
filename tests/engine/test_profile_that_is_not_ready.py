"""A Profile that does not become ready names Kubeflow's profile controller, and the next `up` completes it."""

from __future__ import annotations

import signal
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from ruamel.yaml import YAML

from local import processes
from local.checkout import CHECKOUT
from local.platform import Platform
from workspacectl.pulumi_cli import Engine

pytestmark = [pytest.mark.engine, pytest.mark.official]

STACK = "stuck"
PROGRAM = """
from project_workspace.kube.provider_connection import StackCluster
from project_workspace.kubeflow import component
from project_workspace.stack_mark import StackMark
component.LIMIT_MINUTES = 0.05
component.Namespace(
    "stuck",
    component.NamespaceArgs(
        namespace="aic-ns-stuck-ws", owner="stuck@aic.com", region="ap-northeast-2", stack_cluster=StackCluster(),
        mark=StackMark.of_this_run(),
    ),
)
"""
SENTENCE = (
    "The Profile aic-ns-stuck-ws is not ready: Kubeflow's profile controller does not run, or refuses it. "
    "What it says: 'kubectl -n kubeflow logs deployment/profiles-deployment'. Mend that, then run 'pulumi up' again."
)


@contextmanager
def without_the_profile_controller(platform: Platform) -> Generator[None]:
    """Its process stands still: it sees nothing, writes nothing, and goes on afterwards."""
    (found,) = [each for each in processes.running(platform.run_dir) if each.name == "profile-controller"]
    controller = psutil.Process(found.pid)
    controller.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        controller.send_signal(signal.SIGCONT)


@pytest.fixture
def engine(environment: dict[str, str], tmp_path: Path) -> Engine:
    yaml = YAML()
    project = yaml.load(CHECKOUT / "Pulumi.yaml")
    project["runtime"]["options"]["virtualenv"] = str(CHECKOUT / ".venv")
    (tmp_path / "stacks").mkdir()
    yaml.dump(project, tmp_path / "Pulumi.yaml")
    (tmp_path / "__main__.py").write_text(PROGRAM)
    made = Engine(tmp_path, environment)
    made.select(STACK)
    return made


def test_a_profile_that_is_not_ready_in_time_names_the_controller_and_is_completed_by_the_next_up(
    platform: Platform, engine: Engine
) -> None:
    with without_the_profile_controller(platform):
        failed = engine.run("up", "--yes", "--skip-preview", "--stack", STACK)
        assert failed.code != 0
        assert SENTENCE in failed.output
        assert failed.output.count("timed out waiting for the condition") >= 1

    completed = engine.checked("up", "--yes", "--skip-preview", "--stack", STACK).output
    assert SENTENCE not in completed
    assert engine.run("preview", "--expect-no-changes", "--stack", STACK).code == 0
    engine.checked("destroy", "--yes", "--skip-preview", "--stack", STACK)
