"""What an identity may do on AWS for a Workbench's node groups: by a policy of their own, for their own names."""

from __future__ import annotations

from typing import Any, cast

import pytest

from codegen import aws_policies
from project_workspace.config.workbench_program import WorkbenchStackOptions
from tests.preflight.conftest import REGION
from tests.preflight.deployers import ACCOUNT, CLUSTER, DEPLOYER, Give, deployer, of_files
from tests.support.permissions import allowed_actions
from workspacectl.permissions import policies
from workspacectl.permissions.needs import Stack, needs
from workspacectl.permissions.policies import actions_of
from workspacectl.preflight import running
from workspacectl.preflight.answers import Answer, Outcome
from workspacectl.preflight.sites import WorkbenchSite
from workspacectl.pulumi_cli import Engine

__all__ = ["deployer"]

SMALL: dict[str, Any] = {
    "environment": "dev",
    "infra": "meerkat",
    "region": REGION,
    "cluster": CLUSTER,
    "hostname": "anaconda.example.com",
    "tls": {"mode": "chart"},
    "storage": {"nfs": {"server": "nfs.example.com", "path": "/storage"}},
    "persistence": {"inStorage": True},
}
GROUP: dict[str, Any] = {"spec": "gpu", "instanceType": "g5.xlarge", "max": 1}
STATEMENTS = policies.statements(policies.WORKBENCH)
NODE_ROLE = f"arn:aws:iam::{ACCOUNT}:role/role-an2-meerkat-dev-anaconda-enterprise-node"
NODE_GROUP = f"arn:aws:eks:{REGION}:{ACCOUNT}:nodegroup/{CLUSTER}/ng-an2-anaconda-enterprise-gpu/0"


def site(*groups: dict[str, Any]) -> WorkbenchSite:
    options = WorkbenchStackOptions.model_validate({**SMALL, "nodeGroups": list(groups)})
    return WorkbenchSite(options, {}, cast("Engine", None), "trial-dev")


def rights_of(stack: WorkbenchSite) -> Answer:
    found = running.ALL["aws-rights"](stack)
    assert found
    return found


def test_the_policy_is_enough_for_a_stack_with_node_groups_and_that_of_workspaces_is_not(deployer: Give) -> None:
    deployer(*of_files(policies.WORKBENCH))
    found = rights_of(site(GROUP))
    assert (found.outcome, found.seen.partition(", ")[2]) == (Outcome.OK, f"simulated for {DEPLOYER}")
    deployer(*of_files(policies.UPDATE))
    assert "eks:DeleteNodegroup, eks:DescribeUpdate, eks:TagResource" in rights_of(site(GROUP)).seen
    assert f" on {NODE_GROUP}" in rights_of(site(GROUP)).seen


@pytest.mark.usefixtures("answers")
def test_a_stack_without_node_groups_has_nothing_on_aws_and_no_line() -> None:
    assert running.ALL["aws-rights"](site()) is None


ACTIONS = sorted(allowed_actions(STATEMENTS))


@pytest.mark.parametrize(
    "action",
    [
        "eks:CreateNodegroup",
        *(pytest.param(each, marks=pytest.mark.thorough) for each in ACTIONS if each != "eks:CreateNodegroup"),
    ],
)
def test_each_right_that_is_missing_is_named_and_no_other(deployer: Give, action: str) -> None:
    deployer(*of_files(policies.WORKBENCH, without=action))
    found = rights_of(site(GROUP))
    assert found.outcome == Outcome.FAILED
    told = [each.partition(" on ")[0].removeprefix("missing: ") for each in found.seen.split("; ")]
    assert set(told) == {action}


def test_groups_made_by_hand_need_no_right_to_make_roles_and_templates() -> None:
    existing = {"nodeRole": "by-hand", "subnets": ["subnet-0123456789abcdef0"]}
    made = site({**GROUP, "existing": existing})
    asked = {action for need in needs(Stack(made.options, made.names, ACCOUNT)) for action in need.actions}
    assert {"iam:GetRole", "eks:CreateNodegroup"} <= asked
    assert asked & {"iam:CreateRole", "iam:AttachRolePolicy", "ec2:CreateLaunchTemplate"} == set()


def test_every_statement_has_its_use_and_only_what_workspaces_alone_need_is_left_out() -> None:
    made = site(GROUP)
    stack = Stack(made.options, made.names, ACCOUNT)
    assert {each["Sid"] for each in STATEMENTS} == {sid for sid, arns in stack.uses().items() if arns}
    theirs = {each["Sid"]: set(actions_of(each)) for each in policies.statements(policies.UPDATE)}
    left_out = {sid: theirs[sid] - set(actions_of(each)) for each in STATEMENTS if (sid := each["Sid"])}
    assert set().union(*left_out.values()) == aws_policies.OF_WORKSPACES
