"""The Pulumi package: its arguments are the settings, and become the same settings again."""

from __future__ import annotations

import ast
import inspect
import json
import textwrap
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from pulumi.errors import InputPropertiesError
from pydantic import BaseModel
from pydantic.alias_generators import to_camel

import settings_component
from local.checkout import CHECKOUT
from package import PROVIDER
from project_workspace.ai_devops.component import AiDevops
from project_workspace.ai_devops.options import AiDevopsArgs, AiDevopsOptions
from project_workspace.config.ai_devops_program import AI_DEVOPS
from project_workspace.config.program import Program
from project_workspace.config.workbench_program import WORKBENCH
from project_workspace.config.workspace_program import WORKSPACE
from project_workspace.options import ProjectWorkspaceArgs, WorkspaceOptions
from project_workspace.schema.kinds import section_in
from project_workspace.workbench.component import Workbench
from project_workspace.workbench.options import WorkbenchArgs, WorkbenchOptions
from project_workspace.workspace.component import ProjectWorkspace
from tests.workbench.declare import settings

TESTS = CHECKOUT / "tests"
SCHEMA: dict[str, Any] = json.loads(PROVIDER.schema or "")


@dataclass(frozen=True)
class Component:
    """One component of the package, and what it is in the library."""

    name: str
    options: type[BaseModel]
    args: type[BaseModel]
    made: Any
    program: Program[Any]
    required: list[str]
    optional_outputs: list[str]

    @property
    def token(self) -> str:
        return f"project-workspace:index:{self.name}"

    @property
    def declared(self) -> dict[str, Any]:
        """In the schema."""
        return SCHEMA["resources"][self.token]


COMPONENTS = (
    Component(
        "Workspace",
        WorkspaceOptions,
        ProjectWorkspaceArgs,
        ProjectWorkspace,
        WORKSPACE,
        ["environment", "infra", "project", "region"],
        [
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
        ],
    ),
    Component(
        "Workbench",
        WorkbenchOptions,
        WorkbenchArgs,
        Workbench,
        WORKBENCH,
        ["environment", "hostname", "infra", "persistence", "region", "storage", "tls"],
        ["certificateAuthority", "dnsRecords", "nodeGroupNames"],
    ),
    Component(
        "AiDevops",
        AiDevopsOptions,
        AiDevopsArgs,
        AiDevops,
        AI_DEVOPS,
        [],
        ["installerConfig", "oidcClientId", "oidcIssuer", "storageClass"],
    ),
)
EACH = pytest.mark.parametrize("component", COMPONENTS, ids=lambda each: each.name)


def test_the_version_is_that_of_the_distribution() -> None:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]
    assert (SCHEMA["name"], SCHEMA["version"]) == (project["name"], project["version"])


def test_each_program_has_its_component() -> None:
    assert list(SCHEMA["resources"]) == [component.token for component in COMPONENTS]


@EACH
def test_every_setting_but_secrets_and_what_is_left_out_is_an_argument(component: Component) -> None:
    assert _properties(component.declared["inputProperties"], "") == list(_settings(component.options, ""))
    secrets = {".".join(path) for path in component.program.secrets}
    assert secrets == set(_settings(component.options, "", secret=True))
    assert secrets


def _settings(model: type[BaseModel], prefix: str, *, secret: bool = False) -> Iterator[str]:
    for name, field in model.model_fields.items():
        path = f"{prefix}{to_camel(name)}"
        inner, _ = section_in(field.annotation)
        if inner:
            yield from _settings(inner, f"{path}.", secret=secret)
        elif ("SecretStr" in str(field.annotation)) == secret:
            yield path


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


def test_one_name_is_spelt_otherwise_than_in_a_stack_file() -> None:
    """`global` is a word of Python's."""
    assert {found for component in COMPONENTS for found in _spelt_otherwise(component.options)} == {
        ("overall", "global")
    }


def _spelt_otherwise(model: type[BaseModel]) -> Iterator[tuple[str, str]]:
    for name, field in model.model_fields.items():
        inner, _ = section_in(field.annotation)
        if inner:
            yield from _spelt_otherwise(inner)
        if field.alias and field.alias != to_camel(name):
            yield name, field.alias


@EACH
def test_required_is_what_has_no_default(component: Component) -> None:
    assert component.declared.get("requiredInputs", []) == component.required


def test_in_a_section_too_required_is_what_has_no_default() -> None:
    assert SCHEMA["types"]["project-workspace:index:NodeGroupOptions"]["required"] == ["instanceType", "max", "spec"]


@EACH
def test_outputs_that_a_part_may_leave_out_are_optional(component: Component) -> None:
    optional = set(component.declared["properties"]) - set(component.declared.get("required", []))
    assert sorted(optional) == component.optional_outputs


@EACH
def test_the_outputs_are_those_of_the_component(component: Component) -> None:
    source = ast.parse(textwrap.dedent(inspect.getsource(component.made.outputs)))
    (outputs,) = [node for node in ast.walk(source) if isinstance(node, ast.Dict)]
    constants = vars(inspect.getmodule(component.made))
    named = {
        key.value if isinstance(key, ast.Constant) else constants[ast.unparse(key or outputs)] for key in outputs.keys
    }
    assert len(named) == len(outputs.keys) >= 4
    assert set(component.declared["properties"]) == named


def _stacks() -> Iterator[Any]:
    """Whole settings of stacks, as a file has them."""
    for component, folder in ((COMPONENTS[0], TESTS / "config"), (COMPONENTS[2], TESTS / "ai_devops")):
        for path in sorted((folder / "fixtures").glob("*.happy.json")):
            yield pytest.param(component, json.loads(path.read_text()), id=f"{component.name}-{path.stem}")
    for path in sorted((TESTS / "workbench" / "graphs").glob("*.yaml")):
        whole = json.loads(settings(path).model_dump_json(by_alias=True))
        # Both need a secret, which is no argument.
        whole |= {"tls": {"mode": "existing"}, "registryLogin": {}}
        yield pytest.param(COMPONENTS[1], whole, id=f"Workbench-{path.stem}")


@pytest.mark.parametrize(("component", "document"), list(_stacks()))
def test_arguments_become_the_settings_that_a_stack_file_gives(component: Component, document: dict[str, Any]) -> None:
    """Python's names, and numbers as the wire has them, become the keys and values of a stack's file."""
    for holder, key in component.program.secrets:
        document.get(holder, {}).pop(key, None)
    whole = component.program.options.model_validate(document)
    arguments = settings_component.plain_value(_as_arguments(whole, component.options))
    chosen = {name: getattr(whole, name) for name in component.options.model_fields}
    made = component.args.model_validate(settings_component.document(component.args, arguments))
    assert made == component.args(**chosen)


def _as_arguments(whole: BaseModel, options: type[BaseModel]) -> dict[str, Any]:
    def on_the_wire(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: on_the_wire(item) for key, item in value.items() if item is not None}
        if isinstance(value, list):
            return [on_the_wire(item) for item in value]
        return float(value) if isinstance(value, int) and not isinstance(value, bool) else value

    return on_the_wire(whole.model_dump(include={*options.model_fields}))


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


WRONG: dict[str, tuple[dict[str, Any], list[str]]] = {
    "Workspace": (
        {"project": "My-App", "environment": "dev", "infra": "UP", "region": "mars-1", "quota": {"cpu": "x"}},
        ["infra", "project", "quota.cpu", "region"],
    ),
    "Workbench": (
        {
            **{"environment": "dev", "infra": "meerkat", "region": "mars-1", "hostname": "X", "uid": 0.0},
            **{"tls": {"mode": "none"}, "storage": {}, "persistence": {}},
        },
        ["hostname", "persistence", "region", "storage", "tls.mode", "uid"],
    ),
    "AiDevops": (
        {"installer": {"customDomain": "tmaxcloud.org", "logLevel": "loud"}, "storageClass": {"name": "GP 3"}},
        ["installer.logLevel", "storageClass.name"],
    ),
}


@EACH
def test_what_the_settings_refuse_is_told_in_one_message(component: Component, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings_component.pulumi.ComponentResource, "__init__", lambda *_: None)
    arguments, wrong = WRONG[component.name]
    with pytest.raises(InputPropertiesError) as refused:
        PROVIDER.construct("vision", component.token, arguments)
    first, *lines = str(refused.value).splitlines()
    assert first == "The arguments cannot be right; nothing was touched."
    assert [line.partition(":")[0].strip() for line in lines] == wrong
    assert all(": Expected " in line for line in lines)
