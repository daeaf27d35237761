"""The program's AWS provider: the stack's settings as the engine would give them to a default one, and one account.

As a program, `python -m tests.aws.test_connection`, it declares each under mocks, for the reasons in `declare.py`.
"""

from __future__ import annotations

import inspect
import json
import os
import re
import subprocess
import sys
from typing import Any

import pulumi
import pulumi_aws
import pytest

from local.checkout import CHECKOUT
from project_workspace.aws import connection
from tests.support.mocks import set_mocks
from tests.workspace.conftest import Recorder, shown

ROLES = '[{"roleArn":"arn:aws:iam::123456789012:role/deploy","externalId":"x"}]'
CONFIG = {
    "aws:region": "eu-west-1",
    "aws:profile": "team",
    "aws:assumeRoles": ROLES,
    "aws:defaultTags": '{"tags":{"team":"vision"}}',
    "aws:endpoints": '[{"s3":"http://s3.example.com"}]',
    "aws:maxRetries": "3",
    "aws:s3UsePathStyle": "true",
    "aws:skipMetadataApiCheck": "false",
    "aws:ec2MetadataServiceEndpointMode": "IPv6",
    "aws:accessKey": "1234",
    "kubernetes:context": "dev",
}
CASES: dict[str, Any] = {
    "least": ({"aws:region": "eu-west-1"}, "123456789012"),
    "not reached": ({"aws:region": "eu-west-1"}, None),
    "everything": (CONFIG, "123456789012"),
    "a list of its own": ({"aws:region": "eu-west-1", "aws:allowedAccountIds": '["1","2"]'}, "123456789012"),
}


def declared(config: dict[str, str], account_id: str | None) -> Any:
    recorder = Recorder()
    set_mocks(recorder, project="project-workspace", stack="demo-dev", preview=True)

    @pulumi.runtime.test
    def declare() -> pulumi.Output[Any]:
        account = pulumi.Output.from_input(account_id)
        return connection.provider(config, secret_keys={"aws:assumeRoles"}, account_id=account).urn

    declare()
    return shown(recorder.declared)


@pytest.fixture(scope="module")
def providers() -> dict[str, Any]:
    """Every provider as it was declared, on the machine of somebody who has an identity of their own."""
    environment = {**os.environ, "AWS_PROFILE": "anna", "AWS_REGION": "us-west-2"}
    command = [sys.executable, "-m", "tests.aws.test_connection"]
    ended = subprocess.run(command, cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=True)
    return json.loads(ended.stdout)


def provider(**inputs: Any) -> list[dict[str, Any]]:
    common = {
        "allowedAccountIds": '["123456789012"]',
        "region": "eu-west-1",
        "skipCredentialsValidation": "false",
        "skipRegionValidation": "true",
    }
    return [{"type": "pulumi:providers:aws", "name": "aws", "inputs": {**common, **inputs}}]


def test_one_account_is_allowed_and_nothing_of_the_environment_is_an_input(providers: dict[str, Any]) -> None:
    assert providers["least"] == provider()


def test_an_account_that_a_preview_does_not_reach_is_not_looked_at(providers: dict[str, Any]) -> None:
    assert providers["not reached"] == provider(allowedAccountIds="[]")


def test_accounts_that_the_stack_allows_itself_hold(providers: dict[str, Any]) -> None:
    assert providers["a list of its own"] == provider(allowedAccountIds='["1", "2"]')


def test_every_setting_is_given_on_and_secrets_stay_secret(providers: dict[str, Any]) -> None:
    assert providers["everything"] == provider(
        accessKey="[secret]",
        assumeRoles="[secret]",
        defaultTags={"tags": {"team": "vision"}},
        ec2MetadataServiceEndpointMode="IPv6",
        endpoints='[{"s3": "http://s3.example.com"}]',
        maxRetries="3",
        profile="team",
        s3UsePathStyle="true",
        skipMetadataApiCheck="false",
    )


def test_what_is_text_is_what_the_sdk_does_not_make_json_of() -> None:
    source = inspect.getsource(pulumi_aws.Provider)
    settings = dict(re.findall(r'__props__\.__dict__\["(\w+)"\] = (.*)', source))
    assert len(settings) > 30
    assert {name for name, value in settings.items() if "to_json" not in value} == connection._TEXTS


def test_every_setting_has_the_name_by_which_a_stack_says_it() -> None:
    for name in pulumi_aws.provider.ProviderArgs.__init__.__annotations__:
        head, *rest = name.split("_")
        camel = head + "".join(part.title() for part in rest)
        assert connection._snake(camel) == name


if __name__ == "__main__":
    sys.stdout.write(json.dumps({name: declared(*case) for name, case in CASES.items()}))
