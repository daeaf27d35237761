"""The life of a workspace on the real engine: made, unchanged, destroyed, and nothing of it left."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from local import inventory
from local.dex.login import login
from local.kube.seed import FOREIGN_USERS
from local.platform import Platform
from tests.engine.conftest import Workspace

pytestmark = pytest.mark.engine


def test_a_workspace_is_made_stays_unchanged_and_leaves_nothing_behind(
    platform: Platform, before: inventory.Inventory, workspace: Callable[..., Workspace]
) -> None:
    demo = workspace("demo")
    demo.up()
    outputs = demo.outputs()
    assert inventory.differences(before, inventory.take(platform)) != []

    assert login(platform.issuer, outputs["kubeflowUser"], outputs["kubeflowPassword"]).accepted
    for user in FOREIGN_USERS:
        assert login(platform.issuer, user.email, user.password).accepted

    unchanged = demo.preview("--expect-no-changes")
    assert unchanged.code == 0, unchanged.output

    destroyed = demo.destroy()
    assert destroyed.code == 0, destroyed.output
    assert inventory.differences(before, inventory.take(platform)) == []
    assert not login(platform.issuer, outputs["kubeflowUser"], outputs["kubeflowPassword"]).accepted
    for user in FOREIGN_USERS:
        assert login(platform.issuer, user.email, user.password).accepted
