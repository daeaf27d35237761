"""Pulumi.yaml declares every setting: with the engine's kind, a description, and a default that counts as absent."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from ruamel.yaml import YAML

from codegen import project_file
from codegen.paths import CHECKOUT
from codegen.settings import settings_of
from project_workspace.config import loading
from project_workspace.config.stack_options import StackOptions
from project_workspace.config.workspace_program import WORKSPACE
from tests.codegen.small import Small

GENERATOR = project_file.GENERATORS[0]
PROJECT: dict[str, Any] = YAML(typ="safe").load(GENERATOR.FILE.read_text())
DECLARED: dict[str, dict[str, Any]] = PROJECT["config"]
KEYS = {setting.key for setting in settings_of(StackOptions)}


def test_every_setting_is_declared_and_nothing_else() -> None:
    # `region` is `aws:region`, which belongs to another namespace.
    assert set(DECLARED) == KEYS - {"region"}


def test_credentials_are_neither_declared_nor_settings_but_explained() -> None:
    assert set(WORKSPACE.credential_keys) & (set(DECLARED) | KEYS) == set()
    page = (CHECKOUT / "docs" / "installing.md").read_text()
    assert [key for key in WORKSPACE.credential_keys if f"pulumi config set --secret {key}" not in page] == []
    assert [each for each in WORKSPACE.credentials if each.variable not in page] == []


def test_each_kind_of_setting_has_the_engines_kind_and_an_absent_value() -> None:
    kinds = {each.path: project_file._kind_and_absent(each) for each in settings_of(Small)}
    assert kinds == {
        "plain": ("string", ""),
        "letters": ("string", ""),
        "number": ("integer", 3),
        "color": ("string", ""),
        "zones": ("array", []),
        "labels": ("object", {}),
        "switch": ("boolean", False),
        "hidden": ("string", ""),
        "one": ("object", {}),
        "perhaps": ("object", {}),
        "many": ("array", []),
        "perhapsMany": ("array", []),
    }


def test_a_switch_that_is_neither_on_nor_off_is_text() -> None:
    assert DECLARED["protect"]["type"] == "string"
    assert DECLARED["adopt"]["type"] == "boolean"


def test_a_list_says_of_what() -> None:
    assert DECLARED["common"]["items"] == {"type": "string"}
    assert DECLARED["nodeGroups"]["items"] == {"type": "object"}


def test_a_description_says_what_is_required_and_what_is_in_a_section() -> None:
    assert DECLARED["project"]["description"].endswith(", for example `demo`. Required.")
    assert DECLARED["grafana"]["description"] == (
        "The project's Grafana dashboard; none without a URL. Keys: url, folder."
    )


def test_what_stands_before_the_settings_is_kept(tmp_path: Any) -> None:
    file = tmp_path / "Pulumi.yaml"
    file.write_text("name: another\n# A note.\nconfig:\n  stale: {type: string}\n")
    made = project_file.ProjectFile(replace(GENERATOR.of, program=replace(WORKSPACE, folder=str(tmp_path)))).text()
    assert made.startswith("name: another\n# A note.\nconfig:\n  project:\n    type: string\n")
    assert YAML(typ="safe").load(made)["config"] == DECLARED


def test_the_declared_defaults_count_as_absent() -> None:
    # Absent keys reach the program as these defaults, so that one message tells of all problems.
    defaults = {
        f"{WORKSPACE.namespace}:{key}": declared["default"]
        if isinstance(declared["default"], str)
        else json.dumps(declared["default"])
        for key, declared in DECLARED.items()
    }
    given = {f"{WORKSPACE.namespace}:{key}": "demo" for key in ("project", "environment", "infra")}

    def loaded(config: dict[str, str]) -> dict[str, Any]:
        return loading.load(
            WORKSPACE, config, secret_keys=set(), environment={"AWS_REGION": "ap-northeast-2"}
        ).model_dump()

    assert loaded({**defaults, **given}) == loaded(given)


@pytest.mark.parametrize("generator", project_file.GENERATORS, ids=lambda each: each.of.program.namespace)
def test_the_namespace_of_each_programs_settings_is_its_project(generator: project_file.ProjectFile) -> None:
    project = YAML(typ="safe").load(generator.FILE.read_text())
    assert project["name"] == generator.of.program.namespace
    assert project["stackConfigDir"] == "stacks"
    assert (generator.FILE.parent / project["runtime"]["options"]["virtualenv"]).resolve() == CHECKOUT / ".venv"
