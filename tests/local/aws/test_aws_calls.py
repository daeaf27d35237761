"""The local AWS notes what it was asked, in IAM's words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from botocore.exceptions import ClientError

from local.aws.seed import REGION, SeededAws

Client = Callable[[str], Any]


@pytest.fixture
def since(endpoint: str) -> Callable[[], dict[str, int]]:
    """What was asked since the test began."""

    def counts() -> dict[str, int]:
        return httpx.get(f"{endpoint}/_standin/calls", trust_env=False).json()

    before = counts()
    return lambda: {
        call: count - before.get(call, 0) for call, count in counts().items() if count > before.get(call, 0)
    }


def test_an_operation_is_noted_as_the_action_that_iam_asks_for(client: Client, since: Callable[[], Any]) -> None:
    s3 = client("s3")
    s3.create_bucket(Bucket="s3-noted", CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.head_bucket(Bucket="s3-noted")
    s3.list_objects_v2(Bucket="s3-noted", Prefix="a key/with space")
    with pytest.raises(ClientError):
        s3.get_bucket_lifecycle_configuration(Bucket="s3-noted")
    s3.delete_objects(Bucket="s3-noted", Delete={"Objects": [{"Key": "a"}]})
    assert since() == {
        "s3:CreateBucket arn:aws:s3:::s3-noted": 1,
        "s3:DeleteObject arn:aws:s3:::s3-noted/*": 1,
        "s3:DeleteObjectVersion arn:aws:s3:::s3-noted/*": 1,
        "s3:GetLifecycleConfiguration arn:aws:s3:::s3-noted": 1,
        "s3:ListBucket arn:aws:s3:::s3-noted": 2,
    }


def test_a_resource_is_named_by_what_the_request_says(
    client: Client, seeded: SeededAws, since: Callable[[], Any]
) -> None:
    ec2, eks, iam = client("ec2"), client("eks"), client("iam")
    made = ec2.create_launch_template(LaunchTemplateName="noted", LaunchTemplateData={"InstanceType": "m5.large"})
    template = made["LaunchTemplate"]["LaunchTemplateId"]
    ec2.create_tags(Resources=[template], Tags=[{"Key": "team", "Value": "vision"}])
    place, cluster = f"{REGION}:{seeded.account_id}", "eks-none"
    with pytest.raises(ClientError):
        eks.tag_resource(resourceArn=f"arn:aws:eks:{place}:cluster/{cluster}", tags={"team": "vision"})
    with pytest.raises(ClientError):
        eks.describe_nodegroup(clusterName=cluster, nodegroupName="ng-none")
    policy = "arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy"
    with pytest.raises(ClientError):
        iam.attach_role_policy(RoleName="role-none", PolicyArn=policy)
    assert since() == {
        f"ec2:CreateLaunchTemplate arn:aws:ec2:{place}:launch-template/*": 1,
        f"ec2:CreateTags arn:aws:ec2:{place}:launch-template/{template}": 1,
        f"eks:DescribeNodegroup arn:aws:eks:{place}:nodegroup/{cluster}/ng-none/*": 1,
        f"eks:TagResource arn:aws:eks:{place}:cluster/{cluster}": 1,
        f"iam:AttachRolePolicy arn:aws:iam::{seeded.account_id}:role/role-none iam:PolicyARN={policy}": 1,
    }


def test_an_operation_that_the_table_does_not_have_is_there_to_be_found(
    client: Client, since: Callable[[], Any]
) -> None:
    client("iam").list_users()
    client("s3").list_buckets()
    assert since() == {"iam:ListUsers ?": 1, "s3:ListBuckets ?": 1}
