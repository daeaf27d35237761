"""A stack's way to AWS, as the engine hands it over, and what is refused of it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from project_workspace.aws import settings
from project_workspace.aws.settings import AwsSettings, RoleToAssume
from project_workspace.remote.errors import CredentialsError

ROLE = "arn:aws:iam::123456789012:role/deploy"


def read(**given: Any) -> AwsSettings:
    """The settings of a configuration; the engine hands over all but texts as JSON."""
    texts = {f"aws:{name}": value if isinstance(value, str) else json.dumps(value) for name, value in given.items()}
    return settings.read(texts.get)


def test_without_settings_everything_is_left_to_the_usual_chain() -> None:
    assert read() == AwsSettings()
    assert read().identity == "AWS's usual chain"


def test_every_setting_of_the_identity_and_of_the_way_is_read() -> None:
    found = read(
        region="eu-west-1",
        profile="team",
        accessKey="AKIA",
        secretKey="a-secret",
        token="a-token",
        sharedConfigFiles=["a.config"],
        sharedCredentialsFiles=["a.credentials"],
        assumeRoles=[
            {"roleArn": f"{ROLE}-1"},
            {
                "roleArn": f"{ROLE}-2",
                "sessionName": "ci",
                "externalId": "x",
                "duration": "1h30m",
                "policyArns": ["arn:aws:iam::aws:policy/ReadOnlyAccess"],
                "tags": {"team": "vision"},
                "transitiveTagKeys": ["team"],
                "sourceIdentity": "anna",
                "policy": "{}",
            },
        ],
        assumeRoleWithWebIdentity={"roleArn": f"{ROLE}-0", "webIdentityTokenFile": "a.token"},
        endpoints=[{"s3": "http://s3.example.com", "sts": "http://sts.example.com"}],
        stsRegion="us-east-1",
        customCaBundle="ca.pem",
        insecure=True,
        httpProxy="http://proxy.example.com",
        httpsProxy="http://proxies.example.com",
        useFipsEndpoint=True,
        useDualstackEndpoint=True,
        s3UsePathStyle=True,
    )
    said = found.assume_roles[1].parameters
    assert said == {
        "RoleSessionName": "ci",
        "ExternalId": "x",
        "Policy": "{}",
        "PolicyArns": [{"arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}],
        "Tags": [{"Key": "team", "Value": "vision"}],
        "TransitiveTagKeys": ["team"],
        "SourceIdentity": "anna",
        "DurationSeconds": 5400,
    }
    assert found == AwsSettings(
        region="eu-west-1",
        profile="team",
        access_key="AKIA",
        secret_key="a-secret",
        token="a-token",
        shared_config_file="a.config",
        shared_credentials_file="a.credentials",
        assume_roles=(RoleToAssume(f"{ROLE}-1"), found.assume_roles[1]),
        web_identity=RoleToAssume(f"{ROLE}-0", token_file="a.token"),
        endpoints=(("s3", "http://s3.example.com"), ("sts", "http://sts.example.com")),
        sts_region="us-east-1",
        custom_ca_bundle="ca.pem",
        insecure=True,
        proxies=(("http", "http://proxy.example.com"), ("https", "http://proxies.example.com")),
        use_fips_endpoint=True,
        use_dualstack_endpoint=True,
        s3_use_path_style=True,
    )
    assert (found.endpoint("s3"), found.endpoint("iam")) == ("http://s3.example.com", None)


@pytest.mark.parametrize(
    ("given", "identity"),
    [
        ({"profile": "team"}, "profile team"),
        ({"profile": "team", "accessKey": "AKIA", "secretKey": "s"}, "the keys of the stack's configuration"),
        ({"profile": "team", "assumeRoles": [{"roleArn": "first"}, {"roleArn": ROLE}]}, f"role {ROLE}"),
        ({"assumeRoleWithWebIdentity": {"roleArn": ROLE, "webIdentityToken": "a-token"}}, f"role {ROLE}"),
    ],
)
def test_an_identity_is_named_by_what_gives_it_and_without_a_secret(given: dict[str, Any], identity: str) -> None:
    assert read(**given).identity == identity


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"assumeRoles": "not JSON"}, "aws:assumeRoles: Expected JSON"),
        ({"assumeRoles": [{}]}, "aws:assumeRoles[].roleArn: Expected a role's ARN, for example "),
        ({"assumeRoles": [{"roleArn": ROLE, "duration": "soon"}]}, "aws:assumeRoles[].duration: Expected a time in "),
        ({"assumeRoles": [{"roleArn": ROLE, "duration": ""}, {"roleArn": ROLE, "duration": "1d"}]}, "for example '1h'"),
        ({"sharedConfigFiles": ["a", "b"]}, "aws:sharedConfigFiles: Expected one file"),
    ],
)
def test_what_cannot_be_used_is_told_with_its_name(given: dict[str, Any], told: str) -> None:
    with pytest.raises(CredentialsError) as refused:
        read(**given)
    assert told in str(refused.value)
