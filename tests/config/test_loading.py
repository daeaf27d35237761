"""Loading beyond stack files: the environment, keys of others, texts of the wrong kind, secrets in messages."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import SecretStr

from project_workspace.config import loading
from project_workspace.config.stack_options import StackOptions
from project_workspace.config.workspace_program import WORKSPACE

MINIMAL = {"project": "demo", "environment": "dev", "infra": "meerkat"}
REGION = {"AWS_REGION": "ap-northeast-2"}
SECRET = "correct-horse-battery-staple"


def load(
    own: dict[str, str] | None = None,
    *,
    others: dict[str, str] | None = None,
    secret: tuple[str, ...] = (),
    environment: dict[str, str] | None = None,
) -> StackOptions:
    """The settings of a minimal stack with these texts beside."""
    config = {f"project-workspace:{key}": text for key, text in {**MINIMAL, **(own or {})}.items()} | (others or {})
    keys = {f"project-workspace:{key}" for key in secret}
    return loading.load(WORKSPACE, config, secret_keys=keys, environment=REGION if environment is None else environment)


def problems(*arguments: Any, **options: Any) -> dict[str, str]:
    with pytest.raises(loading.SettingsError) as refused:
        load(*arguments, **options)
    return {problem.path: problem.message for problem in refused.value.problems}


def test_the_region_of_the_stack_goes_before_the_environments() -> None:
    assert load().region == "ap-northeast-2"
    assert load(others={"aws:region": "us-east-1"}).region == "us-east-1"
    assert load(others={"aws:region": "us-east-1"}, environment={}).region == "us-east-1"


@pytest.mark.parametrize("environment", [{}, {"AWS_REGION": ""}], ids=["absent", "empty"])
def test_a_region_is_needed(environment: dict[str, str]) -> None:
    assert problems(environment=environment) == {"region": "Expected an AWS region, for example 'ap-northeast-2'."}


def test_keys_of_other_namespaces_are_none_of_ours() -> None:
    others = {"kubernetes:kubeconfig": "x", "other:project": "Not-Ours", "project-workspace-2:unknown": "x"}
    assert load(others=others) == load()


def test_encrypted_credentials_are_accepted_and_become_no_setting() -> None:
    credentials: dict[str, Any] = dict.fromkeys(WORKSPACE.credential_keys, SECRET)
    found = load(credentials, secret=WORKSPACE.credential_keys)
    assert found == load()
    assert SECRET not in repr(found) + found.model_dump_json()


@pytest.mark.parametrize("section", ["conductor", "grafana"])
def test_a_url_may_be_the_value_of_a_variable(section: str) -> None:
    text = json.dumps({"url": "${THE_URL}"})
    variable = {"THE_URL": "https://example.com"}
    assert getattr(load({section: text}, environment={**REGION, **variable}), section).url == "https://example.com"
    for absent in ({}, {"THE_URL": ""}):
        assert problems({section: text}, environment={**REGION, **absent}) == {
            f"{section}.url": "Expected the environment variable THE_URL, "
            "for example 'export THE_URL=https://example.com'."
        }


def test_a_variable_is_held_to_the_same_rules_as_a_value() -> None:
    found = problems({"grafana": '{"url": "${THE_URL}"}'}, environment={**REGION, "THE_URL": "grafana.example.com"})
    assert list(found) == ["grafana.url"]
    assert found["grafana.url"].startswith("Expected a URL with http or https")


@pytest.mark.parametrize("text", ["${A} and more", "$A", "${}", "${A-B}"])
def test_only_a_whole_reference_is_one(text: str) -> None:
    found = problems({"grafana": json.dumps({"url": text})}, environment={**REGION, "A": "https://example.com"})
    assert found["grafana.url"].startswith("Expected a URL with http or https")


@pytest.mark.parametrize(
    ("key", "text", "sentence"),
    [
        ("quota", "no JSON", "Expected a mapping from text to text, for example '{}'."),
        ("storage", "no JSON", "Expected a mapping of settings, for example '{kmsKeyArn: ...}'."),
        ("conductor", '["url"]', "Expected a mapping of settings, for example '{url: ...}'."),
        ("login", "7", "Expected a mapping of settings, for example '{enabled: ...}'."),
        ("nodeGroups", '{"spec": "gpu"}', "Expected a list, for example '[]'."),
        ("adopt", "yes", "Expected true or false, for example 'true'."),
        ("deleteData", '"true"', "Expected true or false, for example 'true'."),
    ],
)
def test_a_text_of_the_wrong_kind_is_a_problem_of_its_key_alone(key: str, text: str, sentence: str) -> None:
    assert problems({key: text}) == {key: sentence}


def test_a_text_that_looks_like_a_number_stays_text() -> None:
    assert load({"environment": "2"}).environment == "2"


@pytest.mark.parametrize("value", [[SECRET], {SECRET: SECRET}, {"x": SECRET}, SECRET * 10, 4815162342], ids=repr)
@pytest.mark.parametrize(("section", "key"), WORKSPACE.secrets)
@pytest.mark.parametrize("encrypted", [True, False])
def test_no_message_holds_a_secret_however_wrong_it_is(section: str, key: str, value: Any, encrypted: bool) -> None:
    secret = (section,) if encrypted else ()
    with pytest.raises(loading.SettingsError) as refused:
        load({section: json.dumps({key: value})}, secret=secret)
    assert f"{section}.{key}" in str(refused.value)
    for shown in (str(refused.value), repr(refused.value), repr(refused.value.problems)):
        assert SECRET not in shown
        assert "4815162342" not in shown


def test_settings_do_not_show_their_secrets() -> None:
    found = load({"login": json.dumps({"password": SECRET})}, secret=("login",))
    password = found.login.password
    assert isinstance(password, SecretStr)
    assert password.get_secret_value() == SECRET
    assert SECRET not in repr(found) + str(found) + found.model_dump_json()


def test_the_message_counts_and_lists_the_problems_by_path() -> None:
    with pytest.raises(loading.SettingsError) as one:
        load({"adopt": "yes"})
    assert str(one.value) == (
        "The stack's configuration has 1 problem; nothing was touched.\n"
        "  adopt: Expected true or false, for example 'true'."
    )
    with pytest.raises(loading.SettingsError) as two:
        load({"quota": "x", "adopt": "yes"})
    assert str(two.value) == (
        "The stack's configuration has 2 problems; nothing was touched.\n"
        "  adopt: Expected true or false, for example 'true'.\n"
        "  quota: Expected a mapping from text to text, for example '{}'."
    )
