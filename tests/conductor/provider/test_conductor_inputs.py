"""The dynamic providers of AI Conductor: wrong inputs and wrong credentials are said early, once, without a secret."""

from typing import Any

import pytest
from pulumi.output import Unknown

from project_workspace.conductor.provider import WorkspaceProvider
from project_workspace.remote.provider import ProviderError

UNKNOWN = object.__new__(Unknown)
LOGIN = "POST /api/v1/auth/login"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("url", "aicond.example.com", "Expected a URL with http or https"),
        ("name", "vision", "ends in '-ws'"),
        ("name", "a" * 60 + "-ws", "at most 40 characters"),
        ("bucket", "No_Bucket", "Expected a bucket name"),
        ("dashboardHash", "a b", "Expected a Grafana uid"),
        ("specs", [{"name": "x"}], "Expected rows of name, vcpu, ramGb and gpu"),
        ("specs", [{"name": "X", "vcpu": 1.0, "ramGb": 1.0, "gpu": 0.0}], "Expected names of lower-case letters"),
        ("specs", [{"name": "x", "vcpu": 1.5, "ramGb": 1.0, "gpu": 0.0}], "Expected whole numbers"),
        ("specs", [{"name": "x", "vcpu": 1.0, "ramGb": 1.0, "gpu": 0.0}] * 2, "each only once"),
    ],
)
def test_a_wrong_input_of_a_workspace_is_said_in_the_preview(site: Any, name: str, value: Any, said: str) -> None:
    assert site.workspaces.check({}, site.vision).failures == []
    [failure] = site.workspaces.check({}, {**site.vision, name: value}).failures
    assert (failure.property, said in failure.reason, "for example '" in failure.reason) == (name, True, True)
    assert site.server.calls == {}


def test_all_wrong_inputs_are_said_at_once_and_a_password_never_shown(site: Any) -> None:
    wrong = {**site.edge, "loginId": "a b", "role": "OWNER", "email": "nobody", "department": " ", "password": ""}
    failures = site.accounts.check({}, wrong).failures
    assert [f.property for f in failures] == ["loginId", "", "role", "email", "department"]
    assert failures[1].reason == (
        "password: Expected a password that is not empty, for example 'four-words-and-more-of-them'."
    )


def test_a_wrong_role_of_a_membership_is_said(site: Any) -> None:
    [failure] = site.memberships.check({}, site.member("w", "a", role="OWNER")).failures
    assert (failure.property, failure.reason) == ("role", "Expected one of MANAGER, MEMBER, for example 'MEMBER'.")


def test_unknown_inputs_are_let_through(site: Any) -> None:
    rows = [{"name": "standard", "vcpu": UNKNOWN, "ramGb": 16.0, "gpu": 0.0}]
    assert site.workspaces.check({}, {**site.vision, "bucket": UNKNOWN, "specs": rows}).failures == []
    assert site.memberships.check({}, site.member(UNKNOWN, UNKNOWN)).failures == []  # pyright: ignore[reportArgumentType]


def test_the_stacks_configuration_serves_where_the_environment_is_empty(
    site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AIC_ADMIN_USER")
    monkeypatch.delenv("AIC_ADMIN_PASSWD")
    provider = site.configured(
        WorkspaceProvider(), conductorAdminUser=site.admin[0], conductorAdminPassword=site.admin[1]
    )
    assert provider.create(site.vision).id


def test_absent_credentials_are_said_without_a_call(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AIC_ADMIN_PASSWD")
    with pytest.raises(ProviderError, match=r"Expected the password of an AI Conductor administrator .*conductorAdmin"):
        site.workspaces.create(site.vision)
    assert site.server.calls == {}


def test_three_providers_use_up_one_try_with_a_wrong_password(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIC_ADMIN_PASSWD", "wrong-secret")
    said: list[str] = []
    for provider, props in (
        (site.workspaces, site.vision),
        (site.accounts, site.edge),
        (site.memberships, site.member("w", "a")),
    ):
        with pytest.raises(ProviderError, match="It was not tried again") as refused:
            provider.create(props)
        said.append(str(refused.value))
    assert site.server.calls == {LOGIN: 1}
    assert not [text for text in said if "wrong-secret" in text or site.edge["password"] in text]


def test_a_profile_that_is_not_there_is_a_sentence(site: Any) -> None:
    with pytest.raises(ProviderError, match="The API profile of AI Conductor cannot be read"):
        site.workspaces.create({**site.vision, "profile": "nope"})
    assert site.server.calls == {}
