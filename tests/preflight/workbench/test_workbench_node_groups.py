"""Each line about a Workbench's own node groups: asked by a workspace's checks, of its own groups, names and cluster.

What each of them may say is seen with a workspace (`tests/preflight/test_preflight_node_groups.py`).
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Any

import boto3
import pytest

from tests.preflight.aws_answers import answering
from tests.preflight.workbench.rows import Breaking, Row, prove
from tests.preflight.workbench.scenery import AUTOSCALER, Scenery
from tests.preflight.workbench.stage import PRIVATE, REGION, Object
from workspacectl.preflight.answers import Outcome

FAILED, WARNING = Outcome.FAILED, Outcome.WARNING
GROUP: dict[str, Any] = {"spec": "big", "instanceType": "m5.4xlarge", "max": 2}
GROUPS = {"nodeGroups": [GROUP]}
LINES = {"aws-rights", "subnets", "instance-offerings", "vcpu-quotas", "node-group-quota", "ami-family", "autoscaler"}
DENIED = {
    "EvaluationResults": [
        {"EvalActionName": "eks:CreateNodegroup", "EvalResourceName": "*", "EvalDecision": "implicitDeny"}
    ],
    "IsTruncated": False,
}
FULL = {"nodegroups": [f"ng-of-others-{number}" for number in range(30)]}


def said(**answers: Mapping[str, Any]) -> Breaking:
    """AWS answers otherwise, by operation with `__` for the colon and `_` for a hyphen."""

    @contextmanager
    def breaking(_: Scenery) -> Generator[Object]:
        with answering() as otherwise:
            otherwise.said |= {key.replace("__", ":").replace("_", "-"): each for key, each in answers.items()}
            yield {}

    return breaking


@contextmanager
def without_autoscaler(scenery: Scenery) -> Generator[Object]:
    with scenery.addons.removed(AUTOSCALER):
        yield {}


@contextmanager
def without_private_subnet(_: Scenery) -> Generator[Object]:
    """In one of the zones."""
    ec2: Any = boto3.client("ec2", region_name=REGION)
    zone = {"Name": "availability-zone", "Values": [f"{REGION}c"]}
    subnets = [each["SubnetId"] for each in ec2.describe_subnets(Filters=[zone])["Subnets"]]
    ec2.delete_tags(Resources=subnets, Tags=[{"Key": PRIVATE["Key"]}])
    try:
        yield {}
    finally:
        ec2.create_tags(Resources=subnets, Tags=[PRIVATE])


OFFER = {"InstanceTypeOfferings": [{"InstanceType": "m5.4xlarge", "Location": f"{REGION}a"}]}
ROWS = [
    Row("no autoscaler", {"autoscaler": WARNING}, "no cluster autoscaler", without_autoscaler, base=GROUPS),
    Row(
        "a zone without a private subnet",
        {"subnets": FAILED},
        "no private subnet",
        without_private_subnet,
        base=GROUPS,
    ),
    Row(
        "a zone that does not offer the type",
        {"instance-offerings": FAILED},
        "spec 'big': m5.4xlarge is not offered in ap-northeast-2c",
        said(ec2__DescribeInstanceTypeOfferings=OFFER),
        base=GROUPS,
    ),
    Row(
        "too few vCPUs",
        {"vcpu-quotas": FAILED},
        "Standard on-demand: at most 32 vCPUs needed, quota 15",
        said(service_quotas__GetServiceQuota={"Quota": {"Value": 15.0}}),
        base=GROUPS,
        tell=frozenset({"node-group-quota"}),
    ),
    Row(
        "a cluster that is full of node groups",
        {"node-group-quota": FAILED},
        "30 node groups, 1 to come, quota 30",
        said(eks__ListNodegroups=FULL),
        base=GROUPS,
    ),
    Row(
        "no image for the version",
        {"ami-family": FAILED},
        "spec 'big': no AL2023_x86_64_STANDARD for 1.35",
        said(ssm__GetParameters={"Parameters": []}),
        base=GROUPS,
    ),
    Row(
        "a right on AWS that is missing",
        {"aws-rights": FAILED},
        "missing: eks:CreateNodegroup on *",
        said(iam__SimulatePrincipalPolicy=DENIED),
        base=GROUPS,
    ),
]


@pytest.mark.parametrize(
    "row",
    [pytest.param(row, id=row.what, marks=[] if row is ROWS[0] else [pytest.mark.thorough]) for row in ROWS],
)
def test_what_is_broken_of_node_groups_fails_its_line_and_no_other(scenery: Scenery, row: Row) -> None:
    prove(scenery, row)


def test_the_lines_of_node_groups_are_those_of_a_stack_that_has_any(scenery: Scenery) -> None:
    assert scenery.stage.lines(**GROUPS).keys() >= LINES
    assert LINES & scenery.stage.lines().keys() == set()


@pytest.mark.thorough
def test_a_group_that_is_there_already_counts_by_its_own_name(scenery: Scenery) -> None:
    own = f"ng-an2-{scenery.stage.namespace}-big"
    with said(eks__ListNodegroups={"nodegroups": [f"{own}-g2", "ng-of-others"]})(scenery):
        assert scenery.stage.lines(**GROUPS)["node-group-quota"].seen == "2 node groups, 0 to come, quota 30"
