"""A change of a setting that may happen in place does: no other resource, and none replaced."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from local import inventory
from local.platform import Platform
from tests.support.engine import installation
from tests.support.engine.changes import IN_PLACE, PARTS_LEFT_OUT, START
from tests.support.engine.changing import Change, Operations, Walk, as_operations
from tests.support.engine.workspaces import Workspace

pytestmark = pytest.mark.engine


def step(walk: Walk, changes: Sequence[Change]) -> None:
    """One `up`: exactly what was to be expected of these changes is done."""
    walk.write(*(change.to for change in changes))
    expected = [operation for change in changes for operation in change.does]
    assert len(expected) == len(set(expected)), "two changes of one up do the same"
    found: Operations = as_operations(walk.up())
    assert found == set(expected), [change.to for change in changes]


def identities(demo: Workspace) -> dict[str, Any]:
    return {resource["urn"]: resource.get("id") for resource in demo.resources()}


def launch_template(platform: Platform, name: str) -> dict[str, Any]:
    """The newest version of the launch template whose name begins so."""
    ec2 = installation.client(platform, "ec2")
    names = [found["LaunchTemplateName"] for found in ec2.describe_launch_templates()["LaunchTemplates"]]
    (whole,) = [found for found in names if found.startswith(name)]
    versions = ec2.describe_launch_template_versions(LaunchTemplateName=whole, Versions=["$Latest"])
    return versions["LaunchTemplateVersions"][0]["LaunchTemplateData"]


def test_what_may_change_in_place_does(
    platform: Platform, before: inventory.Inventory, workspace: Callable[..., Workspace]
) -> None:
    demo = workspace("changes", **START)
    walk = Walk(demo, platform, START)
    demo.up()
    made = identities(demo)
    with installation.dex(platform), installation.log_bucket(installation.client(platform, "s3")):
        for together in IN_PLACE:
            step(walk, together)
        kept = identities(demo)
        assert {urn: identity for urn, identity in made.items() if kept.get(urn, identity) != identity} == {}
        template = launch_template(platform, "changes-standard")
        assert template["MetadataOptions"]["HttpPutResponseHopLimit"] == 2
        assert template["BlockDeviceMappings"][0]["Ebs"] == {
            "Encrypted": True, "DeleteOnTermination": True, "VolumeType": "gp3",
            "VolumeSize": 100, "Iops": 4000, "Throughput": 250,
        }  # fmt: skip

        walk.write({"nodeGroups[0].zones": ["c", "a"]})
        unchanged = demo.preview("--expect-no-changes")
        assert unchanged.code == 0, unchanged.output

        for together in PARTS_LEFT_OUT:
            step(walk, together)
        destroyed = demo.destroy()
        assert destroyed.code == 0, destroyed.output
    assert inventory.differences(before, inventory.take(platform)) == []
