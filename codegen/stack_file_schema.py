"""stacks/stack-file.schema.json of each program: what may stand in a stack's file, for editors (JSON Schema, draft
2020-12).

Owns: that file: the settings as the option models have them, and around them what Pulumi allows in a stack's file. Does
not own the judgement of a file, which is the program's: an editor sees kinds, keys, lists of choices, forms and bounds,
but not what must fit together, what a common file adds, or what a secret is. A stack's file names it in its first line.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, SecretStr
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import PydanticOmit

from codegen.option_docs import about
from codegen.programs import PROGRAMS, Place
from codegen.settings import ELSEWHERE, settings_of
from project_workspace.config.program import Program
from project_workspace.schema.kinds import plain_type

Document = dict[str, Any]

ENCRYPTED: Document = {
    "description": "An encrypted value, as `pulumi config set --path --secret` writes it.",
    "type": "object",
    "properties": {"secure": {"type": "string"}},
    "required": ["secure"],
    "additionalProperties": False,
}
OF_PULUMI: Document = {
    "secretsprovider": {"description": "How the stack's secrets are encrypted.", "type": "string"},
    "encryptionsalt": {"description": "Pulumi's own: the salt of a passphrase.", "type": "string"},
    "encryptedkey": {"description": "Pulumi's own: the data key, encrypted.", "type": "string"},
    "environment": {"description": "Environments of Pulumi ESC.", "type": ["array", "object"]},
}
"""The other keys of a stack's file (github.com/pulumi/pulumi, sdk/go/common/workspace, ProjectStack)."""


@dataclass(frozen=True)
class StackFileSchema:
    """The file of one program."""

    of: Place

    @property
    def FILE(self) -> Path:  # noqa: N802
        """Where it is."""
        return self.of.schema_file

    def text(self) -> str:
        """The file as it should be."""
        return json.dumps(schema(self.of.program), indent=1) + "\n"


GENERATORS = tuple(map(StackFileSchema, PROGRAMS))


def schema(program: Program[Any]) -> Document:
    """The schema as a document."""
    options = program.options
    made = options.model_json_schema(schema_generator=_Generator)
    models = made.pop("$defs")
    in_lists = {model.__name__ for model in _in_lists(options, inside=False)}
    for model in _models(options):
        section = made if model is options else models[model.__name__]
        _describe(model, section)
        # A mapping may be said half in a common file; an entry of a list is whole.
        if model.__name__ not in in_lists:
            section.pop("required", None)
    settings = {
        ELSEWHERE.get(key, f"{program.namespace}:{key}"): _as_the_engine_has_it(value)
        for key, value in made["properties"].items()
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$comment": "Made by `make generate`.",
        "title": f"Stack file of {program.namespace}",
        "type": "object",
        "properties": {"config": _config(settings, program), **OF_PULUMI},
        "additionalProperties": False,
        "$defs": {**models, "encrypted": ENCRYPTED},
    }


def _config(settings: Document, program: Program[Any]) -> Document:
    credentials = {
        f"{program.namespace}:{each.key}": {
            "$ref": "#/$defs/encrypted",
            "description": f"Counts where {each.variable} is not set.",
        }
        for each in program.credentials
    }
    return {
        "description": about(program.options),
        "type": "object",
        "properties": {**settings, **credentials},
        "patternProperties": {f"^(?!{program.namespace}:)[^:]+:": True},
        "additionalProperties": False,
    }


def _as_the_engine_has_it(setting: Document) -> Document:
    """At the first level the engine takes every value for text, and `pulumi config set` writes a switch so."""
    if setting.get("type") != "boolean":
        return setting
    return {**setting, "type": ["boolean", "string"], "enum": [True, False, "true", "false"]}


def _describe(model: type[BaseModel], section: Document) -> None:
    """Give a section its descriptions, and its secrets the form of encrypted values."""
    section["description"] = about(model)
    for setting in settings_of(model):
        declared = section["properties"][setting.key]
        if plain_type(setting.annotation) is SecretStr:
            declared = {"$ref": "#/$defs/encrypted"}
        section["properties"][setting.key] = {"description": setting.whole_description, **declared}


def _models(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    yield model
    for setting in settings_of(model):
        if setting.section:
            yield from _models(setting.section)


def _in_lists(model: type[BaseModel], *, inside: bool) -> Iterator[type[BaseModel]]:
    """The models that stand in an entry of a list."""
    if inside:
        yield model
    for setting in settings_of(model):
        if setting.section:
            yield from _in_lists(setting.section, inside=inside or setting.is_list)


class _Generator(GenerateJsonSchema):
    """What a file can say: no Outputs, no null for what is left out, no defaults of whole sections, no titles."""

    def str_schema(self, schema: Any) -> Document:
        """Without quotes YAML makes numbers and booleans of some texts, and the program takes what is written."""
        return {**super().str_schema(schema), "type": ["string", "number", "boolean"]}

    def is_instance_schema(self, schema: Any) -> Document:
        raise PydanticOmit

    def nullable_schema(self, schema: Any) -> Document:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: Any) -> Document:
        default = schema.get("default")
        is_value = default is not None and not isinstance(default, BaseModel)
        return super().default_schema(schema) if is_value else self.generate_inner(schema["schema"])

    def model_schema(self, schema: Any) -> Document:
        made = super().model_schema(schema)
        made.pop("title", None)
        return made

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False
