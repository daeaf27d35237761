"""`config` of each program's Pulumi.yaml: every setting with its kind, its description, and a default that counts as
absent.

Owns: that block, which ends the file. Does not own what stands before it. Why every key has a default: the engine tells
of absent keys one by one; with a default the program tells of all problems together, with an example.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args, get_origin

from codegen.programs import PROGRAMS, Place
from codegen.settings import ELSEWHERE, Setting, settings_of
from project_workspace.schema.kinds import plain_type

BEGIN = "\nconfig:\n"


@dataclass(frozen=True)
class ProjectFile:
    """The file of one program."""

    of: Place

    @property
    def FILE(self) -> Path:  # noqa: N802
        """Where it is."""
        return self.of.project_file

    def text(self) -> str:
        """The file as it should be."""
        before, _, _ = self.FILE.read_text().partition(BEGIN)
        settings = [each for each in settings_of(self.of.program.options) if each.key not in ELSEWHERE]
        return "\n".join([before + BEGIN.rstrip(), *(line for setting in settings for line in _of(setting)), ""])


GENERATORS = tuple(map(ProjectFile, PROGRAMS))


def _of(setting: Setting) -> Iterator[str]:
    kind, default = _kind_and_absent(setting)
    yield f"  {setting.key}:"
    yield f"    type: {kind}"
    if kind == "array":
        yield "    items:"
        yield f"      type: {'object' if setting.section else 'string'}"
    yield f"    description: {json.dumps(_description(setting), ensure_ascii=False)}"
    yield f"    default: {json.dumps(default)}"


def _kind_and_absent(setting: Setting) -> tuple[str, Any]:
    """The engine's kind of the setting, and the value of that kind that says nothing."""
    kind = plain_type(setting.annotation)
    if (setting.section and not setting.is_list) or get_origin(kind) is dict:
        return "object", {}
    if get_origin(kind) is list:
        if not setting.section and get_args(kind) and plain_type(get_args(kind)[0]) is not str:
            raise LookupError(f"Expected a list of text or of sections, for example 'common', not {setting.path}.")
        return "array", []
    if kind is bool and setting.field.default is not None:
        return "boolean", setting.field.default
    if kind is int and setting.field.default is not None:
        return "integer", setting.field.default
    # Text, and numbers and switches of which an absent one is none: a stack's file writes them the same.
    return "string", ""


def _description(setting: Setting) -> str:
    keys = [inner.key for inner in settings_of(setting.section)] if setting.section else []
    required = ["Required."] if setting.required else []
    return " ".join([setting.whole_description, *required, *([f"Keys: {', '.join(keys)}."] if keys else [])])
