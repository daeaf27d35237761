"""As whom, and to which account, a dynamic provider talks; against moto, which gives an assumed role's account."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from moto.server import ThreadedMotoServer

from project_workspace.aws import provider_connection as connection
from project_workspace.aws.provider_connection import Account, OtherAccountError
from project_workspace.remote.errors import CredentialsError
from project_workspace.remote.provider import StackConfig

OWN, OTHER, THIRD = "123456789012", "222222222222", "333333333333"
REGION = "ap-northeast-2"


def role(account: str) -> str:
    return f"arn:aws:iam::{account}:role/deploy"


Configured = Callable[..., StackConfig]


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def configured(monkeypatch: pytest.MonkeyPatch, endpoint: str, tmp_path: Path) -> Configured:
    """A stack's configuration, in an environment with keys of OWN; its endpoints are moto's."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "environment")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "environment")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.delenv(name, raising=False)

    def configure(**given: Any) -> StackConfig:
        whole = {"region": REGION, "endpoints": [dict.fromkeys(("sts", "s3", "iam"), endpoint)], **given}
        texts = {f"aws:{key}": value if isinstance(value, str) else json.dumps(value) for key, value in whole.items()}
        return StackConfig(texts.get)

    return configure


def test_without_settings_the_identity_is_the_environments(configured: Configured) -> None:
    assert connection.account(configured()) == Account(OWN, "aws", f"arn:aws:sts::{OWN}:user/moto")


def test_roles_are_assumed_one_after_the_other(configured: Configured) -> None:
    one = connection.account(configured(assumeRoles=[{"roleArn": role(OTHER)}]))
    assert (one.id, one.arn) == (OTHER, f"arn:aws:sts::{OTHER}:assumed-role/deploy/project-workspace")
    two = configured(assumeRoles=[{"roleArn": role(OTHER)}, {"roleArn": role(THIRD), "sessionName": "ci"}])
    assert connection.account(two).arn == f"arn:aws:sts::{THIRD}:assumed-role/deploy/ci"


def test_a_role_is_assumed_by_a_token_from_text_or_file(configured: Configured, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("a-token")
    for given in ({"webIdentityToken": "a-token"}, {"webIdentityTokenFile": str(tmp_path / "token")}):
        found = connection.account(configured(assumeRoleWithWebIdentity={"roleArn": role(OTHER), **given}))
        assert found.id == OTHER, given


def test_a_profile_of_the_stack_counts_before_the_environments_keys(
    configured: Configured, endpoint: str, tmp_path: Path
) -> None:
    settings = f"role_arn = {role(OTHER)}\nsource_profile = base\nregion = {REGION}\nendpoint_url = {endpoint}\n"
    base = f"[profile base]\naws_access_key_id = a\naws_secret_access_key = b\nendpoint_url = {endpoint}\n"
    (tmp_path / "config").write_text(f"[profile team]\n{settings}{base}")
    assert connection.account(configured(profile="team")).id == OTHER


def test_keys_of_the_stack_count_before_the_environments(configured: Configured) -> None:
    assumed = connection.client(configured(), {"region": REGION}, "sts").assume_role(
        RoleArn=role(OTHER), RoleSessionName="keys"
    )["Credentials"]
    keys = {"accessKey": assumed["AccessKeyId"], "secretKey": assumed["SecretAccessKey"]}
    assert connection.account(configured(**keys, token=assumed["SessionToken"])).id == OTHER


def test_a_client_is_of_the_account_that_the_properties_name_or_there_is_none(configured: Configured) -> None:
    props = {"region": REGION, "accountId": OWN}
    assert connection.client(configured(), props, "s3").list_buckets()["Buckets"] == []
    with pytest.raises(OtherAccountError) as refused:
        connection.client(configured(assumeRoles=[{"roleArn": role(OTHER)}]), props, "s3")
    assert str(refused.value) == (
        f"This stack belongs to another AWS account: to {OWN}, and this is {OTHER} "
        f"(arn:aws:sts::{OTHER}:assumed-role/deploy/project-workspace, by role {role(OTHER)}). "
        "Choose an identity of the stack's own account (docs/operations.md, 'Another account')."
    )


def test_without_a_region_the_setting_is_named(configured: Configured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    with pytest.raises(CredentialsError, match=r"no AWS region \(.*\)\. Set 'aws:region' in the stack's file\."):
        connection.account(configured(region=""))


def test_a_profile_that_is_not_there_and_no_credentials_are_a_sentence(
    configured: Configured, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(CredentialsError, match=r"The config profile \(nobody\) could not be found"):
        connection.account(configured(profile="nobody"))
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for given in ({}, {"assumeRoles": [{"roleArn": role(OTHER)}]}):
        connection.forget()
        with pytest.raises(CredentialsError, match=r"credentials"):
            connection.account(configured(**given, s3UsePathStyle="true"))
