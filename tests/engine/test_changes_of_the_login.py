"""A change of a password or of dex takes effect at once, and one that fails costs nobody the login."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from local import inventory
from local.dex.login import login
from local.platform import Platform
from tests.support.engine import installation
from tests.support.engine.changes import LOGIN, SYSTEM_ACCOUNT
from tests.support.engine.changing import Walk, as_operations
from tests.support.engine.workspaces import Workspace

pytestmark = pytest.mark.engine


@pytest.mark.thorough
def test_whatever_the_password_comes_from_only_the_last_one_opens_the_login(
    platform: Platform, before: inventory.Inventory, workspace: Callable[..., Workspace]
) -> None:
    demo = workspace("passwords", nodeGroups=None, grafana=None, conductor=None)
    walk = Walk(demo, platform, {})
    demo.up()
    made = demo.outputs()
    user, last = made["kubeflowUser"], made["kubeflowPassword"]
    assert login(platform.issuer, user, last).accepted

    for change, opens in LOGIN:
        walk.write(change.to)
        assert as_operations(walk.up()) == change.does, change.to
        assert not login(platform.issuer, user, last).accepted, change.to
        last = demo.outputs()["kubeflowPassword"] if opens is None else opens or last
        assert login(platform.issuer, user, last).accepted == (opens != ""), change.to

    assert inventory.take(platform)["dex configuration"] == before["dex configuration"]
    unchanged = demo.preview("--expect-no-changes")
    assert unchanged.code == 0, unchanged.output
    assert demo.destroy().code == 0
    assert inventory.differences(before, inventory.take(platform)) == []


@pytest.mark.thorough
def test_a_dex_that_is_not_there_costs_nobody_the_login(
    platform: Platform, workspace: Callable[..., Workspace]
) -> None:
    demo = workspace("mistyped", nodeGroups=None, grafana=None)
    walk = Walk(demo, platform, {"conductor": {"url": "${AIC_FRONTEND_URL}"}})
    demo.up()
    made = demo.outputs()
    as_made = inventory.take(platform)

    walk.write({"login.dex.configMap": "dexx"})
    failed = demo.engine.run("up", "--yes", "--skip-preview", "--stack", demo.stack)
    assert failed.code != 0
    assert "dexx" in failed.output
    assert inventory.differences(as_made, inventory.take(platform)) == []
    assert login(platform.issuer, made["kubeflowUser"], made["kubeflowPassword"]).accepted

    walk.write({"login": None}, SYSTEM_ACCOUNT.to)
    assert as_operations(walk.up()) == SYSTEM_ACCOUNT.does
    with installation.conductor(platform, made["systemAccount"], demo.outputs()["systemAccountPassword"]) as client:
        assert client.cookies
    assert demo.destroy().code == 0
