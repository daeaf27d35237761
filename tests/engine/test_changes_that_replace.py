"""A change that replaces makes the new one, and nothing of the old one is left; what others have stays as it is."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from local import inventory
from local.aws.seed import CLUSTER
from local.kube.seed import DEX_CONFIG_KEY
from local.platform import Platform
from tests.support.engine import installation
from tests.support.engine.changes import START, create, delete
from tests.support.engine.changing import Change, Walk, as_operations, deleted_first
from tests.support.engine.installation import OTHER_DEX, OTHER_KEY, OTHER_NAMESPACE, OTHER_POLICIES
from tests.support.engine.replacements import ANOTHER_PROJECT, DELETED_FIRST, PREVIEWED, REPLACED_START, REPLACING
from tests.support.engine.watching import operations
from tests.support.engine.workspaces import Workspace

pytestmark = pytest.mark.engine

SITE_POLICIES = [f"policy-s3-{consumer}-{installation.OTHER_ALIAS}-meerkat-dev" for consumer in ("kubeflow", "aia")]
PREVIEWED_POLICIES = [
    f"policy-s3-{who}-an2-{site}" for who in ("kubeflow", "aia") for site in ("ocelot-dev", "meerkat-stg")
]
EXISTING = create("aws:eks/cluster:Cluster") | delete("aws:eks/cluster:Cluster")
"""What is only read; the cluster's role too, but the nodes' role is of the same type."""
EMAIL = "aic-user-replaced-ws@aic.com"


def step(walk: Walk, platform: Platform, changes: list[Change]) -> None:
    """One `up`: exactly what was to be expected is done, new ones first, and the names have moved."""
    walk.write(*(change.to for change in changes))
    steps = walk.up()
    assert as_operations(steps) == set().union(*(change.does for change in changes)), [c.to for c in changes]
    assert deleted_first(steps) <= DELETED_FIRST
    found = inventory.take(platform)
    for change in changes:
        there = json.dumps({part: content for part, content in found.items() if part != change.apart_from})
        assert change.now in there, change.to
        assert not change.was or change.was not in there, change.to


def test_a_change_that_replaces_leaves_nothing_of_the_old_one(
    platform: Platform, before: inventory.Inventory, workspace: Callable[..., Workspace]
) -> None:
    demo = workspace("replaced", **REPLACED_START)
    walk = Walk(demo, platform, REPLACED_START)
    with (
        installation.shared_policies(platform, [*SITE_POLICIES, *OTHER_POLICIES]),
        installation.dex(platform),
        installation.dex(platform, OTHER_NAMESPACE),
    ):
        with_the_others = inventory.take(platform)
        demo.up()
        for together in REPLACING:
            step(walk, platform, together)
        unchanged = demo.preview("--expect-no-changes")
        assert unchanged.code == 0, unchanged.output

        found = inventory.take(platform)
        for policy, document in found["policies"].items():
            if policy in OTHER_POLICIES:
                assert "arn:aws:s3:::s3-replaced-bucket/*" in document
            else:
                assert document == with_the_others["policies"][policy]
        assert found["dex configuration"] == before["dex configuration"]
        assert EMAIL not in installation.dex_config(platform, OTHER_DEX)
        assert EMAIL not in installation.dex_config(platform, OTHER_DEX, key=OTHER_KEY)
        assert EMAIL not in installation.dex_config(platform, OTHER_DEX, OTHER_NAMESPACE, DEX_CONFIG_KEY)
        assert EMAIL in installation.dex_config(platform, OTHER_DEX, OTHER_NAMESPACE, OTHER_KEY)

        destroyed = demo.destroy()
        assert destroyed.code == 0, destroyed.output
        assert EMAIL not in installation.dex_config(platform, OTHER_DEX, OTHER_NAMESPACE, OTHER_KEY)
    assert inventory.differences(before, inventory.take(platform)) == []


@pytest.mark.thorough
def test_what_would_be_replaced_is_previewed(platform: Platform, workspace: Callable[..., Workspace]) -> None:
    start = {**START, "nodeGroups": START["nodeGroups"][:1]}
    demo = workspace("previewed", **start)
    start |= {"environment": "dev", "infra": "meerkat", "cluster": CLUSTER, "project": "previewed"}
    demo.up()
    with installation.cluster(platform), installation.shared_policies(platform, PREVIEWED_POLICIES):
        for change in PREVIEWED:
            Walk(demo, platform, start).write(change.to)
            assert operations(demo) == change.does, change.to
    Walk(demo, platform, start).write(ANOTHER_PROJECT.to)
    made = {resource["type"] for resource in demo.resources() if not resource["type"].startswith("pulumi:")}
    found = {step for step in operations(demo) if step[0] != "discard"}
    assert found == create(*made) - EXISTING | delete(*made) - EXISTING
    Walk(demo, platform, start).write()
    assert demo.destroy().code == 0
