"""Names that something on AWS has already: whose it is decides."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.preflight.aws_answers import AwsAnswers
from tests.preflight.checklists import broken, lines_of, with_eks
from tests.preflight.conftest import REGION, MakeSite, client, iam
from tests.support.rows import first_of_each
from workspacectl.preflight.answers import Outcome

CHECK = "name-collisions-aws"
BUCKET, ROLE, GROUP = "s3-an2-meerkat-dev-demo", "role-an2-meerkat-dev-demo-ws-node", "ng-an2-aicond-demo-ws-gpu"
PODS_ROLE = "role-an2-meerkat-dev-demo-ws-pods"
OWN = {"pulumi:project": "project-workspace", "pulumi:stack": "demo-dev"}
OTHERS = {**OWN, "pulumi:stack": "other-dev"}
OWN_ROLE = {"access": {"mode": "workspace-role"}}


def as_tags(tags: dict[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def make_bucket(tags: dict[str, str]) -> None:
    client("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    if tags:
        client("s3").put_bucket_tagging(Bucket=BUCKET, Tagging={"TagSet": as_tags(tags)})


def make_role(tags: dict[str, str], name: str = ROLE) -> None:
    iam().create_role(RoleName=name, AssumeRolePolicyDocument="{}", Tags=as_tags(tags))


def make_pods_role(tags: dict[str, str]) -> None:
    make_role(tags, PODS_ROLE)


def make_group(tags: dict[str, str]) -> None:
    role = iam().get_role(RoleName="eks")["Role"]["Arn"]
    asked = {"clusterName": "eks-demo", "nodegroupName": GROUP, "subnets": ["subnet-1"], "nodeRole": role}
    client("eks").create_nodegroup(**asked, tags=tags)


def make_association(tags: dict[str, str]) -> None:
    role = iam().create_role(RoleName="any", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    who = {"namespace": "aic-ns-demo-ws", "serviceAccount": "default-editor"}
    client("eks").create_pod_identity_association(clusterName="eks-demo", roleArn=role, tags=tags, **who)


THINGS = [
    (make_bucket, f"The S3 bucket '{BUCKET}'", "names.bucket"),
    (make_role, f"The IAM role '{ROLE}'", "names.nodeRole"),
    (make_pods_role, f"The IAM role '{PODS_ROLE}'", "names.workspaceRole"),
    (make_group, f"The node group '{GROUP}' of eks-demo", "nodeGroups[].name"),
    (
        make_association,
        "The Pod Identity association of 'default-editor' in namespace 'aic-ns-demo-ws' of eks-demo",
        "names.namespace",
    ),
]


@pytest.mark.parametrize(("make", "thing", "setting"), THINGS, ids=[setting for _, _, setting in THINGS])
def test_a_name_that_is_taken_fails_its_line_unless_the_stack_made_it_or_takes_it_over(
    site: MakeSite, on_eks: dict[str, Any], make: Any, thing: str, setting: str
) -> None:
    settings = {**on_eks, **OWN_ROLE}
    well = lines_of(with_eks(site(**settings)), only=[CHECK])
    assert (well[CHECK].outcome, well[CHECK].seen) == (Outcome.OK, "none")
    make({})
    now = lines_of(with_eks(site(**settings)), only=[CHECK])[CHECK]
    assert (now.outcome, now.seen) == (
        Outcome.FAILED,
        f"{thing} exists already, and this stack did not make it. Choose another name ({setting}), or set "
        "'adopt: true' to take it over.",
    )
    adopting = lines_of(with_eks(site(**settings, adopt=True)), only=[CHECK])[CHECK]
    assert (adopting.outcome, adopting.seen) == (Outcome.OK, f"to be taken over: {thing}")


@pytest.mark.parametrize("case", first_of_each(THINGS, lambda _: "the tag"), ids=lambda case: case[2])
def test_what_the_stack_has_made_is_its_own(site: MakeSite, on_eks: dict[str, Any], case: tuple[Any, str, str]) -> None:
    make, thing, _ = case
    make(OWN)
    found = lines_of(with_eks(site(**on_eks, **OWN_ROLE)), only=[CHECK])[CHECK]
    assert (found.outcome, found.seen) == (Outcome.OK, f"this stack's own: {thing}")


def test_a_name_that_is_taken_fails_no_other_line(site: MakeSite, on_eks: dict[str, Any]) -> None:
    well = lines_of(with_eks(site(**on_eks)))
    make_role(OTHERS)
    make_bucket({})
    now = lines_of(with_eks(site(**on_eks)))
    assert broken(well, now) == {CHECK: Outcome.FAILED}
    assert "stack 'other-dev' of Pulumi project 'project-workspace' made it" in now[CHECK].seen
    assert now[CHECK].seen.count("exists already") == 2
    assert "workspacectl recover --stack demo-dev" in now[CHECK].remedy


def test_a_bucket_of_another_account_is_in_the_way(site: MakeSite, answers: AwsAnswers) -> None:
    answers.deny("s3:ListObjectsV2")
    found = lines_of(site(), only=[CHECK])[CHECK]
    assert (found.outcome, found.seen.split(", ")[0]) == (
        Outcome.FAILED,
        f"The S3 bucket '{BUCKET}' exists already",
    )


def test_a_look_that_is_refused_could_not_be_checked(
    site: MakeSite, on_eks: dict[str, Any], answers: AwsAnswers
) -> None:
    well = lines_of(with_eks(site(**on_eks)))
    answers.deny("eks:DescribeNodegroup")
    now = lines_of(with_eks(site(**on_eks)))
    assert broken(well, now) == {CHECK: Outcome.UNKNOWN}
    assert json.dumps(now[CHECK].seen).count("Allow eks:DescribeNodegroup on it for your AWS identity") == 1
