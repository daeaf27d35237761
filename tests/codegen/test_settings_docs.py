"""What people read about the settings is what the program does: the table in docs/settings.md, and the
schema in Pulumi.yaml."""

from __future__ import annotations

import json
import re
from typing import Any, get_origin

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel
from ruamel.yaml import YAML

from codegen import settings_docs
from local.platform import CHECKOUT
from project_workspace.config import loading
from project_workspace.config.stack_options import StackOptions
from project_workspace.schema.kinds import plain_type
from project_workspace.schema.section import Section

PROJECT: dict[str, Any] = YAML(typ="safe").load((CHECKOUT / "Pulumi.yaml").read_text())
SCHEMA: dict[str, dict[str, Any]] = PROJECT["config"]
KEYS = {field.alias or name: field for name, field in StackOptions.model_fields.items()}
NOT_OF_THE_PROJECT = {"region"}
"""Settings that other namespaces of the configuration hold: `aws:region`."""


class Inner(Section):
    """Part of the small settings."""

    first_key: str
    """First."""


class Small(Section):
    """Every kind of field that the table knows."""

    plain: str
    """Plain."""
    absent: str | None = None
    """Absent."""
    zones: list[str] = ["a", "c"]
    """Zones."""
    switch: bool = False
    """Switch."""
    one: Inner = Inner(first_key="x")
    """Not shown."""
    perhaps: Inner | None = None
    """Not shown."""
    many: list[Inner] = []
    """Not shown."""
    perhaps_many: list[Inner] | None = None
    """Not shown."""


def test_the_page_holds_the_table_of_the_settings_as_they_are() -> None:
    text = settings_docs.PAGE.read_text()
    assert [text.count(mark) for mark in settings_docs.MARKS] == [1, 1]
    between = text.split(settings_docs.MARKS[0])[1].split(settings_docs.MARKS[1])[0]
    assert between == f"\n{settings_docs.table()}\n", "renew it: make generate"


@given(st.text(), st.text(), st.text())
def test_renewing_changes_nothing_outside_of_the_marks(before: str, between: str, after: str) -> None:
    begin, end = settings_docs.MARKS
    found = settings_docs.renewed(f"{before}{begin}{between}{end}{after}")
    assert found == f"{before}{begin}\n{settings_docs.table()}\n{end}{after}"
    assert settings_docs.renewed(found) == found


def test_every_kind_of_setting_has_its_row() -> None:
    assert settings_docs._rows(Small, "") == [
        ("plain", "Plain.", "required"),
        ("absent", "Absent.", ""),
        ("zones", "Zones.", '`["a", "c"]`'),
        ("switch", "Switch.", "`false`"),
        ("one.firstKey", "First.", "required"),
        ("perhaps.firstKey", "First.", "required"),
        ("many[].firstKey", "First.", "required"),
        ("perhapsMany[].firstKey", "First.", "required"),
    ]


def test_every_setting_has_a_description_that_fits_a_row() -> None:
    rows = settings_docs._rows(StackOptions, "")
    assert len(rows) > len(KEYS)
    assert [key for key, description, _ in rows if not re.fullmatch(r"[^|\n]+\.", description)] == []
    assert len({key for key, _, _ in rows}) == len(rows)


def test_the_schema_declares_every_setting_and_nothing_else() -> None:
    assert set(SCHEMA) == set(KEYS) - NOT_OF_THE_PROJECT


@pytest.mark.parametrize("key", SCHEMA)
def test_the_schema_describes_a_setting_as_the_program_does(key: str) -> None:
    assert SCHEMA[key]["description"] == settings_docs.descriptions()[key], "renew it: make generate"


def test_renewing_the_schema_changes_descriptions_alone() -> None:
    text = settings_docs.PROJECT.read_text()
    assert settings_docs.renewed_schema(text) == text
    stale = re.sub(r'(?m)^(    description: )".*"$', r"\1stale", text)
    assert stale.count("stale") == len(SCHEMA)
    assert settings_docs.renewed_schema(stale) == text


def test_a_description_of_a_section_names_its_keys() -> None:
    assert (
        settings_docs.descriptions()["storage"]
        == "The workspace's S3 bucket. Keys: kmsKeyArn, versioning, expireOldVersionsDays, retain."
    )
    assert settings_docs.descriptions()["project"].endswith(". Required.")


def test_credentials_are_neither_declared_nor_settings_but_explained() -> None:
    assert set(loading.CREDENTIAL_KEYS) & (set(SCHEMA) | set(KEYS)) == set()
    text = (CHECKOUT / "docs" / "installing.md").read_text()
    assert [key for key in loading.CREDENTIAL_KEYS if f"pulumi config set --secret {key}" not in text] == []


KINDS: dict[Any, str] = {str: "string", list: "array", bool: "boolean"}


@pytest.mark.parametrize("key", SCHEMA)
def test_the_schema_has_the_kind_of_the_setting(key: str) -> None:
    kind: Any = get_origin(plain_type(KEYS[key].annotation)) or plain_type(KEYS[key].annotation)
    is_mapping = kind is dict or issubclass(kind, BaseModel)
    # A schema's default cannot be "neither true nor false": there it is a text, which a stack file writes the same.
    undecided = kind is bool and KEYS[key].default is None
    expected = "object" if is_mapping else "string" if undecided else KINDS[kind]
    assert SCHEMA[key]["type"] == expected
    if expected == "array":
        assert get_origin(plain_type(KEYS[key].annotation)) is list
        assert SCHEMA[key]["items"] == {"type": "string" if key == "common" else "object"}


def test_the_defaults_of_the_schema_count_as_absent() -> None:
    # Absent keys reach the program as the schema's defaults, so that one message tells of all problems.
    defaults = {
        f"{loading.PROJECT_NAMESPACE}:{key}": declared["default"]
        if isinstance(declared["default"], str)
        else json.dumps(declared["default"])
        for key, declared in SCHEMA.items()
    }
    given_keys = {f"{loading.PROJECT_NAMESPACE}:{key}": "demo" for key in ("project", "environment", "infra")}

    def loaded(config: dict[str, str]) -> dict[str, Any]:
        environment = {"AWS_REGION": "ap-northeast-2"}
        return loading.load(config, secret_keys=set(), environment=environment).model_dump()

    assert loaded({**defaults, **given_keys}) == loaded(given_keys)


def test_the_namespace_of_the_settings_is_the_project() -> None:
    assert PROJECT["name"] == loading.PROJECT_NAMESPACE
