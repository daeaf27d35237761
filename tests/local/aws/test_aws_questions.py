"""What the checks of a preflight ask and moto alone cannot answer: simulations, quotas, the images of nodes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from local.aws.moto_patches.service_quotas import NODE_GROUPS, VCPUS
from local.aws.policies import Call, allows
from tests.local.aws.test_aws_gaps import code

ACCOUNT = "123456789012"
BUCKETS = ["arn:aws:s3:::a-1", "arn:aws:s3:::b-1"]
STATEMENTS: list[dict[str, Any]] = [
    {"Effect": "Allow", "Action": ["s3:Get*", "s3:ListBucket"], "Resource": "arn:aws:s3:::a-*"},
    {"Effect": "Deny", "Action": "s3:GetBucketAcl", "Resource": "*"},
    {
        "Effect": "Allow",
        "Action": "iam:PassRole",
        "Resource": "*",
        "Condition": {"StringEquals": {"iam:PassedToService": "eks.amazonaws.com"}},
    },
]


@pytest.fixture(params=["inline", "attached", "group"])
def principal(client: Any, request: pytest.FixtureRequest) -> Iterator[str]:
    """A user or role that has the statements in one of the ways."""
    iam, document = client("iam"), json.dumps({"Version": "2012-10-17", "Statement": STATEMENTS})
    if request.param == "inline":
        arn = iam.create_role(RoleName="simulated", Path="/ci/", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
        iam.put_role_policy(RoleName="simulated", PolicyName="p", PolicyDocument=document)
        yield arn
        iam.delete_role_policy(RoleName="simulated", PolicyName="p")
        iam.delete_role(RoleName="simulated")
        return
    arn = iam.create_user(UserName="simulated")["User"]["Arn"]
    if request.param == "attached":
        policy = iam.create_policy(PolicyName="simulated", PolicyDocument=document)["Policy"]["Arn"]
        iam.attach_user_policy(UserName="simulated", PolicyArn=policy)
        yield arn
        iam.detach_user_policy(UserName="simulated", PolicyArn=policy)
        iam.delete_policy(PolicyArn=policy)
    else:
        iam.create_group(GroupName="simulated")
        iam.put_group_policy(GroupName="simulated", PolicyName="p", PolicyDocument=document)
        iam.add_user_to_group(GroupName="simulated", UserName="simulated")
        yield arn
        iam.remove_user_from_group(GroupName="simulated", UserName="simulated")
        iam.delete_group_policy(GroupName="simulated", PolicyName="p")
        iam.delete_group(GroupName="simulated")
    iam.delete_user(UserName="simulated")


def decisions(client: Any, principal: str, action: str, resources: list[str], **context: str) -> dict[str, str]:
    entries = [
        {"ContextKeyName": f"iam:{key}", "ContextKeyValues": [value], "ContextKeyType": "string"}
        for key, value in context.items()
    ]
    asked = {"PolicySourceArn": principal, "ActionNames": [action], "ResourceArns": resources}
    [found] = client("iam").simulate_principal_policy(**asked, ContextEntries=entries)["EvaluationResults"]
    assert found["EvalActionName"] == action
    return {each["EvalResourceName"]: each["EvalResourceDecision"] for each in found["ResourceSpecificResults"]}


def test_a_simulation_judges_each_resource_and_a_denial_comes_first(client: Any, principal: str) -> None:
    assert decisions(client, principal, "s3:GetBucketCORS", BUCKETS) == dict(
        zip(BUCKETS, ["allowed", "implicitDeny"], strict=True)
    )
    assert decisions(client, principal, "s3:GetBucketAcl", BUCKETS) == dict.fromkeys(BUCKETS, "explicitDeny")
    role = f"arn:aws:iam::{ACCOUNT}:role/any"
    for service, said in (("eks.amazonaws.com", "allowed"), ("ec2.amazonaws.com", "implicitDeny")):
        assert decisions(client, principal, "iam:PassRole", [role], PassedToService=service) == {role: said}
    assert decisions(client, principal, "iam:PassRole", [role]) == {role: "implicitDeny"}


def test_a_simulation_without_resources_answers_for_all_at_once(client: Any, principal: str) -> None:
    iam = client("iam")
    [found] = iam.simulate_principal_policy(PolicySourceArn=principal, ActionNames=["s3:ListBucket"])[
        "EvaluationResults"
    ]
    assert (found["EvalResourceName"], found["EvalDecision"]) == ("*", "implicitDeny")
    assert found["ResourceSpecificResults"] == []


def test_whoever_moto_does_not_know_may_do_everything_here_and_may_so_in_a_simulation(client: Any) -> None:
    arn = client("sts").get_caller_identity()["Arn"]
    assert decisions(client, arn, "s3:CreateBucket", BUCKETS) == dict.fromkeys(BUCKETS, "allowed")


@pytest.mark.parametrize(
    ("arn", "refusal"),
    [
        (f"arn:aws:sts::{ACCOUNT}:assumed-role/a/b", "InvalidInput: Invalid Entity Arn"),
        (f"arn:aws:iam::{ACCOUNT}:root", "InvalidInput: Invalid Entity Arn"),
        (f"arn:aws:iam::{ACCOUNT}:user/nobody", "NoSuchEntity"),
        (f"arn:aws:iam::{ACCOUNT}:role/nobody", "NoSuchEntity"),
    ],
)
def test_who_is_no_user_or_role_is_not_simulated(client: Any, arn: str, refusal: str) -> None:
    refused = code(client("iam").simulate_principal_policy, PolicySourceArn=arn, ActionNames=["s3:ListBucket"])
    assert refused.startswith(refusal)


def test_a_role_is_known_by_its_whole_path(client: Any) -> None:
    iam = client("iam")
    iam.create_role(RoleName="pathed", Path="/ci/", AssumeRolePolicyDocument="{}")
    asked = {"PolicySourceArn": f"arn:aws:iam::{ACCOUNT}:role/pathed", "ActionNames": ["s3:ListBucket"]}
    assert code(iam.simulate_principal_policy, **asked).startswith("NoSuchEntity")
    iam.delete_role(RoleName="pathed")


def test_a_boundary_and_policies_of_the_request_are_refused_with_a_word(client: Any) -> None:
    iam, everything = client("iam"), '{"Version": "2012-10-17", "Statement": []}'
    boundary = "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy"
    made = iam.create_role(RoleName="bounded", AssumeRolePolicyDocument="{}", PermissionsBoundary=boundary)["Role"]
    asked = {"PolicySourceArn": made["Arn"], "ActionNames": ["s3:ListBucket"]}
    assert code(iam.simulate_principal_policy, **asked).endswith("permissions boundaries.")
    assert code(iam.simulate_principal_policy, **asked, PolicyInputList=[everything]).endswith("PolicyInputList.")
    iam.delete_role(RoleName="bounded")


def test_a_condition_that_is_not_judged_is_an_error() -> None:
    strange = {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"Bool": {"a": "true"}}}
    with pytest.raises(AssertionError, match="Bool is not judged here"):
        allows([strange], Call("s3:ListBucket", "*"))


def test_quotas_of_vcpus_and_node_groups_have_a_value_and_others_are_not_known(client: Any) -> None:
    quotas = client("service-quotas")

    def value(service: str, quota: str) -> float:
        return quotas.get_service_quota(ServiceCode=service, QuotaCode=quota)["Quota"]["Value"]

    assert (value("ec2", "L-DB2E81BA"), value("eks", "L-6D54EA21")) == (VCPUS, NODE_GROUPS)
    assert value("vpc", "L-F678F1CE") > 0
    for service, quota in (("ec2", "L-00000000"), ("eks", "L-DB2E81BA"), ("iam", "L-DB2E81BA")):
        refused = code(quotas.get_service_quota, ServiceCode=service, QuotaCode=quota)
        assert refused.startswith("NoSuchResourceException")


def test_images_are_published_for_the_versions_that_eks_has_and_of_al2_for_older_ones(client: Any) -> None:
    eks, al2023, al2 = "/aws/service/eks/optimized-ami/1", "amazon-linux-2023/x86_64", "amazon-linux-2-gpu"
    names = {
        f"{eks}.35/{al2023}/nvidia/recommended/image_id": True,
        f"{eks}.35/{al2023}/gpu/recommended/image_id": False,
        f"{eks}.20/{al2023}/nvidia/recommended/image_id": False,
        f"{eks}.32/{al2}/recommended/image_id": True,
        f"{eks}.33/{al2}/recommended/image_id": False,
        "/aws/service/bottlerocket/aws-k8s-1.35-nvidia/arm64/latest/image_id": True,
        "/aws/service/bottlerocket/aws-k8s-2.35/arm64/latest/image_id": False,
    }
    found = client("ssm").get_parameters(Names=list(names))
    assert {each["Name"] for each in found["Parameters"]} == {name for name, there in names.items() if there}
    assert {*found["InvalidParameters"]} == {name for name, there in names.items() if not there}
