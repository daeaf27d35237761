"""A change is read before it is made: the policy pack and the comment, from the real engine's own preview."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from local import inventory
from local.engine import Engine
from local.platform import CHECKOUT, Platform
from previews import events, markdown
from previews.weighing import violations
from tests.engine.conftest import NODE_GROUPS, Workspace

pytestmark = pytest.mark.engine

POLICIES = ("--policy-pack", str(CHECKOUT / "policy"))
UNTAINTED = {"spec": "gpu", "instanceType": "g5.xlarge", "max": 2, "taints": []}
FIX = "Taint them, for example with nvidia.com/gpu=present:NoSchedule."


def read(demo: Workspace, *arguments: str) -> tuple[int, events.Preview]:
    """The preview of a workspace with the policy pack, and how the command ended."""
    streaming = {**demo.engine.environment, "PULUMI_ENABLE_STREAMING_JSON_PREVIEW": "true"}
    engine: Engine = replace(demo.engine, environment=streaming)
    result = engine.run("preview", "--json", *POLICIES, "--stack", demo.stack, *arguments)
    return result.code, events.read(result.stdout, demo.stack)


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


def test_a_workspace_keeps_every_rule_before_and_after_it_is_made(workspace: Callable[..., Workspace]) -> None:
    demo = workspace("reviewed", nodeGroups=[NODE_GROUPS[0]])
    code, preview = read(demo)
    assert (code, violations(preview), preview.errors) == (0, [], [])
    assert preview.count("create") == len(preview.steps) > 30

    demo.up(*POLICIES)
    code, preview = read(demo)
    assert (code, preview.steps, violations(preview)) == (0, [], [])

    demo.write(names={"bucket": "s3-an2-meerkat-dev-another"})
    code, preview = read(demo)
    assert code == 0, "the engine asks no policy about what goes"
    assert [each.policy for each in violations(preview)] == ["data-goes-with-permission-only"]
    assert "the bucket, with everything in it" in markdown.comment([preview], marker="")
