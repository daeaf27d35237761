"""Settings of a Workbench: what is wrong is reported all at once, with path and example; the defaults are these."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from codegen import stack_file_schema
from local.checkout import CHECKOUT
from project_workspace.config import loading
from project_workspace.config.stack_file import FIRST_LINE
from project_workspace.config.workbench_program import WORKBENCH, WorkbenchStackOptions
from project_workspace.config.workspace_program import WORKSPACE
from project_workspace.workbench import values
from tests.workbench.declare import settings
from tests.workspace.conftest import golden

HERE = Path(__file__).parent
STACKS = sorted((CHECKOUT / "programs" / "workbench" / "stacks").glob("*.yaml"))


@pytest.mark.parametrize("path", sorted((HERE / "fixtures").glob("*.yaml")), ids=lambda path: path.stem)
def test_a_wrong_stack_file_gives_all_its_messages_at_once(path: Path) -> None:
    expected = YAML(typ="safe").load(path.read_text())["problems"]
    with pytest.raises(loading.SettingsError) as refused:
        settings(path)
    assert {problem.path: problem.message for problem in refused.value.problems} == expected


def test_the_defaults_are_these(request: pytest.FixtureRequest) -> None:
    found = json.loads(settings(HERE / "graphs" / "existing.yaml").model_dump_json(by_alias=True))
    renew = bool(request.config.getoption("--renew"))
    assert found == golden(HERE / "graphs" / "existing.settings.json", found, renew=renew)


@pytest.mark.parametrize(
    ("mirrors", "size", "least"), [(False, "100Gi", "100Gi"), (True, "500Gi", "500Gi")], ids=["without", "with mirror"]
)
def test_the_volumes_have_the_documents_least_sizes(mirrors: bool, size: str, least: str) -> None:
    from project_workspace.workbench.storage_options import PersistenceOptions, WorkbenchStorageOptions, volumes

    nfs = {"server": "nfs.example.com", "path": "/a"}
    storage = WorkbenchStorageOptions.model_validate({"nfs": nfs})
    alone = volumes(storage, PersistenceOptions.model_validate({"nfs": {**nfs, "path": "/b"}}), mirrors=mirrors)
    assert [volume.size for volume in alone] == [least, "1Ti"]
    (both,) = volumes(storage, PersistenceOptions.model_validate({"inStorage": True}), mirrors=mirrors)
    assert both.size == {"100Gi": "1124Gi", "500Gi": "1524Gi"}[size]


@pytest.mark.parametrize("path", STACKS, ids=lambda path: path.name)
def test_every_stack_that_is_shown_is_valid_and_an_editor_takes_it(path: Path) -> None:
    assert settings(path).environment == path.stem.rpartition("-")[2]
    assert path.read_text().splitlines()[0] == FIRST_LINE
    schema = Draft202012Validator(stack_file_schema.schema(WORKBENCH))
    document = YAML(typ="safe").load(path.read_text())
    assert [error.message for error in schema.iter_errors(document)] == []


def test_a_setting_of_the_other_program_is_unknown() -> None:
    ours, theirs = (set(program.options.model_fields) for program in (WORKBENCH, WORKSPACE))
    assert {"hostname", "tls"} <= ours - theirs
    assert {"project", "login", "grafana"} <= theirs - ours


@pytest.mark.parametrize(
    ("chosen", "server"),
    [
        ({}, "aedev/"),
        ({"images": {"registry": "registry.example.com"}}, "registry.example.com/docker.io/aedev/"),
        ({"images": {"overrides": {"docker.io": "registry.example.com/hub"}}}, "registry.example.com/hub/aedev/"),
        (
            {"images": {"registry": "registry.example.com"}, "image": {"server": "registry.example.com/ae/"}},
            "registry.example.com/ae/",
        ),
    ],
    ids=["nothing said", "the site's registry", "an override", "a server of its own"],
)
def test_the_charts_images_come_from_where_the_site_has_them(chosen: dict[str, Any], server: str) -> None:
    small = settings(HERE / "graphs" / "existing.yaml").model_dump(by_alias=True, exclude_unset=True)
    args = WorkbenchStackOptions.model_validate({**small, "image": {}, **chosen}).args()
    assert values.document(args, {})["image"] == {"server": server, "pullSecrets": []}
