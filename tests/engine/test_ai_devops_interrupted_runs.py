"""A run that is killed between the two writes of the default StorageClass: the cluster has a default at every moment,
and the next run goes on from there."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from local import inventory
from local.kube.objects import Object
from local.kube.watching import follow
from local.platform import Platform
from project_workspace.volumes.places import is_default
from tests.ai_devops.conftest import Classes
from tests.support.engine.ai_devops import classes, stack
from tests.support.engine.recovering import recovered
from tests.support.engine.watching import run_killed_when
from tests.support.engine.workspaces import Workspace
from tests.support.faults.proxy import Call, Fault, Script
from tests.support.faults.shielded import shielded
from tests.support.real_cluster import eventually
from workspacectl.private_files import write_private

__all__ = ["classes", "stack"]

pytestmark = [pytest.mark.engine, pytest.mark.thorough]

SECOND_WRITE = Call("PATCH storageclasses", 2)


@contextmanager
def watched(found: Classes) -> Generator[list[list[str]]]:
    """The default classes as a watch of them sees it, each time that they are others."""
    marked: dict[str, bool] = {}
    moments: list[list[str]] = []
    names, stop = set(found.seen()), threading.Event()

    def tell(each: Object) -> None:
        marked[each["metadata"]["name"]] = is_default(each)
        now = sorted(name for name, marks in marked.items() if marks)
        if marked.keys() >= names and (not moments or moments[-1] != now):
            moments.append(now)

    follow(found.kube.objects, "storage.k8s.io/v1", "StorageClass", tell, stop)
    eventually("the watch has begun", lambda: moments)
    yield moments
    stop.set()


def killed_before_the_second_write(demo: Workspace, classes: Classes, command: str, folder: Path) -> None:
    """The second write never reaches the API server: the run is killed while it waits for the answer."""
    with shielded(classes.kube) as cluster:
        script = Script()
        script.plan(SECOND_WRITE, Fault.TIMEOUT_BEFORE)
        with cluster.behind(script) as kubeconfig:
            file = folder / f"{command}.kubeconfig"
            write_private(file, kubeconfig)
            behind = {**demo.engine.environment, "KUBECONFIG": str(file)}
            run_killed_when(
                replace(demo, engine=replace(demo.engine, environment=behind)), command, lambda: script.struck
            )


def test_a_run_that_is_killed_between_both_writes_of_the_default_never_leaves_the_cluster_without_one(
    platform: Platform,
    before: inventory.Inventory,
    stack: Callable[..., Workspace],
    classes: Classes,
    tmp_path: Path,
) -> None:
    demo, annotations = stack(storageClass={"name": "gp2", "takeOverDefault": True}), classes.seen()
    with watched(classes) as moments:
        killed_before_the_second_write(demo, classes, "up", tmp_path)
        assert classes.defaults() == ["gp2", "gp3"], "two until the next run: the newer one counts"
        assert "taken up  DefaultStorageClass 'ai-devops'" in recovered(demo)
        assert classes.defaults() == ["gp2"]
        demo.up()
        assert demo.preview("--refresh", "--expect-no-changes").code == 0

        killed_before_the_second_write(demo, classes, "destroy", tmp_path)
        assert classes.defaults() == ["gp2", "gp3"]
        recovered(demo)
        gone = demo.destroy()
        assert gone.code == 0, gone.output
        assert classes.seen() == annotations
        eventually("the watch has seen it", lambda: moments[-1] == ["gp3"])
    assert moments == [["gp3"], ["gp2", "gp3"], ["gp2"], ["gp2", "gp3"], ["gp3"]]
    assert inventory.differences(before, inventory.take(platform)) == []
