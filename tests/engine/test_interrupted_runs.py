"""An `up` that is killed at any point and run again ends complete, with nothing doubled and nothing left behind."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from local import inventory
from local.dex.login import login
from local.platform import Platform
from tests.support.engine.watching import in_state, on_platform, up_killed_when
from tests.support.engine.workspaces import Workspace

pytestmark = pytest.mark.engine

Moment = Callable[[Workspace, Platform], Callable[[], bool]]

MOMENTS: dict[str, Moment] = {
    "the_profile_is_recorded": lambda w, p: in_state(w, p, "kubernetes:kubeflow.org/v1:Profile"),
    "dex_has_the_entry_and_restarts": lambda w, p: on_platform(p, "dex configuration", f"aic-user-{w.project}-ws"),
    "the_bucket_is_recorded": lambda w, p: in_state(w, p, "aws:s3/bucket:Bucket"),
    "a_policy_has_the_bucket": lambda w, p: on_platform(p, "policies", f"s3-an2-meerkat-dev-{w.project}"),
    # Both groups: one that AWS has and the state has not cannot be adopted by the next run (decision 0007).
    "the_node_groups_are_recorded": lambda w, p: in_state(w, p, "aws:eks/nodeGroup:NodeGroup", count=2),
    "grafana_has_the_dashboard": lambda w, p: on_platform(p, "grafana", f"workspace:{w.project}-ws"),
    "conductor_has_the_workspace": lambda w, p: on_platform(p, "ai-conductor", f"s3-an2-meerkat-dev-{w.project}"),
    "conductor_has_the_account": lambda w, p: on_platform(p, "ai-conductor", f"{w.project}-edge"),
}


IN_EVERY_RUN = "dex_has_the_entry_and_restarts"
"""The moment that costs most people most: the others are thorough."""


@pytest.mark.parametrize(
    "moment",
    [pytest.param(name, marks=() if name == IN_EVERY_RUN else pytest.mark.thorough) for name in MOMENTS],
)
def test_an_up_that_was_killed_is_completed_by_the_next_one(
    moment: str, platform: Platform, before: inventory.Inventory, workspace: Callable[..., Workspace]
) -> None:
    demo = workspace("halfway")
    up_killed_when(demo, MOMENTS[moment](demo, platform))

    demo.up()

    outputs = demo.outputs()
    assert login(platform.issuer, outputs["kubeflowUser"], outputs["kubeflowPassword"]).accepted
    after = inventory.take(platform)
    assert json.dumps(after["dex configuration"]).count("aic-user-halfway-ws@aic.com") == 1
    for policy in ("policy-s3-kubeflow-an2-meerkat-dev", "policy-s3-aia-an2-meerkat-dev"):
        granted = json.loads(after["policies"][policy])["Statement"][0]["Resource"]
        assert [arn for arn in granted if "halfway" in arn] == [
            "arn:aws:s3:::s3-an2-meerkat-dev-halfway",
            "arn:aws:s3:::s3-an2-meerkat-dev-halfway/*",
        ]
    assert demo.preview("--expect-no-changes").code == 0
    assert demo.destroy().code == 0
    assert inventory.differences(before, inventory.take(platform)) == []
