"""A change of a setting: in place where possible, a new node group first, or a refusal that touches nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from local import inventory
from local.dex.login import login
from local.platform import Platform
from tests.engine.conftest import NODE_GROUPS, Workspace
from tests.engine.watching import operations

pytestmark = pytest.mark.engine

STANDARD, GPU = {**NODE_GROUPS[0], "desired": 1}, NODE_GROUPS[1]
TAINT = {"key": "team", "value": "vision", "effect": "NoExecute"}
PROFILE = "kubernetes:kubeflow.org/v1:Profile"
NODE_GROUP = "aws:eks/nodeGroup:NodeGroup"
TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
TAG = "aws:autoscaling/tag:Tag"
GENERATION = "pulumi-python:dynamic/nodes:Generation"
CONDUCTOR_WORKSPACE = "pulumi-python:dynamic/conductor:Workspace"
GUARD = "pulumi-python:dynamic/workspace:TeardownGuard"
KMS_KEY = "arn:aws:kms:ap-northeast-2:123456789012:key/0123abcd-01ab-23cd-45ef-0123456789ab"
CONSUMER = "arn:aws:iam::123456789012:role/role-eks-an2-ai-conductor-ai-conductor-sa"
DASHBOARD = "pulumi-python:dynamic/grafana:Dashboard"


def groups(**changes: Any) -> list[dict[str, Any]]:
    return [{**STANDARD, **changes}, GPU]


CHANGES: list[tuple[str, dict[str, Any], set[tuple[str, str]]]] = [
    ("a quota", {"quota": {"cpu": "8"}}, {("update", PROFILE)}),
    ("another quota", {"quota": {"cpu": "16", "requests.nvidia.com/gpu": "1"}}, {("update", PROFILE)}),
    (
        "old versions expire sooner",
        {"storage": {"expireOldVersionsDays": 30}},
        {("update", "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration")},
    ),
    (
        "no versions",
        {"storage": {"expireOldVersionsDays": 30, "versioning": False}},
        {("update", "aws:s3/bucketVersioning:BucketVersioning")},
    ),
    ("more nodes", {"nodeGroups": groups(max=5, min=1)}, {("update", NODE_GROUP)}),
    ("a desired size is the autoscaler's", {"nodeGroups": groups(max=5, min=1, desired=2)}, set()),
    (
        "a taint and a label",
        {"nodeGroups": groups(labels={"team": "vision"}, taints=[TAINT])},
        {("update", NODE_GROUP), ("create", TAG)},
    ),
    (
        "a larger disk",
        {"nodeGroups": groups(disk={"sizeGib": 100})},
        {("update", TEMPLATE), ("update", NODE_GROUP), ("update", TAG), ("delete", TAG)},
    ),
    (
        "AI Conductor is told another size",
        {"nodeGroups": groups(disk={"sizeGib": 100}, vcpu=2)},
        {("update", CONDUCTOR_WORKSPACE)},
    ),
    ("the dashboard moves", {"grafana": {"url": "${GRAFANA_URL}"}}, {("update", DASHBOARD)}),
    (
        "another dashboard for AI Conductor",
        {"conductor": {"url": "${AIC_FRONTEND_URL}", "dashboardHash": "fef30w4jaxla8"}},
        {("update", CONDUCTOR_WORKSPACE)},
    ),
    (
        "a key of one's own",
        {"storage": {"kmsKeyArn": KMS_KEY}},
        {
            ("update", "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"),
            ("update", "aws:s3/bucketVersioning:BucketVersioning"),
            ("update", "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"),
        },
    ),
    (
        "tags",
        {"tags": {"team": "vision"}},
        {
            ("update", "aws:s3/bucket:Bucket"),
            ("update", "aws:iam/role:Role"),
            ("update", TEMPLATE),
            ("update", NODE_GROUP),
        },
    ),
    (
        "access by the bucket's own policy",
        {"access": {"mode": "bucket-policy", "principals": [CONSUMER]}},
        {
            ("update", "aws:s3/bucketPolicy:BucketPolicy"),
            ("delete", "workspace:index:SharedPolicyAccess"),
            ("delete", "pulumi-python:dynamic/iam:PolicyGrant"),
        },
    ),
    (
        "a node group less",
        {"nodeGroups": [GPU]},
        {
            ("update", CONDUCTOR_WORKSPACE),
            ("update", DASHBOARD),
            ("delete", "eks:index:ManagedNodeGroup"),
            ("delete", NODE_GROUP),
            ("delete", TEMPLATE),
            ("delete", GENERATION),
            ("delete", TAG),
        },
    ),
    ("data may be deleted", {"deleteData": True}, {("update", "aws:s3/bucket:Bucket"), ("update", GUARD)}),
]

REPLACED_BY_NAME = {
    "dashboardUid": {DASHBOARD},
    "systemAccount": {
        "pulumi-python:dynamic/conductor:Account",
        "pulumi-python:dynamic/conductor:Membership",
    },
    "kubeflowPolicy": {"pulumi-python:dynamic/iam:PolicyGrant"},
}


def test_what_may_change_in_place_does(workspace: Callable[..., Workspace]) -> None:
    demo = workspace("changes", nodeGroups=groups())
    demo.up()
    identities = {resource["urn"]: resource.get("id") for resource in demo.resources()}
    for name, change, expected in CHANGES:
        demo.write(**change)
        assert operations(demo) == expected, name
        demo.up()
    kept = {resource["urn"]: resource.get("id") for resource in demo.resources()}
    assert {urn: identity for urn, identity in identities.items() if kept.get(urn, identity) != identity} == {}
    assert demo.preview("--expect-no-changes").code == 0


def test_another_instance_type_makes_the_new_group_before_the_old_one_goes(
    platform: Platform, workspace: Callable[..., Workspace]
) -> None:
    demo = workspace("bluegreen", nodeGroups=[STANDARD])
    demo.up()
    demo.write(nodeGroups=[{**STANDARD, "instanceType": "m6i.xlarge"}])
    said = demo.up()
    assert said.index("created replacement") < said.index("deleted original")
    node_groups = inventory.take(platform)["node groups"]
    assert [name for found in node_groups.values() for name in found if "bluegreen" in name] == [
        "ng-an2-aicond-bluegreen-ws-standard-g2"
    ]
    assert demo.preview("--expect-no-changes").code == 0


def test_another_owner_is_refused_and_nothing_is_touched(
    platform: Platform, workspace: Callable[..., Workspace]
) -> None:
    demo = workspace("owner", nodeGroups=None, conductor=None, grafana=None)
    demo.up()
    with_demo = inventory.take(platform)
    demo.write(login={"emailDomain": "example.com"})
    refused = demo.engine.run("up", "--yes", "--skip-preview", "--stack", demo.stack)
    assert refused.code != 0
    assert "owner" in refused.output
    assert inventory.differences(with_demo, inventory.take(platform)) == []

    demo.write(login=None)
    assert demo.preview("--expect-no-changes").code == 0


def test_passwords_change_in_place(platform: Platform, workspace: Callable[..., Workspace]) -> None:
    demo = workspace("passwords", nodeGroups=None, grafana=None)
    demo.up()
    first = demo.outputs()
    assert login(platform.issuer, first["kubeflowUser"], first["kubeflowPassword"]).accepted

    demo.set_secret("login.password", "another-Kubeflow-password")
    demo.set_secret("conductor.systemAccountPassword", "another-edge-password")
    assert operations(demo) == {
        ("update", "pulumi-python:dynamic/dex:User"),
        ("update", "pulumi-python:dynamic/conductor:Account"),
        ("delete", "random:index/randomPassword:RandomPassword"),
    }
    demo.up()

    assert login(platform.issuer, first["kubeflowUser"], "another-Kubeflow-password").accepted
    assert not login(platform.issuer, first["kubeflowUser"], first["kubeflowPassword"]).accepted
    assert demo.preview("--expect-no-changes").code == 0


def test_another_name_replaces_what_carries_it_and_nothing_else(workspace: Callable[..., Workspace]) -> None:
    demo = workspace("renamed", nodeGroups=[GPU])
    demo.up()

    def replaced_by(name: str, value: str) -> set[str]:
        demo.write(names={name: value})
        return {type_ for operation, type_ in operations(demo) if operation == "replace"}

    found = {name: replaced_by(name, f"another-{name.lower()}") for name in REPLACED_BY_NAME}
    demo.write(names=None)
    assert found == REPLACED_BY_NAME
    assert demo.preview("--expect-no-changes").code == 0
