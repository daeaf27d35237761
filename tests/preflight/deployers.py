"""Who runs `pulumi up`, as IAM knows them: a session of a role with the policies that a test gives it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.preflight.aws_answers import AwsAnswers
from tests.preflight.conftest import iam
from workspacectl.permissions import policies

ACCOUNT = "123456789012"
DEPLOYER = f"arn:aws:iam::{ACCOUNT}:role/ci/deployer"
# The files are written for clusters that are called as the runbook calls them.
CLUSTER = "eks-an2-meerkat-dev-1-35"
Give = Callable[..., None]


@pytest.fixture
def deployer(answers: AwsAnswers) -> Give:
    """The identity is a session of a role with these policies, each by its statements."""
    iam().create_role(RoleName="deployer", Path="/ci/", AssumeRolePolicyDocument="{}")
    session = {"Account": ACCOUNT, "UserId": "a", "Arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/deployer/run-17"}
    answers.said["sts:GetCallerIdentity"] = session

    def give(*documents: list[Any]) -> None:
        for number, statements in enumerate(documents):
            text = json.dumps({"Version": "2012-10-17", "Statement": statements})
            iam().put_role_policy(RoleName="deployer", PolicyName=str(number), PolicyDocument=text)

    return give


def of_files(*names: str, without: str = "") -> list[list[Any]]:
    """The statements of the files, one action left out."""

    def left(statement: Any) -> Any:
        return {**statement, "Action": [each for each in policies.actions_of(statement) if each != without]}

    return [[kept for each in policies.statements(name) if (kept := left(each))["Action"]] for name in names]
