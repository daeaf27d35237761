"""The Pulumi package: its arguments are the settings, and become the same settings again."""

from __future__ import annotations

import ast
import inspect
import json
import textwrap
import tomllib
from pathlib import Path
from typing import Any

import pytest
from pulumi.errors import InputPropertiesError
from pydantic import BaseModel

import workspace_component
from hosting import SettingsProvider
from local.checkout import CHECKOUT
from project_workspace.config.stack_options import StackOptions
from project_workspace.config.workspace_program import WORKSPACE
from project_workspace.options import ProjectWorkspaceArgs, WorkspaceOptions
from project_workspace.schema.kinds import section_in
from project_workspace.workspace.component import ProjectWorkspace

FIXTURES = CHECKOUT / "tests" / "config" / "fixtures"
PROVIDER = SettingsProvider(
    [workspace_component.Workspace], workspace_component.PACKAGE, None, workspace_component.VERSION
)
SCHEMA: dict[str, Any] = json.loads(PROVIDER.schema or "")
COMPONENT: dict[str, Any] = SCHEMA["resources"]["project-workspace:index:Workspace"]


def test_the_version_is_that_of_the_distribution() -> None:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]
    assert (SCHEMA["name"], SCHEMA["version"]) == (project["name"], project["version"])


def test_every_setting_but_secrets_and_what_is_left_out_is_an_argument() -> None:
    assert _properties(COMPONENT["inputProperties"], "") == _settings(WorkspaceOptions, "")
    secrets = {"login.password", "login.passwordHash", "conductor.systemAccountPassword", "oidcClient.secret"}
    assert secrets == set(_settings(WorkspaceOptions, "", secret=True))


def _settings(model: type[BaseModel], prefix: str, *, secret: bool = False) -> list[str]:
    found: list[str] = []
    for name, field in model.model_fields.items():
        path = f"{prefix}{field.alias or name}"
        inner, _ = section_in(field.annotation)
        if inner:
            found += _settings(inner, f"{path}.", secret=secret)
        elif ("SecretStr" in str(field.annotation)) == secret:
            found.append(path)
    return found


def _properties(properties: dict[str, Any], prefix: str) -> list[str]:
    found: list[str] = []
    for name, declared in properties.items():
        reference = declared.get("$ref") or declared.get("items", {}).get("$ref")
        assert declared["plain"] is True
        assert declared["description"]
        if reference:
            found += _properties(SCHEMA["types"][reference.removeprefix("#/types/")]["properties"], f"{prefix}{name}.")
        else:
            found.append(f"{prefix}{name}")
    return found


def test_required_is_what_has_no_default() -> None:
    assert COMPONENT["requiredInputs"] == ["environment", "infra", "project", "region"]
    assert SCHEMA["types"]["project-workspace:index:NodeGroupOptions"]["required"] == ["instanceType", "max", "spec"]


def test_outputs_that_a_part_may_leave_out_are_optional() -> None:
    assert sorted(set(COMPONENT["properties"]) - set(COMPONENT["required"])) == [
        "conductorUrl",
        "conductorWorkspaceId",
        "dashboardUid",
        "dashboardUrl",
        "kubeflowPassword",
        "memberPasswords",
        "nodeGroupNames",
        "oidcClientId",
        "oidcClientSecret",
        "oidcIssuer",
        "systemAccount",
        "systemAccountPassword",
        "workspaceRoleArn",
    ]


def test_the_outputs_are_those_of_the_component() -> None:
    source = ast.parse(textwrap.dedent(inspect.getsource(ProjectWorkspace.outputs)))
    (outputs,) = [node for node in ast.walk(source) if isinstance(node, ast.Dict)]
    named = {key.value for key in outputs.keys if isinstance(key, ast.Constant)}
    assert len(named) > 15
    assert set(COMPONENT["properties"]) == named


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("*.happy.yaml")), ids=lambda path: path.name)
def test_arguments_become_the_settings_that_a_stack_file_gives(path: Path) -> None:
    """Python's names, and numbers as the wire has them, become the keys and values of a stack's file."""
    whole = StackOptions.model_validate(_without_secrets(json.loads(path.with_suffix(".json").read_text())))
    arguments = workspace_component.plain_value(_as_arguments(whole))
    document = workspace_component.document(ProjectWorkspaceArgs, arguments)
    assert ProjectWorkspaceArgs.model_validate(document) == whole.args()


def _without_secrets(document: dict[str, Any]) -> dict[str, Any]:
    for holder, key in WORKSPACE.secrets:
        document.get(holder, {}).pop(key, None)
    return document


def _as_arguments(whole: StackOptions) -> dict[str, Any]:
    def on_the_wire(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: on_the_wire(item) for key, item in value.items() if item is not None}
        if isinstance(value, list):
            return [on_the_wire(item) for item in value]
        return float(value) if isinstance(value, int) and not isinstance(value, bool) else value

    return on_the_wire(whole.model_dump(include={*WorkspaceOptions.model_fields}))


def test_arguments_that_the_schema_does_not_have_are_refused_without_their_values() -> None:
    """The SDK's own provider drops them: a password would be generated in place of the given one."""
    arguments = {
        "project": "demo",
        "deleteDate": True,
        "login": {"password": "correct-horse", "dex": {"nameSpace": "auth"}},
        "nodeGroups": [{"spec": "gpu"}, {"size": 3, "labels": {"any": "thing"}}],
        "quota": {"cpu": "1"},
    }
    with pytest.raises(InputPropertiesError) as refused:
        PROVIDER.construct("vision", "project-workspace:index:Workspace", arguments)
    assert str(refused.value) == (
        "The arguments cannot be right; nothing was touched.\n"
        "  deleteDate: Expected a known setting, for example 'deleteData'; this one is unknown.\n"
        "  login.dex.nameSpace: Expected a known setting, for example 'namespace'; this one is unknown.\n"
        "  login.password: Expected a known setting, for example 'passwordRotation'; this one is unknown.\n"
        "  nodeGroups[1].size: Expected a known setting, for example 'desired'; this one is unknown."
    )
    assert refused.value.errors == []


def test_what_the_settings_refuse_is_told_in_one_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workspace_component.pulumi.ComponentResource, "__init__", lambda *_: None)
    arguments = {"project": "My-App", "environment": "dev", "infra": "UP", "region": "mars-1", "quota": {"cpu": "x"}}
    with pytest.raises(InputPropertiesError) as refused:
        PROVIDER.construct("vision", "project-workspace:index:Workspace", arguments)
    first, *lines = str(refused.value).splitlines()
    assert first == "The arguments cannot be right; nothing was touched."
    assert [line.partition(":")[0].strip() for line in lines] == ["infra", "project", "quota.cpu", "region"]
    assert all(": Expected " in line for line in lines)
