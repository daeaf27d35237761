"""What an identity may do on AWS: by IAM's simulation, of what the stack needs and no more."""

from __future__ import annotations

from typing import Any

import pytest

from tests.preflight.aws_answers import AwsAnswers
from tests.preflight.checklists import broken, lines_of, with_eks
from tests.preflight.conftest import MakeSite
from tests.preflight.deployers import ACCOUNT, CLUSTER, DEPLOYER, deployer, of_files
from tests.support.permissions import allowed_actions
from tests.support.rows import first_of_each
from workspacectl.permissions import policies
from workspacectl.permissions.needs import Need, WorkspaceStack, needs
from workspacectl.preflight.answers import Answer, Outcome
from workspacectl.preflight.sites import WorkspaceSite

__all__ = ["deployer"]

UPDATE = [*policies.statements(policies.UPDATE), *policies.statements(policies.WORKSPACE_ROLES)]
GROUP: dict[str, Any] = {"spec": "gpu", "instanceType": "g5.xlarge", "max": 1}
EVERYTHING: dict[str, Any] = {"cluster": CLUSTER, "nodeGroups": [GROUP], "deleteData": True}


def rights_of(site: WorkspaceSite, **cluster: Any) -> Answer:
    return lines_of(with_eks(site, **cluster), only=["aws-rights"])["aws-rights"]


def test_the_documents_policies_are_enough_for_a_stack_with_everything(site: MakeSite, deployer: Any) -> None:
    deployer(*of_files(policies.UPDATE))
    found = rights_of(site(**EVERYTHING))
    assert (found.outcome, found.seen.partition(", ")[2]) == (Outcome.OK, f"simulated for {DEPLOYER}")


@pytest.mark.parametrize("by", ["pod-identity", pytest.param("irsa", marks=pytest.mark.thorough)])
def test_the_documents_policies_are_enough_for_a_stack_with_a_role_of_its_own(
    site: MakeSite, deployer: Any, by: str
) -> None:
    own = {**EVERYTHING, "access": {"mode": "workspace-role", "assumedBy": by}}
    issuer = {"identity": {"oidc": {"issuer": "https://oidc.eks.ap-northeast-2.amazonaws.com/id/0123"}}}
    deployer(*of_files(policies.UPDATE))
    assert rights_of(site(**own), **issuer).outcome == Outcome.FAILED
    deployer(*of_files(policies.UPDATE, policies.WORKSPACE_ROLES))
    assert rights_of(site(**own), **issuer).outcome == Outcome.OK


BUCKET, NODE_ROLE = (
    "arn:aws:s3:::s3-an2-meerkat-dev-demo",
    f"arn:aws:iam::{ACCOUNT}:role/role-an2-meerkat-dev-demo-ws-node",
)
MISSING = [
    ("s3:PutBucketPolicy", f"s3:PutBucketPolicy on {BUCKET}"),
    ("s3:DeleteObjectVersion", f"s3:DeleteObjectVersion on {BUCKET}/*"),
    (
        "iam:CreatePolicyVersion",
        "; ".join(
            f"iam:CreatePolicyVersion on arn:aws:iam::{ACCOUNT}:policy/policy-s3-{who}-an2-meerkat-dev"
            for who in ("kubeflow", "aia")
        ),
    ),
    ("iam:PassRole", f"iam:PassRole on {NODE_ROLE} with iam:PassedToService eks.amazonaws.com"),
    ("eks:CreateNodegroup", f"eks:CreateNodegroup on arn:aws:eks:ap-northeast-2:{ACCOUNT}:cluster/{CLUSTER}"),
    ("ec2:DescribeSubnets", "ec2:DescribeSubnets on *"),
]


@pytest.mark.parametrize("case", first_of_each(MISSING, lambda _: "aws-rights"), ids=lambda case: case[0])
def test_a_right_that_is_missing_on_aws_is_named_with_what_it_is_for_and_nothing_else_fails(
    site: MakeSite, deployer: Any, on_eks: dict[str, Any], case: tuple[str, str]
) -> None:
    without, said = case
    deployer(*of_files(policies.UPDATE))
    well = lines_of(with_eks(site(**EVERYTHING)))
    deployer(*of_files(policies.UPDATE, without=without))
    now = lines_of(with_eks(site(**EVERYTHING)))
    assert broken(well, now) == {"aws-rights": Outcome.FAILED}
    assert now["aws-rights"] == Answer(
        Outcome.FAILED, f"missing: {said}", f"all of them for {DEPLOYER}", "docs/permissions.md, 'AWS'"
    )


def test_a_policy_of_nodes_that_may_not_be_attached_is_named(site: MakeSite, deployer: Any) -> None:
    policy = "arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy"
    deny = {"Effect": "Deny", "Action": "iam:AttachRolePolicy", "Resource": "*"}
    [update] = of_files(policies.UPDATE)
    deployer([*update, {**deny, "Condition": {"ArnEquals": {"iam:PolicyARN": policy}}}])
    assert rights_of(site(**EVERYTHING)).seen == (
        f"missing: iam:AttachRolePolicy on {NODE_ROLE} with iam:PolicyARN {policy}"
    )


def test_a_stack_needs_no_rights_for_what_it_has_not(site: MakeSite, deployer: Any) -> None:
    """Without node groups, deletion of data and shared policies: the bucket alone."""
    alone = {"access": {"mode": "bucket-policy", "principals": [f"arn:aws:iam::{ACCOUNT}:role/a"]}}
    bucket = [each for each in UPDATE if each["Sid"] in {"ReadBuckets", "MakeBuckets"}]
    deployer(bucket)
    assert rights_of(site(**alone)).outcome == Outcome.OK
    assert "iam:CreatePolicyVersion" in rights_of(site()).seen
    assert "s3:DeleteObject, s3:DeleteObjectVersion on" in rights_of(site(**alone, deleteData=True)).seen


def stack(site: MakeSite, *, has_role: bool = False, **settings: Any) -> WorkspaceStack:
    made = site(**settings)
    return WorkspaceStack(made.options, made.names, ACCOUNT, issuer="oidc/id/0", has_node_groups_own_role=has_role)


def asked(found: list[Need]) -> set[str]:
    return {action for need in found for action in need.actions}


def test_every_statement_of_the_policies_is_narrowed_and_used_by_some_stack(site: MakeSite) -> None:
    role = {"mode": "workspace-role"}
    stacks = [
        stack(site, **EVERYTHING),
        stack(site, **EVERYTHING, access=role),
        stack(site, **EVERYTHING, access={**role, "assumedBy": "irsa"}),
    ]
    sids = {each["Sid"] for each in UPDATE}
    assert [sids ^ each.uses().keys() for each in stacks] == [set()] * 3
    denying = {each["Sid"] for each in UPDATE if each["Effect"] == "Deny"}
    assert sids - {sid for each in stacks for sid, arns in each.uses().items() if arns} == denying
    assert set().union(*(asked(needs(each)) for each in stacks)) == allowed_actions(UPDATE)


def test_the_role_that_eks_makes_for_itself_is_asked_for_where_there_is_none_yet(site: MakeSite) -> None:
    assert "iam:CreateServiceLinkedRole" in asked(needs(stack(site, **EVERYTHING)))
    assert "iam:CreateServiceLinkedRole" not in asked(needs(stack(site, **EVERYTHING, has_role=True)))
    assert "iam:CreateServiceLinkedRole" not in asked(needs(stack(site)))


def test_groups_made_by_hand_need_no_right_to_make_roles_and_templates(site: MakeSite) -> None:
    existing = {"nodeRole": "by-hand", "subnets": ["subnet-0123456789abcdef0"]}
    found = asked(needs(stack(site, cluster=CLUSTER, nodeGroups=[{**GROUP, "existing": existing}])))
    assert {"iam:GetRole", "eks:CreateNodegroup"} <= found
    assert found & {"iam:CreateRole", "iam:AttachRolePolicy", "ec2:CreateLaunchTemplate"} == set()


@pytest.mark.parametrize("who", ["root", pytest.param("federated-user/somebody", marks=pytest.mark.thorough)])
def test_an_identity_that_iam_does_not_simulate_could_not_be_checked(
    site: MakeSite, answers: AwsAnswers, who: str
) -> None:
    service = "iam" if who == "root" else "sts"
    arn = f"arn:aws:{service}::{ACCOUNT}:{who}"
    answers.said["sts:GetCallerIdentity"] = {"Account": ACCOUNT, "UserId": "a", "Arn": arn}
    found = rights_of(site())
    assert (found.outcome, found.seen) == (
        Outcome.UNKNOWN,
        f"IAM simulates for users and roles, and {arn} is neither. Ask with the identity that will run 'pulumi up'.",
    )


def test_a_simulation_that_is_refused_could_not_be_checked_and_says_which_right_is_wanted(
    site: MakeSite, answers: AwsAnswers
) -> None:
    well = lines_of(site())
    answers.deny("iam:SimulatePrincipalPolicy")
    now = lines_of(site())
    assert broken(well, now) == {"aws-rights": Outcome.UNKNOWN}
    assert now["aws-rights"].seen.endswith("Allow iam:SimulatePrincipalPolicy on it for your AWS identity.")


def test_what_the_organization_refuses_is_said_to_be_its(site: MakeSite, answers: AwsAnswers) -> None:
    result = {
        "EvalActionName": "s3:CreateBucket",
        "EvalResourceName": "*",
        "EvalDecision": "implicitDeny",
        "OrganizationsDecisionDetail": {"AllowedByOrganizations": False},
    }
    answers.said["iam:SimulatePrincipalPolicy"] = {"EvaluationResults": [result], "IsTruncated": False}
    assert "s3:CreateBucket (refused by the organization) on *" in rights_of(site()).seen
