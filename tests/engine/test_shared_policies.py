"""Shared policies as others keep them: the bucket gets into the statements that are for it, and out of them again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from local import inventory
from local.aws.policies import Call, allows
from local.platform import Platform
from tests.support.engine import installation
from tests.support.engine.drifting import Hand, seen_by_refresh
from tests.support.engine.workspaces import Workspace

pytestmark = pytest.mark.engine

SPLIT, COMBINED = "policy-of-others-split", "policy-of-others-combined"
BUCKET, OBJECTS = "arn:aws:s3:::s3-an2-meerkat-dev-placed", "arn:aws:s3:::s3-an2-meerkat-dev-placed/*"
OTHER = "arn:aws:s3:::s3-of-others"

Statement = dict[str, Any]


def allow(action: Any, *resources: str) -> Statement:
    return {"Effect": "Allow", "Action": action, "Resource": list(resources)}


LIST_ALL = allow("s3:ListAllMyBuckets", "*")
LISTING = ["s3:ListBucket", "s3:GetBucketLocation"]
FILES = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]


@pytest.fixture
def hand(platform: Platform) -> Iterator[Hand]:
    """Somebody who keeps two policies in which nothing is for buckets yet."""
    nothing = json.dumps({"Version": "2012-10-17", "Statement": [LIST_ALL]})
    with installation.shared_policies(platform, [SPLIT, COMBINED], nothing):
        yield Hand(platform)


@pytest.mark.thorough
def test_a_bucket_gets_into_the_statements_that_are_for_it_wherever_they_stand(
    platform: Platform, hand: Hand, workspace: Callable[..., Workspace]
) -> None:
    demo = workspace(
        "placed", cluster=None, nodeGroups=None, grafana=None, conductor=None, login={"enabled": False},
        names={"kubeflowPolicy": SPLIT, "conductorPolicy": COMBINED},
    )  # fmt: skip
    hand.write_policy(SPLIT, [LIST_ALL, allow(FILES, f"{OTHER}/*"), allow(LISTING, OTHER)])
    before = inventory.take(platform)
    for refused in (demo.preview(), demo.engine.run("up", "--yes", "--skip-preview", "--stack", demo.stack)):
        said = " ".join(refused.output.split())
        assert refused.code != 0
        assert "has a problem: The shared policy has no statement that allows s3:ListBucket, and none that" in said
        assert f"policy/{COMBINED}). It has: (1) allows s3:ListAllMyBuckets on *. Add a statement, for example" in said
    assert inventory.differences(before, inventory.take(platform)) == []

    hand.write_policy(COMBINED, [LIST_ALL, allow("S3:*", OTHER, f"{OTHER}/*")])
    before = inventory.take(platform)
    demo.up()
    split = [LIST_ALL, allow(FILES, f"{OTHER}/*", OBJECTS), allow(LISTING, OTHER, BUCKET)]
    assert hand.policy_statements(SPLIT) == split
    assert hand.policy_statements(COMBINED) == [LIST_ALL, allow("S3:*", OTHER, f"{OTHER}/*", BUCKET, OBJECTS)]
    for call in (Call("s3:ListBucket", BUCKET), Call("s3:PutObject", f"{OBJECTS[:-1]}model.bin")):
        assert allows(hand.policy_statements(SPLIT), call)

    useless = [allow(LISTING, OTHER, OBJECTS), LIST_ALL, allow(FILES, f"{OTHER}/*", BUCKET)]
    hand.write_policy(SPLIT, useless)
    grant = "pulumi-python:dynamic/iam:PolicyGrant placed"
    assert [*seen_by_refresh(demo)] == [f"{grant}-kubeflow"]
    demo.up()
    assert hand.policy_statements(SPLIT) == [
        allow(LISTING, OTHER, OBJECTS, BUCKET), LIST_ALL, allow(FILES, f"{OTHER}/*", BUCKET, OBJECTS)
    ]  # fmt: skip

    hand.write_policy(SPLIT, split[::-1])
    assert demo.destroy().code == 0
    assert hand.policy_statements(SPLIT) == [allow(LISTING, OTHER), allow(FILES, f"{OTHER}/*"), LIST_ALL]
    left = inventory.differences(before, inventory.take(platform))
    assert [each for each in left if SPLIT not in each] == []
