"""The schema for editors takes every right stack file, and sees in a wrong one what can be seen in its text alone."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from codegen import stack_file_schema
from local.checkout import CHECKOUT
from project_workspace.config.stack_file import FIRST_LINE, SCHEMA_FILE

SCHEMA: dict[str, Any] = json.loads(stack_file_schema.GENERATORS[0].FILE.read_text())
VALIDATOR = Draft202012Validator(SCHEMA)
FIXTURES = CHECKOUT / "tests" / "config" / "fixtures"
STACK_FILES = sorted((CHECKOUT / "stacks").rglob("*.yaml"))
WRONG = sorted(FIXTURES.glob("*.error*.yaml"))

SEEN = {
    "additionalProperties": [
        "container_defaults.error.of_something_else",
        "key.error.unknown",
        "key.error.unknown_nested",
        "login.error.encrypted_under_its_dotted_name",
        "login.error.password_in_clear_under_its_dotted_name",
        "many_at_once.error",
    ],
    "anyOf": ["rotation.error.form"],
    "enum": [
        "access.error.role_by_something_else",
        "conductor.error.member_that_is_none",
        "container_defaults.error.of_something_else",
        "login.error.stored_elsewhere",
        "many_at_once.error",
        "members.error.wrong",
        "namespace.error.wrong",
        "node_group.error.taint_effect",
        "region.error.unknown",
        "runai.error.wrong",
        "storage.error.policy_that_is_none",
        "type.error.boolean",
        "type.error.protect_in_words",
        "volumes.error.wrong",
    ],
    "maxLength": ["names.error.bucket_too_long_though_it_holds_the_project", "node_group.error.taint_key_too_long"],
    "maximum": ["network.error.wrong", "node_group.error.iops_and_throughput_over_their_most"],
    "minimum": ["network.error.wrong", "node_group.error.max_zero", "node_group.error.negative_min"],
    "pattern": [
        "conductor.error.member_that_is_none",
        "container_defaults.error.of_something_else",
        "images.error.wrong",
        "many_at_once.error",
        "members.error.wrong",
        "names.error.bucket_capital",
        "names.error.bucket_too_short",
        "names.error.workspace_without_suffix",
        "network.error.wrong",
        "node_group.error.existing",
        "node_group.error.instance_type_malformed",
        "node_group.error.label_empty_value",
        "node_group.error.name_of_other_letters",
        "oidc_client.error.wrong",
        "project.error.capital",
        "project.error.digit_first",
        "project.error.hyphen",
        "quota.error.quantity",
        "rotation.error.form",
        "runai.error.wrong",
        "volumes.error.wrong",
    ],
    "required": [
        "members.error.wrong",
        "node_group.error.instance_type_missing",
        "node_group.error.max_missing",
        "node_group.error.spec_missing",
    ],
    "type": [
        "conductor.error.password_in_clear",
        "conductor.error.password_in_clear_beside_something_encrypted",
        "credentials.error.in_clear",
        "login.error.hash_in_clear",
        "login.error.hash_in_clear_beside_an_encrypted_password",
        "login.error.password_in_clear",
        "login.error.password_in_clear_beside_an_encrypted_hash",
        "members.error.wrong",
        "quota.error.scopes",
        "type.error.mapping",
        "type.error.number_as_text",
        "type.error.text_as_list",
    ],
}
"""What the schema refuses, by the keyword that does: unknown keys, what is in no list of choices, wrong forms and
bounds, what an entry lacks, wrong kinds and secrets in clear. All else in the fixtures only the program sees."""


def document(path: Path) -> Any:
    read = YAML(typ="safe").load(path.read_text())
    read.pop("problems", None)  # what a fixture expects of the program
    return json.loads(json.dumps(read, default=str))  # a date is text to an editor


def refused_by(found: Any) -> set[str]:
    return {error.validator for error in VALIDATOR.iter_errors(found)}


def stack(**settings: Any) -> dict[str, Any]:
    return {"config": {f"project-workspace:{key}": value for key, value in settings.items()}}


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert stack_file_schema.GENERATORS[0].FILE.name == SCHEMA_FILE


@pytest.mark.parametrize(
    "path", [*STACK_FILES, *sorted(FIXTURES.glob("*.happy.yaml"))], ids=lambda path: f"{path.parent.name}/{path.name}"
)
def test_every_right_file_is_taken(path: Path) -> None:
    assert [error.message for error in VALIDATOR.iter_errors(document(path))] == []


def test_what_it_sees_in_the_wrong_files_is_this() -> None:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for path in WRONG:
        for keyword in refused_by(document(path)):
            found[keyword].append(path.name.removesuffix(".yaml"))
    assert dict(found) == SEEN


@pytest.mark.parametrize("path", STACK_FILES, ids=lambda path: path.name)
def test_every_stack_file_names_it_in_its_first_line(path: Path) -> None:
    up = "../" if path.parent.name == "common" else ""
    assert path.read_text().splitlines()[0] == FIRST_LINE.replace("=", f"={up}")
    assert (path.parent / f"{up}{SCHEMA_FILE}").is_file()


@pytest.mark.parametrize(
    ("found", "keywords"),
    [
        ({"config": {"aws:region": "ap-northeast-2", "kubernetes:context": "a", "other:x": [1]}}, set[str]()),
        ({"encryptionsalt": "v1:x", "encryptedkey": "x", "secretsprovider": "awskms://x"}, set[str]()),
        ({"environment": ["team/dev"], "config": {}}, set[str]()),
        ({"environment": {"imports": ["team/dev"]}}, set[str]()),
        ({"configuration": {}}, {"additionalProperties"}),
        ({"config": {"project": "demo"}}, {"additionalProperties"}),
        ({"config": {"aws:region": "mars-1"}}, {"enum"}),
        (stack(adopt="true", deleteData=True), set[str]()),
        (stack(login={"password": {"secure": "v1:x"}}, grafanaToken={"secure": "v1:x"}), set[str]()),
        (stack(login={"password": {"secure": "v1:x", "more": 1}}), {"additionalProperties"}),
        (stack(nodeGroups=[{"spec": "a", "instanceType": "m5.large", "max": 1, "existing": {}}]), {"required"}),
    ],
    ids=repr,
)
def test_around_the_settings_stands_what_pulumi_allows(found: Any, keywords: set[str]) -> None:
    assert refused_by(found) == keywords


def test_an_editor_can_show_of_each_setting_what_it_is() -> None:
    sections = [SCHEMA["properties"]["config"], *SCHEMA["$defs"].values()]
    properties = [(key, declared) for section in sections for key, declared in section["properties"].items()]
    assert len(properties) > 70
    assert [key for key, declared in properties if key != "secure" and not declared.get("description")] == []
    disk = SCHEMA["$defs"]["DiskOptions"]["properties"]["iops"]
    assert disk == {
        "description": disk["description"],
        "default": 3000,
        "examples": [3000],
        "maximum": 80000,
        "minimum": 3000,
        "type": "integer",
    }
