"""A change is read before it is made: the policy pack and the comment, from the real engine's own preview."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest

from local import inventory
from local.checkout import CHECKOUT
from local.platform import Platform
from tests.support.engine.drifting import Hand
from tests.support.engine.workspaces import NODE_GROUPS, Workspace
from workspacectl.review import events, markdown
from workspacectl.review.risk import violations

pytestmark = pytest.mark.engine

POLICIES = ("--policy-pack", str(CHECKOUT / "policy"))
UNTAINTED = {"spec": "gpu", "instanceType": "g5.xlarge", "max": 2, "taints": []}
FIX = "Taint them, for example with nvidia.com/gpu=present:NoSchedule."


def read(demo: Workspace, *arguments: str) -> tuple[int, events.Preview]:
    """The preview of a workspace with the policy pack, and how the command ended."""
    out = demo.engine.project / "events"
    where = ("--folder", str(demo.engine.project), "--policies", str(CHECKOUT / "policy"))
    command = ["run", "--stack", demo.stack, "--out", str(out), *where, *arguments]
    ended = subprocess.run(
        [sys.executable, "-m", "workspacectl", "review", *command],
        cwd=CHECKOUT,
        env=dict(demo.engine.environment),
        capture_output=True,
        text=True,
        check=False,
    )
    kept = (out / "project-workspace" / f"{demo.stack}.json").read_text()
    for secret in (demo.outputs().get("kubeflowPassword"), f"{demo.project}-edge@com"):
        assert secret is None or secret not in kept + ended.stdout + ended.stderr
    return ended.returncode, events.read(kept, f"project-workspace/{demo.stack}")


def test_what_a_policy_refuses_is_in_the_comment_and_is_not_made(
    platform: Platform, before: inventory.Inventory, workspace: Callable[..., Workspace]
) -> None:
    demo = workspace("reviewed", nodeGroups=[NODE_GROUPS[0], UNTAINTED])
    code, preview = read(demo)
    assert code != 0
    [broken] = [each for each in violations(preview) if each.level == "mandatory"]
    assert (broken.policy, broken.resource) == ("gpu-group-is-tainted", "aws:eks/nodeGroup:NodeGroup reviewed-gpu")
    body = markdown.comment([preview], marker="")
    assert "## Preview: may not be merged" in body
    assert FIX in body.replace("\\", "")

    refused = demo.engine.run("up", "--yes", *POLICIES, "--stack", demo.stack)
    assert refused.code != 0
    assert FIX in " ".join(refused.output.split())
    assert inventory.differences(before, inventory.take(platform)) == []


@pytest.mark.thorough
def test_a_workspace_keeps_every_rule_before_and_after_it_is_made(
    platform: Platform, workspace: Callable[..., Workspace]
) -> None:
    demo = workspace("reviewed", nodeGroups=[NODE_GROUPS[0]])
    code, preview = read(demo)
    assert (code, violations(preview), preview.errors) == (0, [], [])
    assert preview.count("create") == len(preview.steps) > 30

    demo.up(*POLICIES)
    code, preview = read(demo)
    assert (code, preview.steps, violations(preview)) == (0, [], [])

    hand = Hand(platform)
    hand.change_account("reviewed-edge", role="ADMIN")
    code, preview = read(demo, "--refresh")
    assert [(step.action, step.changes) for step in preview.steps] == [
        ("update", [("role", "ADMIN", "DEVELOPER")]),
        ("drift", [("role", "DEVELOPER", "ADMIN")]),
    ]

    demo.write(names={"bucket": "s3-an2-meerkat-dev-another"})
    code, preview = read(demo)
    assert code == 0, "the engine asks no policy about what goes"
    assert [each.policy for each in violations(preview)] == ["data-goes-with-permission-only"]
    assert "the bucket, with everything in it" in markdown.comment([preview], marker="")
