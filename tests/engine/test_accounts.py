"""Whoever runs a stack, with whatever AWS identity: it is the stack's own account, or nothing happens."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import botocore.session
import pytest

from local import inventory
from local.aws.seed import REGION, policy_document
from local.platform import Platform
from tests.support.engine.installation import client
from tests.support.engine.workspaces import COMMANDS, Workspace

pytestmark = pytest.mark.engine

SMALL: dict[str, Any] = {"nodeGroups": None, "grafana": None, "conductor": None, "login": {"enabled": False}}
OTHER = "222222222222"
ROLE = f"arn:aws:iam::{OTHER}:role/deploy"
POLICIES = ("policy-s3-kubeflow-an2-meerkat-dev", "policy-s3-aia-an2-meerkat-dev")


def keys_of_the_other(platform: Platform) -> dict[str, str]:
    """The environment of somebody whose identity is of another account."""
    found = client(platform, "sts").assume_role(RoleArn=ROLE, RoleSessionName="somebody")["Credentials"]
    return {
        "AWS_ACCESS_KEY_ID": found["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": found["SecretAccessKey"],
        "AWS_SESSION_TOKEN": found["SessionToken"],
    }


def in_the_other(platform: Platform, service: str) -> Any:
    """A client of the other account."""
    keys = keys_of_the_other(platform)
    return botocore.session.Session().create_client(
        service,
        region_name=REGION,
        endpoint_url=platform.url("aws"),
        aws_access_key_id=keys["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=keys["AWS_SECRET_ACCESS_KEY"],
        aws_session_token=keys["AWS_SESSION_TOKEN"],
    )


def plugins_of(demo: Workspace, package: str) -> list[dict[str, Any]]:
    """The providers of a package in the state."""
    return [each for each in demo.resources() if each["type"] == f"pulumi:providers:{package}"]


def known(demo: Workspace) -> dict[str, Any]:
    """What the state says of each resource; a run that fails early writes it anew, in the order of its own steps."""
    parts = ("id", "inputs", "outputs")
    return {each["urn"]: {part: each.get(part) for part in parts} for each in demo.resources()}


REFUSED = ("This stack belongs to another AWS account: to 123456789012, and this is 222222222222", "not allowed: 2222")
"""By this program, or by Pulumi's AWS provider, whichever is asked first."""


def test_with_an_identity_of_another_account_nothing_is_changed_and_nothing_counts_as_gone(
    platform: Platform, before: inventory.Inventory, workspace: Callable[..., Workspace]
) -> None:
    demo = workspace("accounted", **SMALL).with_plugins_of_its_own()
    demo.up()
    state, there = known(demo), inventory.take(platform)
    assert [each["inputs"]["allowedAccountIds"] for each in plugins_of(demo, "aws")] == ['["123456789012"]']

    environment = {**demo.engine.environment, **keys_of_the_other(platform)}
    elsewhere = replace(demo, engine=replace(demo.engine, environment=environment))
    for name, command in COMMANDS.items():
        ended = elsewhere.engine.run(*command, "--stack", demo.stack)
        assert ended.code != 0, f"{name}: {ended.output}"
        assert any(sentence in " ".join(ended.output.split()) for sentence in REFUSED), f"{name}: {ended.output}"
        assert known(demo) == state, name
        assert inventory.differences(there, inventory.take(platform)) == [], name

    assert demo.preview("--expect-no-changes").code == 0
    assert demo.destroy().code == 0
    assert inventory.differences(before, inventory.take(platform)) == []


@pytest.mark.thorough
def test_the_role_of_the_stacks_configuration_is_everybodys(
    platform: Platform, before: inventory.Inventory, workspace: Callable[..., Workspace]
) -> None:
    iam, s3 = in_the_other(platform, "iam"), in_the_other(platform, "s3")
    document = policy_document(("s3-of-others",))
    arns = [iam.create_policy(PolicyName=name, PolicyDocument=document)["Policy"]["Arn"] for name in POLICIES]

    def entries() -> list[list[str]]:
        def of(arn: str) -> list[str]:
            version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
            found = iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]
            return found["Statement"][0]["Resource"]

        return [of(arn) for arn in arns]

    others = entries()
    demo = workspace("assuming", **SMALL)
    demo.engine.checked("config", "set", "--path", "aws:assumeRoles[0].roleArn", ROLE, "--stack", demo.stack)
    demo.up()
    bucket = demo.outputs()["bucketName"]
    own = [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"]
    assert bucket in [each["Name"] for each in s3.list_buckets()["Buckets"]]
    assert entries() == [[*each, *own] for each in others]
    (provider,) = plugins_of(demo, "aws")
    assert json.loads(provider["inputs"]["assumeRoles"]) == [{"roleArn": ROLE}]
    assert demo.preview("--expect-no-changes").code == 0
    ended = demo.destroy()
    assert ended.code == 0, ended.output
    assert entries() == others
    assert bucket not in [each["Name"] for each in s3.list_buckets()["Buckets"]]
    assert inventory.differences(before, inventory.take(platform)) == []
