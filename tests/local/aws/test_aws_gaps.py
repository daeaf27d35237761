"""What AWS refuses and moto alone would not, asked through a plain client."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError


def code(call: Any, **parameters: Any) -> str:
    """The error code a call is refused with."""
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    error: Any = caught.value.response
    return f"{error['Error']['Code']}: {error['Error']['Message']}"


@pytest.fixture
def request_for(seeded: Any) -> Any:
    """A CreateNodegroup that EKS takes, but for the changes."""

    def parameters(**changes: Any) -> dict[str, Any]:
        wanted = {
            "clusterName": seeded.cluster_name,
            "nodegroupName": "refused",
            "nodeRole": seeded.cluster_role_arn,
            "subnets": [seeded.private_subnets["a"]],
            "instanceTypes": ["m5.large"],
            "scalingConfig": {"minSize": 0, "maxSize": 2, "desiredSize": 0},
            **changes,
        }
        return {k: v for k, v in wanted.items() if v is not None}

    return parameters


def test_the_request_that_the_refusals_vary_is_taken(client: Any, request_for: Any, seeded: Any) -> None:
    made = client("eks").create_nodegroup(**request_for())["nodegroup"]
    assert (made["amiType"], made["diskSize"], made["version"]) == ("AL2023_x86_64_STANDARD", 20, "1.33")
    assert code(client("eks").create_nodegroup, **request_for()).startswith("ResourceInUseException: NodeGroup already")
    assert code(client("eks").delete_cluster, name=seeded.cluster_name).startswith("ResourceInUseException")
    client("eks").delete_nodegroup(clusterName=seeded.cluster_name, nodegroupName="refused")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"clusterName": "none"}, "ResourceNotFoundException: No cluster found for name: none."),
        ({"subnets": ["subnet-0"]}, "InvalidParameterException: The subnet ID 'subnet-0' does not exist"),
        ({"subnets": []}, "InvalidParameterException: Subnets must be specified"),
        (
            {"nodeRole": "arn:aws:iam::123456789012:role/none"},
            "InvalidParameterException: The role with name none cannot be found.",
        ),
        ({"amiType": "AL2_x86_64"}, "InvalidRequestException: Requested AMI for this version 1.33 is not supported"),
        ({"amiType": "AL3"}, "InvalidParameterException: Invalid value 'AL3' for amiType"),
        ({"capacityType": "CHEAP"}, "InvalidParameterException: Invalid value 'CHEAP' for capacityType"),
        (
            {"amiType": "AL2023_x86_64_NVIDIA"},
            "InvalidParameterException: [m5.large] is not a valid instance type for requested amiType AL2023_x86_64_NV",
        ),
        (
            {"amiType": "AL2023_ARM_64_STANDARD"},
            "InvalidParameterException: [m5.large] is not a valid instance type for requested amiType",
        ),
        (
            {"instanceTypes": ["x9.huge"]},
            "InvalidParameterException: The following supplied instance types do not exist: [x9.huge]",
        ),
        (
            {"taints": [{"key": "a", "value": "b", "effect": "NoSchedule"}]},
            "InvalidParameterException: Invalid value 'NoSchedule' for taint effect",
        ),
        (
            {"taints": [{"key": f"k{n}", "effect": "NO_SCHEDULE"} for n in range(51)]},
            "InvalidParameterException: A nodegroup can have at most 50 taints.",
        ),
        (
            {"taints": [{"key": "k", "value": v, "effect": "NO_SCHEDULE"} for v in "ab"]},
            "InvalidParameterException: Duplicate taint 'k' with effect NO_SCHEDULE",
        ),
        (
            {"labels": {"kubernetes.io/role": "node"}},
            "InvalidParameterException: Label cannot contain reserved prefixes",
        ),
        ({"labels": {"a": "b" * 64}}, "InvalidParameterException: Invalid length of label 'a'"),
        (
            {"scalingConfig": {"minSize": 3, "maxSize": 2, "desiredSize": 3}},
            "InvalidParameterException: Minimum capacity 3 can't be greater than maximum capacity 2",
        ),
        (
            {"scalingConfig": {"minSize": 0, "maxSize": 2, "desiredSize": 3}},
            "InvalidParameterException: Desired capacity 3 can't be greater than max size 2",
        ),
        (
            {"scalingConfig": {"minSize": 1, "maxSize": 2, "desiredSize": 0}},
            "InvalidParameterException: Minimum capacity 1 can't be greater than desired size 0",
        ),
        (
            {"launchTemplate": {"id": "lt-0", "version": "1"}},
            "InvalidRequestException: Launch template not found: lt-0",
        ),
        ({"nodegroupName": "no blanks"}, "InvalidParameterException: The nodegroup name 'no blanks' is not valid"),
    ],
)
def test_eks_refuses_a_node_group_that_cannot_be(
    client: Any, request_for: Any, changes: dict[str, Any], message: str
) -> None:
    assert code(client("eks").create_nodegroup, **request_for(**changes)).startswith(message)


@pytest.mark.parametrize(
    ("data", "changes", "message"),
    [
        ({"InstanceType": "m5.large"}, {}, "Instance type cannot be specified in both"),
        ({}, {"diskSize": 30}, "Disk size must be specified within the launch template."),
        ({"ImageId": "ami-1"}, {"amiType": "AL2023_x86_64_STANDARD"}, "AMI type cannot be specified"),
        ({"IamInstanceProfile": {"Name": "p"}}, {}, "Launch template cannot contain IamInstanceProfile."),
        ({}, {"launchTemplate": {"version": "7"}}, "Could not find the specified version 7"),
    ],
)
def test_eks_refuses_a_launch_template_that_does_not_fit(
    client: Any, request_for: Any, data: dict[str, Any], changes: dict[str, Any], message: str
) -> None:
    made = client("ec2").create_launch_template(
        LaunchTemplateName="refused", LaunchTemplateData={"EbsOptimized": True, **data}
    )
    template = {"id": made["LaunchTemplate"]["LaunchTemplateId"], "version": "1", **changes.pop("launchTemplate", {})}
    try:
        assert message in code(client("eks").create_nodegroup, **request_for(launchTemplate=template, **changes))
    finally:
        client("ec2").delete_launch_template(LaunchTemplateId=template["id"])


def test_of_a_clusters_tags_all_that_are_named_go(client: Any, seeded: Any) -> None:
    eks = client("eks")
    arn = eks.describe_cluster(name=seeded.cluster_name)["cluster"]["arn"]
    had = eks.list_tags_for_resource(resourceArn=arn)["tags"]
    eks.tag_resource(resourceArn=arn, tags={"x": "1", "y": "2", "z": "3"})
    eks.untag_resource(resourceArn=arn, tagKeys=["x", "z"])
    assert eks.list_tags_for_resource(resourceArn=arn)["tags"] == {**had, "y": "2"}
    eks.untag_resource(resourceArn=arn, tagKeys=["y"])


def test_updates_of_a_node_group_can_be_looked_up_and_are_judged_too(
    client: Any, request_for: Any, seeded: Any
) -> None:
    eks, names = client("eks"), {"clusterName": seeded.cluster_name, "nodegroupName": "updated"}
    group = eks.create_nodegroup(**request_for(**names, tags={"a": "1", "b": "2", "c": "3"}))["nodegroup"]
    arn = group["nodegroupArn"]
    assert eks.list_tags_for_resource(resourceArn=arn)["tags"] == {"a": "1", "b": "2", "c": "3"}
    eks.untag_resource(resourceArn=arn, tagKeys=["b", "c"])
    assert eks.list_tags_for_resource(resourceArn=arn)["tags"] == {"a": "1"}
    done = eks.update_nodegroup_config(**names, labels={"addOrUpdateLabels": {"x": "y"}})["update"]
    shown = eks.describe_update(name=seeded.cluster_name, nodegroupName="updated", updateId=done["id"])["update"]
    assert (shown["id"], shown["status"], shown["type"]) == (done["id"], "Successful", "ConfigUpdate")
    assert code(eks.describe_update, name=seeded.cluster_name, updateId="none").startswith("ResourceNotFoundException")
    sizes = {"minSize": 0, "maxSize": 1, "desiredSize": 5}
    assert "can't be greater" in code(eks.update_nodegroup_config, **names, scalingConfig=sizes)
    assert "cannot add a launch template" in code(
        eks.update_nodegroup_version, **names, launchTemplate={"id": "lt-0", "version": "1"}
    )
    eks.delete_nodegroup(**names)


def test_iam_counts_a_policy_without_its_white_space(client: Any) -> None:
    iam = client("iam")
    statement = {"Effect": "Allow", "Action": "s3:*", "Resource": ["arn:aws:s3:::" + "b" * 50] * 88}
    text = json.dumps({"Version": "2012-10-17", "Statement": [statement]}, separators=(",", ":"))
    assert len(text) < 6144
    padded = text.replace(",", ",\n" + " " * 30)
    assert len(padded) > 6144
    arn = iam.create_policy(PolicyName="padded", PolicyDocument=padded)["Policy"]["Arn"]
    longer = json.dumps({"Version": "2012-10-17", "Statement": [{**statement, "Resource": statement["Resource"] * 2}]})
    assert code(iam.create_policy_version, PolicyArn=arn, PolicyDocument=longer).startswith("LimitExceeded")
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=text)
    assert code(iam.delete_policy, PolicyArn=arn).startswith("DeleteConflict: This policy has more than one version")
    iam.delete_policy_version(PolicyArn=arn, VersionId="v2")
    iam.delete_policy(PolicyArn=arn)


def test_an_eleventh_policy_on_a_role_is_refused(client: Any, seeded: Any) -> None:
    iam = client("iam")
    trust = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ]}  # fmt: skip
    iam.create_role(RoleName="eleven", AssumeRolePolicyDocument=json.dumps(trust))
    arns = [p["Arn"] for p in iam.list_policies(Scope="AWS", MaxItems=11)["Policies"]]
    for arn in arns[:10]:
        iam.attach_role_policy(RoleName="eleven", PolicyArn=arn)
    iam.attach_role_policy(RoleName="eleven", PolicyArn=arns[0])
    refusal = code(iam.attach_role_policy, RoleName="eleven", PolicyArn=arns[10])
    assert refusal == "LimitExceeded: Cannot exceed quota for PoliciesPerRole: 10"
    for arn in arns[:10]:
        iam.detach_role_policy(RoleName="eleven", PolicyArn=arn)
    iam.delete_role(RoleName="eleven")


@pytest.fixture
def bucket(client: Any) -> Any:
    client("s3").create_bucket(Bucket="gaps", CreateBucketConfiguration={"LocationConstraint": "ap-northeast-2"})
    yield "gaps"
    client("s3").delete_bucket(Bucket="gaps")


def bucket_policy(**statement: Any) -> str:
    base = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::gaps/*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [{**base, **statement}]})


def test_a_tls_only_policy_does_not_lock_the_bucket(client: Any, bucket: str) -> None:
    tls_only = bucket_policy(
        Effect="Deny", Principal="*", Action="s3:*", Condition={"Bool": {"aws:SecureTransport": "false"}}
    )
    client("s3").put_bucket_policy(Bucket=bucket, Policy=tls_only)
    client("s3").put_object(Bucket=bucket, Key="a", Body=b"1")
    assert client("s3").get_object(Bucket=bucket, Key="a")["Body"].read() == b"1"
    client("s3").put_bucket_policy(
        Bucket=bucket, Policy=bucket_policy(Effect="Deny", Principal="*", Action="s3:GetObject")
    )
    assert code(client("s3").get_object, Bucket=bucket, Key="a").startswith("403")
    client("s3").delete_bucket_policy(Bucket=bucket)
    client("s3").delete_object(Bucket=bucket, Key="a")


@pytest.mark.parametrize(
    ("policy", "message"),
    [
        (
            bucket_policy(Principal={"AWS": "arn:aws:iam::123456789012:role/nobody"}),
            "MalformedPolicy: Invalid principal in policy",
        ),
        (bucket_policy(), "MalformedPolicy: Missing required field Principal"),
        (
            bucket_policy(Principal="*", Resource="arn:aws:s3:::other/*"),
            "MalformedPolicy: Policy has invalid resource",
        ),
        ("{", "MalformedPolicy: Policies must be valid JSON and the first byte must be '{'"),
    ],
)
def test_s3_refuses_a_malformed_bucket_policy(client: Any, bucket: str, policy: str, message: str) -> None:
    assert code(client("s3").put_bucket_policy, Bucket=bucket, Policy=policy) == message


def test_s3_takes_a_policy_that_names_a_role_that_exists(client: Any, bucket: str, seeded: Any) -> None:
    text = bucket_policy(Principal={"AWS": [seeded.conductor_role_arn, seeded.kubeflow_user_arn]})
    client("s3").put_bucket_policy(Bucket=bucket, Policy=text)
    assert client("s3").get_bucket_policy(Bucket=bucket)["Policy"] == text


def test_s3_refuses_a_public_policy_where_they_are_blocked(client: Any, bucket: str) -> None:
    client("s3").put_bucket_policy(Bucket=bucket, Policy=bucket_policy(Principal="*"))
    block = {"BlockPublicPolicy": True}
    client("s3").put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=block)
    refusal = code(client("s3").put_bucket_policy, Bucket=bucket, Policy=bucket_policy(Principal="*"))
    assert refusal == "AccessDenied: Access Denied"


def test_a_fifty_first_tag_on_a_scaling_group_is_refused(client: Any, request_for: Any, seeded: Any) -> None:
    group = client("eks").create_nodegroup(**request_for(nodegroupName="tags"))["nodegroup"]
    name = group["resources"]["autoScalingGroups"][0]["name"]
    tags = [
        {
            "ResourceId": name,
            "ResourceType": "auto-scaling-group",
            "Key": f"k{n}",
            "Value": "v",
            "PropagateAtLaunch": False,
        }
        for n in range(46)
    ]
    client("autoscaling").create_or_update_tags(Tags=tags[:45])
    assert code(client("autoscaling").create_or_update_tags, Tags=tags[45:]).startswith("LimitExceeded")
    client("eks").delete_nodegroup(clusterName=seeded.cluster_name, nodegroupName="tags")
