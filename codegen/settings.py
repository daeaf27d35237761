"""The settings as those see them who describe them: by key, with description, kind, rule and default.

Owns: the walk through the option models, and a value's kind and default in words. Does not own the form of any file
that shows them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from codegen.option_docs import descriptions
from project_workspace.schema.kinds import plain_type, section_in
from project_workspace.schema.rule import Rule
from project_workspace.schema.section import PLAIN

ELSEWHERE = {"region": "aws:region"}
"""Settings that a stack says under the key of another namespace."""
_IN_WORDS = re.compile(r"\s*Default: (.+?)\.(?=\s[A-Z]|$)")


@dataclass(frozen=True)
class Setting:
    """One setting of a model."""

    prefix: str
    """The path of its section, for example `nodeGroups[].`; empty at the top."""
    name: str
    field: FieldInfo
    description: str

    @property
    def key(self) -> str:
        """As its section of a stack file spells it."""
        return self.field.alias or self.name

    @property
    def path(self) -> str:
        """As a whole, for example `nodeGroups[].disk.iops`."""
        return ELSEWHERE.get(self.prefix + self.key, self.prefix + self.key)

    @cached_property
    def section(self) -> type[BaseModel] | None:
        """The model of a section, or of each section in a list."""
        return section_in(self.field.annotation)[0]

    @property
    def is_list(self) -> bool:
        """Whether it is a list of sections."""
        return section_in(self.field.annotation)[1]

    @property
    def inside(self) -> str:
        """The prefix of the settings in it."""
        return f"{self.path}{'[]' * self.is_list}."

    @property
    def required(self) -> bool:
        """Whether its section must say it."""
        return self.field.default is PydanticUndefined

    @property
    def default(self) -> str:
        """What counts where it is not said: a value of JSON, or in the words of the description; empty for nothing."""
        in_words, value = _IN_WORDS.search(self.description), self.field.default
        is_value = value not in (PydanticUndefined, None) and not isinstance(value, BaseModel)
        says_nothing = value in ([], {}) and in_words is not None
        shown = value if isinstance(value, str) else json.dumps(value) if is_value else ""
        as_value = [f"`{shown}`"] if is_value and not says_nothing else []
        return ": ".join([*as_value, *([in_words[1]] if in_words else [])])

    @property
    def description_alone(self) -> str:
        """The description without the words on the default."""
        return _IN_WORDS.sub("", self.description).strip()

    @property
    def annotation(self) -> Any:
        """Its type, with the rules that pydantic keeps beside it."""
        return Annotated[(self.field.annotation, *self.field.metadata, "")]

    @property
    def accepted(self) -> str:
        """What its value must be, in words."""
        return accepted(self.annotation)

    @property
    def whole_description(self) -> str:
        """Description, value and default in one text: for those who see no table."""
        value = [f"Value: {self.accepted}."] if self._has_rule else []
        default = [f"Default: {self.default}."] if self.default else []
        return " ".join([self.description_alone, *value, *default])

    @property
    def _has_rule(self) -> bool:
        kind = plain_type(self.annotation)
        return any(rule_of(each) for each in (self.annotation, *get_args(kind)))


def settings_of(model: type[BaseModel], prefix: str = "") -> list[Setting]:
    """The settings of a model, in its order, sections among them."""
    told = descriptions(model)
    return [Setting(prefix, name, field, told[name]) for name, field in model.model_fields.items()]


def leaves(model: type[BaseModel], prefix: str = "") -> Iterator[Setting]:
    """All settings that hold a value, those of the sections too."""
    for setting in settings_of(model, prefix):
        if setting.section:
            yield from leaves(setting.section, setting.inside)
        else:
            yield setting


def accepted(annotation: Any) -> str:
    """What a value of this type must be, in words."""
    rule, kind = rule_of(annotation), plain_type(annotation)
    if rule and len(rule.one_of) in (2, 3, 4):
        *others, last = (f"`{value}`" for value in rule.one_of)
        return f"{', '.join(others)} or {last}"
    if rule:
        return f"{rule.what}, for example `{rule.example}`"
    arguments = get_args(kind)
    if get_origin(kind) is list:
        return f"a list, each {accepted(arguments[0])}"
    if get_origin(kind) is dict:
        return f"a mapping; each key: {accepted(arguments[0])}; each value: {accepted(arguments[1])}"
    return PLAIN[kind].what


def rule_of(annotation: Any) -> Rule | None:
    """The rule of a type's values, None when the type is all."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return next((each for each in arguments if isinstance(each, Rule)), None) or rule_of(arguments[0])
    if origin is Union or isinstance(annotation, UnionType):
        return next(filter(None, map(rule_of, arguments)), None)
    return None
