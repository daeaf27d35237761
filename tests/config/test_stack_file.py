"""The stack's own file: found where the engine keeps it, and every secret that stands in it in clear is noticed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from project_workspace.config import loading, stack_file
from project_workspace.config.workspace_program import WORKSPACE

PASSWORD, HASH = ("login", "password"), ("login", "passwordHash")
ENCRYPTED = {"secure": "v1:AAAAAAAAAAAAAAAA:bm90LWEtc2VjcmV0"}
PLAIN = "correct-horse-battery-staple"


def plain_in(text: str) -> list[tuple[str, ...]]:
    return stack_file.in_clear(text, "project-workspace", WORKSPACE.secrets)


def test_a_secret_in_clear_beside_an_encrypted_one_is_noticed() -> None:
    # As `pulumi config set --path --secret login.password` leaves it, and a hash written by hand.
    text = """\
encryptionsalt: v1:jrJeSN/T2AE=:v1:PcaSwde0MJtbME1g:C3Hq82edb1kzziNH9uK4JaTa3L3O7A==
config:
  aws:region: ap-northeast-2
  project-workspace:login:
    enabled: true
    password:
      secure: v1:AAAAAAAAAAAAAAAA:bm90LWEtc2VjcmV0
    passwordHash: $2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW
"""
    assert plain_in(text) == [HASH]


@pytest.mark.parametrize(
    "config",
    [
        {"project-workspace:login": {"password": ENCRYPTED, "passwordHash": ENCRYPTED}},
        {"project-workspace:login": ENCRYPTED},
        {"project-workspace:login": {"password": None}},
        {"project-workspace:login": {}},
        {"project-workspace:login.password": ENCRYPTED},
        {"other:login": {"password": PLAIN}},
        {"project-workspace": {"login": {"password": PLAIN}}},
        {},
        None,
    ],
    ids=repr,
)
def test_what_is_encrypted_absent_or_somebody_elses_is_not_in_clear(config: Any) -> None:
    assert plain_in(yaml.safe_dump({"config": config})) == []


@pytest.mark.parametrize("value", [PLAIN, "", 4815162342, True, [PLAIN], {"x": PLAIN}, {**ENCRYPTED, "x": 1}], ids=repr)
@pytest.mark.parametrize("path", WORKSPACE.secrets)
@pytest.mark.parametrize("namespace", ["project-workspace", "project-workspace:config"])
def test_every_plain_value_is_in_clear_nested_and_under_its_dotted_name(
    namespace: str, path: tuple[str, str], value: Any
) -> None:
    section, key = path
    assert plain_in(yaml.safe_dump({"config": {f"{namespace}:{section}": {key: value}}})) == [path]
    assert plain_in(yaml.safe_dump({"config": {f"{namespace}:{section}.{key}": value}})) == [path]


@given(
    st.recursive(
        st.none() | st.booleans() | st.text(), lambda inner: st.dictionaries(st.text(), inner) | st.lists(inner)
    )
)
def test_no_document_of_another_shape_is_an_accident(document: Any) -> None:
    assert plain_in(yaml.safe_dump({"config": {"project-workspace:login": {"x": document}}})) == []
    assert plain_in(yaml.safe_dump({"config": document})) == []
    assert plain_in(yaml.safe_dump(document)) == []


def test_a_stack_without_a_file_has_nothing_in_clear() -> None:
    assert plain_in("") == []


def project(folder: Path, text: str) -> Path:
    (folder / "Pulumi.yaml").write_text(text)
    (folder / "stacks").mkdir()
    (folder / "stacks" / "Pulumi.demo-dev.yaml").write_text("config: {a:b: configured}\n")
    (folder / "Pulumi.demo-dev.yaml").write_text("config: {a:b: beside}\n")
    return folder


@pytest.mark.parametrize(
    ("text", "expected"),
    [("name: x\nstackConfigDir: stacks\n", "configured"), ("name: x\n", "beside")],
    ids=["stackConfigDir", "without it"],
)
def test_the_file_is_where_the_engine_keeps_it(tmp_path: Path, text: str, expected: str) -> None:
    found = stack_file.text_of(project(tmp_path, text), "demo-dev")
    assert found == f"config: {{a:b: {expected}}}\n"


def test_a_stack_whose_configuration_is_elsewhere_has_no_file(tmp_path: Path) -> None:
    assert stack_file.text_of(project(tmp_path, "name: x\nstackConfigDir: stacks\n"), "demo-prod") is None


LOGIN = json.dumps({"password": PLAIN, "passwordHash": f"$2a$12${'a' * 53}"})
CONFIG = {
    f"project-workspace:{key}": text
    for key, text in {"project": "demo", "environment": "dev", "infra": "meerkat", "login": LOGIN}.items()
}


def refused(stack_text: str | None) -> list[str]:
    """The paths of the problems, where the engine says only that something of the login is encrypted."""
    with pytest.raises(loading.SettingsError) as error:
        loading.load(
            WORKSPACE,
            CONFIG,
            secret_keys={"project-workspace:login"},
            environment={"AWS_REGION": "ap-northeast-2"},
            stack_text=stack_text,
        )
    assert PLAIN not in str(error.value)
    return [problem.path for problem in error.value.problems]


def test_the_files_word_adds_to_the_engines() -> None:
    assert refused(None) == ["login"]
    half = yaml.safe_dump({"config": {"project-workspace:login": {"password": ENCRYPTED, "passwordHash": PLAIN}}})
    assert refused(half) == ["login", "login.passwordHash"]


def test_a_file_that_cannot_be_read_is_a_problem_with_its_line_and_without_its_content() -> None:
    text = f"config:\n  project-workspace:login: {{password: {PLAIN}\n"
    assert refused(text) == ["config", "login"]
    with pytest.raises(loading.SettingsError, match=r"config: Expected a stack file of YAML, .* \(line 3\)\."):
        loading.load(WORKSPACE, CONFIG, secret_keys=set(), environment={}, stack_text=text)
