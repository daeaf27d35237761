"""No check of AWS writes, and none falls over where it may not look."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.preflight.aws_answers import AwsAnswers
from tests.preflight.checklists import lines_of, with_eks
from tests.preflight.conftest import MakeSite, client
from tests.support.permissions import allowed_actions
from tests.support.rows import first_of_each
from workspacectl.permissions import policies
from workspacectl.preflight import running
from workspacectl.preflight.answers import Outcome
from workspacectl.preflight.checks import amazon
from workspacectl.preflight.sites import WorkspaceSite

READS = re.compile(r"[\w-]+:(Describe|List|Get|Simulate)\w+")
METRIC = {"MetricNamespace": "AWS/Usage", "MetricName": "ResourceCount", "MetricDimensions": {"Class": "G/OnDemand"}}
NOT_THERE = ("ResourceNotFoundException", "it is not there")


def everything(site: MakeSite, on_eks: dict[str, Any], **more: Any) -> WorkspaceSite:
    """A stack that every check of AWS concerns, but for the shared policies', which another way to the bucket has."""
    key = client("kms").create_key(KeySpec="SYMMETRIC_DEFAULT", KeyUsage="ENCRYPT_DECRYPT")["KeyMetadata"]["Arn"]
    role, storage = {"mode": "workspace-role"}, {"kmsKeyArn": key}
    settings = {**on_eks, "kubernetes": {"fromCluster": True}, "access": role, "storage": storage}
    return with_eks(site(**{**settings, **more}))


def names() -> list[str]:
    return [running.name_of(check) for check in amazon.CHECKS]


def test_every_call_of_every_check_reads(site: MakeSite, on_eks: dict[str, Any], answers: AwsAnswers) -> None:
    answers.said["service-quotas:GetServiceQuota"] = {"Quota": {"Value": 100.0, "UsageMetric": METRIC}}
    answers.refused |= {"eks:DescribeAddon": NOT_THERE, "eks:DescribeAccessEntry": NOT_THERE}
    found = lines_of(everything(site, on_eks), only=names())
    found |= lines_of(with_eks(site(**on_eks)), only=["shared-policies"])
    assert found.keys() == set(names())
    assert {"iam:SimulatePrincipalPolicy", "cloudwatch:GetMetricStatistics", "iam:GetPolicy"} <= set(answers.asked)
    assert [call for call in answers.asked if not READS.fullmatch(call)] == []
    used = {as_action(call) for call in answers.asked}
    policy, beside = policies.statements(policies.UPDATE), policies.statements(policies.PREFLIGHT)
    assert sorted(used - allowed_actions([*policy, *beside])) == []
    assert sorted(allowed_actions(beside) - used) == ["servicequotas:GetAWSDefaultServiceQuota"]


def as_action(operation: str) -> str:
    """How IAM calls what is asked for."""
    return {"s3:ListObjectsV2": "s3:ListBucket"}.get(operation, operation.replace("-", ""))


def test_somebody_who_may_do_nothing_on_aws_is_told_so_line_by_line(
    site: MakeSite, on_eks: dict[str, Any], answers: AwsAnswers
) -> None:
    stack = everything(site, on_eks)
    lines_of(stack, only=names())
    answers.deny(*set(answers.asked))
    found = lines_of(everything(site, on_eks), only=names())
    # Who this is and the cluster were read before, and the version's support is known here too.
    known = {"aws-identity", "eks-cluster", "eks-version"}
    assert {name for name, answer in found.items() if answer.outcome == Outcome.UNKNOWN} == found.keys() - known
    assert "Allow " in found["vcpu-quotas"].seen


SERVICES = ["ec2", "eks", "iam", "kms", "service-quotas", "ssm", "cloudwatch"]


@pytest.mark.parametrize("service", first_of_each(SERVICES, lambda _: "all are asked in the same way"))
def test_calls_that_nobody_answers_are_no_failure(
    site: MakeSite, on_eks: dict[str, Any], answers: AwsAnswers, service: str
) -> None:
    lines_of(everything(site, on_eks), only=names())
    asked = {call for call in answers.asked if call.startswith(f"{service}:")}
    answers.refused |= dict.fromkeys(asked, ("503", "Service Unavailable"))
    found = lines_of(everything(site, on_eks), only=names())
    assert {answer.outcome for answer in found.values()} <= {Outcome.OK, Outcome.WARNING, Outcome.UNKNOWN}
