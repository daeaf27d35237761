"""The life of a workspace on the real engine: made, unchanged, destroyed, and nothing of it left."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from local import inventory
from local.dex.login import login
from local.kube.seed import FOREIGN_USERS
from local.platform import Platform
from tests.support.engine.workspaces import Workspace

pytestmark = [pytest.mark.engine, pytest.mark.official]

RUNBOOK = [
    "NamespaceGate",
    "Profile",
    "User",
    "Bucket",
    "PolicyGrant",
    "NodeGroup",
    "Dashboard",
    "Workspace",
    "Account",
    "Membership",
    "TeardownGuard",
]
"""The steps of the runbook (docs/facts/runbook.md, sections 2-1 to 2-4), by the types of their resources."""


def in_order(output: str, done: str) -> list[str]:
    """The runbook's steps in the order in which the engine says that they are done, each where it was done last."""
    found = re.findall(rf" [-+]  \S+:(\w+) \S+ {done} ", output)
    steps = [step for step in found if step in RUNBOOK]
    return [step for index, step in enumerate(steps) if step not in steps[index + 1 :]]


def test_a_workspace_is_made_stays_unchanged_and_leaves_nothing_behind(
    platform: Platform, before: inventory.Inventory, workspace: Callable[..., Workspace]
) -> None:
    demo = workspace("demo").with_plugins_of_its_own()
    assert in_order(demo.up(), "created") == RUNBOOK
    outputs = demo.outputs()
    assert inventory.differences(before, inventory.take(platform)) != []

    assert login(platform.issuer, outputs["kubeflowUser"], outputs["kubeflowPassword"]).accepted
    for user in FOREIGN_USERS:
        assert login(platform.issuer, user.email, user.password).accepted

    unchanged = demo.preview("--expect-no-changes")
    assert unchanged.code == 0, unchanged.output

    destroyed = demo.destroy()
    assert destroyed.code == 0, destroyed.output
    assert in_order(destroyed.output, "deleted") == RUNBOOK[::-1]
    assert inventory.differences(before, inventory.take(platform)) == []
    assert not login(platform.issuer, outputs["kubeflowUser"], outputs["kubeflowPassword"]).accepted
    written = [path.name for path in (platform.folder / "state").rglob("*.json*")]
    assert "demo-dev.json" in written
    assert [name for name in written if name.endswith(".attrs")] == [], "see NO_SIDECARS"
    for user in FOREIGN_USERS:
        assert login(platform.issuer, user.email, user.password).accepted
