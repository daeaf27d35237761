"""A state that an earlier commit has written is taken on by today's program: read, kept, destroyed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from local import inventory
from local.dex.login import login
from local.platform import Platform
from tests.support.engine.kept_states import FOLDER, KEPT, fitted
from tests.support.engine.watching import operations
from tests.support.engine.workspaces import Workspace

pytestmark = pytest.mark.engine

DYNAMIC = {
    "pulumi-python:dynamic/conductor:Account",
    "pulumi-python:dynamic/conductor:Membership",
    "pulumi-python:dynamic/conductor:Workspace",
    "pulumi-python:dynamic/dex:User",
    "pulumi-python:dynamic/grafana:Dashboard",
    "pulumi-python:dynamic/iam:PolicyGrant",
    "pulumi-python:dynamic/kubeflow:NamespaceGate",
    "pulumi-python:dynamic/eks:NodeGroupGeneration",
    "pulumi-python:dynamic/lifecycle:TeardownGuard",
}


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.json")), ids=lambda path: path.stem)
def test_a_state_of_an_earlier_commit_is_refreshed_taken_on_and_destroyed(
    path: Path,
    platform: Platform,
    before: inventory.Inventory,
    workspace: Callable[..., Workspace],
    tmp_path: Path,
) -> None:
    demo = workspace("moved", **KEPT)
    demo.up()
    current = json.loads(demo.engine.checked("stack", "export", "--show-secrets", "--stack", demo.stack).stdout)
    kept = json.loads(path.read_text())
    assert {found["type"] for found in kept["deployment"]["resources"]} >= DYNAMIC
    file = tmp_path / "kept.json"
    file.write_text(json.dumps(fitted(kept, current)))
    demo.engine.checked("stack", "import", "--file", str(file), "--stack", demo.stack)

    demo.engine.checked("refresh", "--yes", "--skip-preview", "--stack", demo.stack)
    assert {found["type"] for found in demo.resources()} >= DYNAMIC, "everything is found again"

    replaced_or_gone = {(op, type_) for op, type_ in operations(demo) if op not in ("create", "update")}
    assert replaced_or_gone == set()
    destroyed = demo.destroy()
    assert destroyed.code == 0, destroyed.output
    assert inventory.differences(before, inventory.take(platform)) == []


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.json")), ids=lambda path: path.stem)
def test_a_workspace_of_an_earlier_commit_is_brought_up_to_date(
    path: Path, platform: Platform, workspace: Callable[..., Workspace], tmp_path: Path
) -> None:
    demo = workspace("moved", **KEPT)
    demo.up()
    made = demo.outputs()
    current = json.loads(demo.engine.checked("stack", "export", "--show-secrets", "--stack", demo.stack).stdout)
    file = tmp_path / "kept.json"
    file.write_text(json.dumps(fitted(json.loads(path.read_text()), current)))
    demo.engine.checked("stack", "import", "--file", str(file), "--stack", demo.stack)

    demo.up()
    assert demo.preview("--expect-no-changes").code == 0
    now = demo.outputs()
    assert {key: now[key] for key in made} == made
    assert login(platform.issuer, now["kubeflowUser"], now["kubeflowPassword"]).accepted
