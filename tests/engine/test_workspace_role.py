"""A role of the workspace's own: its pods get it, what they had goes only then, and nothing of it is left."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from local import inventory
from local.aws.policies import Call, allows
from local.aws.seed import CLUSTER
from local.kube.objects import Objects
from local.platform import Platform
from tests.support.engine.changes import (
    ASSOCIATION,
    EDITOR_ROLE,
    GRANT,
    INLINE_POLICY,
    LOOK,
    OWN_ROLE,
    POD_IDENTITY,
    PROFILE,
    ROLE,
    create,
    delete,
    replace,
    update,
)
from tests.support.engine.changing import Walk, as_operations
from tests.support.engine.drifting import Hand, seen_by_refresh
from tests.support.engine.installation import CONSUMER
from tests.support.engine.recovering import recovered
from tests.support.engine.watching import on_platform, up_killed_when
from tests.support.engine.workspaces import Workspace

pytestmark = pytest.mark.engine

NAMESPACE = "aic-ns-owned-ws"
NAME = "role-an2-meerkat-dev-owned-ws-pods"
ARN = f"arn:aws:iam::123456789012:role/{NAME}"
ACCOUNT = f"{NAMESPACE}/default-editor"
ANNOTATION = "eks.amazonaws.com/role-arn"
SETTINGS: dict[str, Any] = {
    "project": "owned", "environment": "dev", "infra": "meerkat", "cluster": CLUSTER, "login": {"enabled": False},
}  # fmt: skip
SHARED = "project-workspace:iam:SharedPolicyAccess"

Step = tuple[str, str]


@pytest.fixture
def walk(platform: Platform, workspace: Callable[..., Workspace]) -> Walk:
    demo = workspace("owned", nodeGroups=None, conductor=None, grafana=None, login={"enabled": False})
    return Walk(demo, platform, SETTINGS)


def pod_identity(platform: Platform) -> dict[str, Any]:
    return inventory.take(platform, "pod identities")["pod identities"][CLUSTER]


def annotated(platform: Platform) -> str | None:
    found = Objects.connect(platform.kubeconfig).get("v1", "ServiceAccount", "default-editor", NAMESPACE)
    assert found
    return (found["metadata"].get("annotations") or {}).get(ANNOTATION)


def namespace_uid(platform: Platform) -> str:
    found = Objects.connect(platform.kubeconfig).get("v1", "Namespace", NAMESPACE)
    assert found
    return found["metadata"]["uid"]


def in_this_order(steps: list[tuple[str, str, str]], *wanted: Step) -> bool:
    found = [step[:2] for step in steps]
    places = [found.index(each) for each in wanted]
    return places == sorted(places)


def change_by_hand(platform: Platform, association: str) -> None:
    """Somebody lets every pod have the role, and the role every bucket; and gives the pods another one."""
    iam, eks = (Hand(platform).client(service) for service in ("iam", "eks"))
    everybody = {"Effect": "Allow", "Principal": {"Service": "pods.eks.amazonaws.com"}, "Action": "sts:AssumeRole"}
    everything = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
    trust, policy = (json.dumps({"Version": "2012-10-17", "Statement": [each]}) for each in (everybody, everything))
    iam.update_assume_role_policy(RoleName=NAME, PolicyDocument=trust)
    iam.put_role_policy(RoleName=NAME, PolicyName="bucket", PolicyDocument=policy)
    eks.update_pod_identity_association(clusterName=CLUSTER, associationId=association, roleArn=CONSUMER)


def allowed_to_the_role(platform: Platform) -> dict[str, bool]:
    policies = inventory.take(platform, "roles")["roles"][NAME]["RolePolicyList"]
    statements = [each for policy in policies for each in policy["PolicyDocument"]["Statement"]]
    buckets = {"of the bucket": "s3-an2-meerkat-dev-owned", "of another": "s3-an2-meerkat-dev-old"}
    return {
        f"s3:GetObject {whose}": allows(statements, Call("s3:GetObject", f"arn:aws:s3:::{bucket}/model.bin"))
        for whose, bucket in buckets.items()
    }


def refused(walk: Walk) -> str:
    result = walk.workspace.preview()
    assert result.code != 0
    return " ".join(result.output.split())


@pytest.mark.thorough
def test_pods_get_a_role_of_their_own_before_they_lose_what_they_had(
    platform: Platform, before: inventory.Inventory, walk: Walk
) -> None:
    walk.write({})
    walk.up()
    uid = namespace_uid(platform)

    walk.write({"access.mode": "workspace-role"})
    eks, where = Hand(platform).client("eks"), {"namespace": NAMESPACE, "serviceAccount": "default-editor"}
    others = eks.create_pod_identity_association(clusterName=CLUSTER, roleArn=CONSUMER, **where)["association"]
    assert f"The Pod Identity association of 'default-editor' in namespace '{NAMESPACE}' of {CLUSTER} exists" in (
        refused(walk)
    )
    eks.delete_pod_identity_association(clusterName=CLUSTER, associationId=others["associationId"])
    steps = walk.up()
    assert as_operations(steps) == (
        create(OWN_ROLE, POD_IDENTITY, ROLE, INLINE_POLICY, ASSOCIATION) | update(LOOK) | delete(SHARED, GRANT)
    )
    new = [("create", ROLE), ("create", INLINE_POLICY), ("create", ASSOCIATION)]
    assert in_this_order(steps, *new, ("delete", GRANT))
    (given,) = pod_identity(platform).items()
    assert (given[0], given[1]["roleArn"]) == (ACCOUNT, ARN)
    assert walk.workspace.outputs()["workspaceRoleArn"] == ARN
    assert walk.workspace.preview("--expect-no-changes").code == 0

    change_by_hand(platform, given[1]["associationId"])
    assert {name: sorted(changes) for name, changes in seen_by_refresh(walk.workspace).items()} == {
        f"{ROLE} owned-pods": ["assumeRolePolicy"],
        f"{INLINE_POLICY} owned-pods": ["policy"],
        f"{ASSOCIATION} owned": ["roleArn"],
    }

    walk.write({"access.assumedBy": "irsa", "access.principals": [CONSUMER]})
    steps = walk.up()
    by_tokens = update(LOOK, ROLE, INLINE_POLICY, PROFILE, "aws:s3/bucketPolicy:BucketPolicy") | create(EDITOR_ROLE)
    assert as_operations(steps) == by_tokens | delete(POD_IDENTITY, ASSOCIATION)
    assert in_this_order(steps, ("update", ROLE), ("update", PROFILE), ("create", EDITOR_ROLE), ("delete", ASSOCIATION))
    assert (annotated(platform), pod_identity(platform)) == (ARN, {})
    assert namespace_uid(platform) == uid, "no Profile was replaced"
    assert seen_by_refresh(walk.workspace) == {}
    assert allowed_to_the_role(platform) == {"s3:GetObject of the bucket": True, "s3:GetObject of another": False}

    destroyed = walk.workspace.destroy()
    assert destroyed.code == 0, destroyed.output
    assert inventory.differences(before, inventory.take(platform)) == []


@pytest.mark.thorough
def test_pods_are_annotated_after_the_role_is_there_and_not_any_more_when_it_goes(
    platform: Platform, before: inventory.Inventory, walk: Walk
) -> None:
    walk.write({})
    walk.up()
    uid = namespace_uid(platform)
    walk.write({"access.mode": "workspace-role", "access.assumedBy": "irsa"})
    steps = walk.up()
    assert in_this_order(steps, ("create", INLINE_POLICY), ("update", PROFILE), ("create", EDITOR_ROLE))
    assert in_this_order(steps, ("create", EDITOR_ROLE), ("delete", GRANT))
    assert annotated(platform) == ARN

    walk.write({"names.workspaceRole": "role-owned-otherwise"})
    steps = walk.up()
    assert as_operations(steps) == replace(ROLE, INLINE_POLICY) | update(LOOK, PROFILE, EDITOR_ROLE)
    assert annotated(platform) == ARN.replace(NAME, "role-owned-otherwise")
    assert NAME not in inventory.take(platform, "roles")["roles"]

    walk.write({"access": None, "names": None})
    steps = walk.up()
    assert in_this_order(steps, ("update", PROFILE), ("create", GRANT), ("delete", EDITOR_ROLE), ("delete", ROLE))
    assert annotated(platform) is None, "or pods would go on asking for a role that is gone"
    assert namespace_uid(platform) == uid, "no Profile was replaced"
    assert walk.workspace.destroy().code == 0
    assert inventory.differences(before, inventory.take(platform)) == []


@pytest.mark.thorough
def test_a_run_that_is_killed_with_a_role_half_made_is_recovered_and_goes_whole(
    platform: Platform, before: inventory.Inventory, walk: Walk
) -> None:
    demo = walk.workspace
    walk.write({"access.mode": "workspace-role"})
    for part, text in (("roles", NAME), ("pod identities", ACCOUNT)):
        up_killed_when(demo, on_platform(platform, part, text))
        recovered(demo)
    demo.up()
    assert recovered(demo) == "Nothing to recover.\n"
    assert demo.preview("--expect-no-changes").code == 0
    assert demo.destroy().code == 0
    assert inventory.differences(before, inventory.take(platform)) == []
