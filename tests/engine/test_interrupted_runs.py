"""An `up` that is killed at any moment is completed, or taken away, by one command and the next run: nothing is doubled
and nothing is left behind."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from local import inventory
from local.aws.moto_patches.eks import SLOW
from local.aws.seed import CLUSTER
from local.dex.login import login
from local.platform import Platform
from tests.support.engine.recovering import recovered
from tests.support.engine.watching import in_state, on_platform, steps_noted, up_killed_when
from tests.support.engine.workspaces import NODE_GROUPS, Workspace

pytestmark = [pytest.mark.engine, pytest.mark.official]

Moment = Callable[[Workspace, Platform], Callable[[], bool]]

MOMENTS: dict[str, Moment] = {
    "the_profile_is_recorded": lambda w, p: in_state(w, p, "kubernetes:kubeflow.org/v1:Profile"),
    "dex_has_the_entry_and_restarts": lambda w, p: on_platform(p, "dex configuration", f"aic-user-{w.project}-ws"),
    "the_bucket_is_recorded": lambda w, p: in_state(w, p, "aws:s3/bucket:Bucket"),
    "a_policy_has_the_bucket": lambda w, p: on_platform(p, "policies", f"s3-an2-meerkat-dev-{w.project}"),
    "aws_makes_the_node_groups": lambda w, p: on_platform(p, "node groups", f"ng-an2-aicond-{w.project}-ws-gpu"),
    "grafana_has_the_dashboard": lambda w, p: on_platform(p, "grafana", f"workspace:{w.project}-ws"),
    "conductor_has_the_workspace": lambda w, p: on_platform(p, "ai-conductor", f"s3-an2-meerkat-dev-{w.project}"),
    "conductor_has_the_account": lambda w, p: on_platform(p, "ai-conductor", f"{w.project}-edge"),
}
ONE_AFTER_ANOTHER = (
    "dex_has_the_entry_and_restarts",
    "the_bucket_is_recorded",
    "aws_makes_the_node_groups",
    "grafana_has_the_dashboard",
    "conductor_has_the_workspace",
)
"""In every run of the tests, on one stack. Each by itself is thorough, and so is the moment at which a run may hold a
Lease: the next one then waits until that has ended."""
SLOWED = {SLOW: "3"}
RANDOM_MOMENTS, SEED = 40, 20261126
STEPS = (3, 47)
"""Of how many things a run has noted that it made them, or makes them: from the first to the node groups."""
AT_THE_LATEST = "aws:eks/nodeGroup:NodeGroup"
"""When the node groups are being made a run is killed at once. They take three seconds; everything after them comes
within tenths of a second, and then it is over: a moment there is missed on a machine that has other things to do, and
is one of `MOMENTS`, or beside one."""


def is_whole_and_goes_whole(demo: Workspace, platform: Platform, before: inventory.Inventory) -> None:
    """The workspace is there once, an unchanged preview shows nothing, and a destroy leaves nothing."""
    outputs = demo.outputs()
    assert login(platform.issuer, outputs["kubeflowUser"], outputs["kubeflowPassword"]).accepted
    there = inventory.take(platform)
    assert json.dumps(there["dex configuration"]).count(f"aic-user-{demo.project}-ws@aic.com") == 1
    for policy in ("policy-s3-kubeflow-an2-meerkat-dev", "policy-s3-aia-an2-meerkat-dev"):
        granted = json.loads(there["policies"][policy])["Statement"][0]["Resource"]
        assert [arn for arn in granted if demo.project in arn] == [
            f"arn:aws:s3:::s3-an2-meerkat-dev-{demo.project}",
            f"arn:aws:s3:::s3-an2-meerkat-dev-{demo.project}/*",
        ]
    assert demo.preview("--expect-no-changes").code == 0
    assert demo.destroy().code == 0
    assert inventory.differences(before, inventory.take(platform)) == []


@pytest.mark.thorough
def test_an_up_that_is_killed_again_and_again_is_recovered_each_time(
    platform: Platform, before: inventory.Inventory, workspace: Callable[..., Workspace]
) -> None:
    demo = workspace("halfway", nodeGroups=NODE_GROUPS[1:], tags=SLOWED)
    for moment in ONE_AFTER_ANOTHER:
        up_killed_when(demo, MOMENTS[moment](demo, platform))
        recovered(demo)
    demo.up()
    assert recovered(demo) == "Nothing to recover.\n"
    is_whole_and_goes_whole(demo, platform, before)


@pytest.mark.thorough
@pytest.mark.parametrize("moment", MOMENTS)
def test_an_up_that_was_killed_is_completed_by_the_next_one(
    moment: str, platform: Platform, before: inventory.Inventory, workspace: Callable[..., Workspace]
) -> None:
    demo = workspace("halfway", tags=SLOWED)
    up_killed_when(demo, MOMENTS[moment](demo, platform))

    recovered(demo)
    demo.up()

    is_whole_and_goes_whole(demo, platform, before)


def test_a_destroy_after_a_killed_up_says_what_it_would_leave_and_takes_it_away_after_a_recovery(
    platform: Platform, before: inventory.Inventory, workspace: Callable[..., Workspace]
) -> None:
    demo = workspace("undone", tags=SLOWED, grafana=None, conductor=None)
    up_killed_when(demo, MOMENTS["aws_makes_the_node_groups"](demo, platform))
    demo.engine.checked("cancel", "--yes", "--stack", demo.stack)

    refused = demo.destroy()

    assert refused.code != 0
    groups = [f"the node group 'ng-an2-aicond-undone-ws-{spec}' of {CLUSTER}" for spec in ("standard", "gpu")]
    sentences = [f"A run of this stack that was killed has left {each} outside its state" for each in groups]
    assert any(sentence in refused.output for sentence in sentences) or ", ".join(groups) in refused.output
    assert "'workspacectl recover --stack undone-dev'" in refused.output

    said = recovered(demo)
    assert "taken up  NodeGroup 'undone-" in said
    assert demo.destroy().code == 0
    assert inventory.differences(before, inventory.take(platform)) == []


@pytest.mark.thorough
def test_a_second_stack_of_the_same_names_is_refused_before_anything_is_made(
    platform: Platform, workspace: Callable[..., Workspace]
) -> None:
    first = workspace("twin", nodeGroups=NODE_GROUPS[:1], grafana=None, conductor=None)
    first.up()
    there = inventory.take(platform)
    second = OfAnotherName(first.project, first.engine)
    shutil.copy(first.file, second.file)
    second.engine.select(second.stack)

    whose = "exists already: stack 'twin-dev' of Pulumi project 'project-workspace' made it."
    marked = {
        "The namespace 'aic-ns-twin-ws'",
        "The S3 bucket 's3-an2-meerkat-dev-twin'",
        "The IAM role 'role-an2-meerkat-dev-twin-ws-node'",
        f"The node group 'ng-an2-aicond-twin-ws-standard' of {CLUSTER}",
    }
    previewed = second.preview()
    assert previewed.code != 0
    assert {thing for thing in marked if f"{thing} {whose}" in previewed.output} == marked
    updated = second.engine.run("up", "--yes", "--skip-preview", "--stack", second.stack)
    assert updated.code != 0
    assert "The namespace 'aic-ns-twin-ws' exists already" in updated.output

    assert inventory.differences(there, inventory.take(platform)) == []
    assert first.preview("--expect-no-changes", "--refresh").code == 0


@dataclass
class OfAnotherName(Workspace):
    """A stack whose name does not follow from its settings."""

    @property
    def stack(self) -> str:
        return f"{self.project}-b"


@pytest.mark.thorough
@pytest.mark.parametrize("number", range(RANDOM_MOMENTS))
def test_an_up_killed_at_any_moment_is_recovered(
    number: int, platform: Platform, before: inventory.Inventory, workspace: Callable[..., Workspace]
) -> None:
    drawn = random.Random(SEED + number)
    count, later = drawn.randrange(*STEPS), drawn.uniform(0, 1)
    print(f"killed {later:.2f} s after {count} steps")
    demo = workspace(f"random{number}", tags=SLOWED)
    up_killed_when(demo, steps_noted(demo, platform, count, later, AT_THE_LATEST))
    print(recovered(demo))
    if number % 2:
        demo.up()
        assert demo.preview("--expect-no-changes").code == 0
    assert demo.destroy().code == 0
    assert inventory.differences(before, inventory.take(platform)) == []
