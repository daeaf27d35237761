"""A new stack's file of a program beside the workspace's: what it must say, and nothing else.

Owns: what is asked, what `--set` means, and the file's text. Does not own the settings or their rules (the program's
options), nor how a section begins (`Program.first`). A workspace's file has questions of its own (`template.py`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import typer

from project_workspace.config import common_files
from project_workspace.config.program import Program
from project_workspace.schema.rule import Rule
from workspacectl.failures import ToolError
from workspacectl.new.file_text import NewFile, dumped, head

REGION = "region"
"""A stack says it as `aws:region`."""


def file_of(
    program: Program[Any],
    *,
    stack: str | None,
    region: str | None,
    common: list[str],
    shared: Mapping[str, Any],
    flags: Iterable[str],
) -> NewFile:
    """The file, as it would be; `flags` are KEY=VALUE, `shared` is what the common files say. Raises ToolError."""
    named = {common_files.KEY: common} if common else {}
    said = {**named, **common_files.merged(list(map(_said, flags)))}
    name: str = stack or typer.prompt("Stack, for example trial-dev")
    where: str = region or typer.prompt("AWS region")
    settings = {**named, **dict(_first(program, said, shared)), **said}
    secrets = dict.fromkeys((".".join(path) for path in program.secrets), "")
    lines = [*head(program, name, f"{name}: {program.title}", where, secrets)]
    for key, value in settings.items():
        if key in program.first and key not in said:
            lines.append("  # An example: say yours.")
        lines += [f"  {line}" for line in dumped(program, key, value)]
    return NewFile(name, where, settings, "\n".join(lines) + "\n")


def _said(flag: str) -> dict[str, Any]:
    """The setting of one KEY=VALUE: the key may be a path, the value JSON."""
    path, sign, text = flag.partition("=")
    if not sign:
        raise ToolError(f"set: Expected KEY=VALUE, for example 'tls.mode=existing', not '{flag}'.")
    try:
        value = json.loads(text, parse_float=str)
    except ValueError:
        value = text
    key, *inner = path.split(".")
    for part in reversed(inner):
        value = {part: value}
    return {key: value}


def _first(program: Program[Any], said: Mapping[str, Any], shared: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """What is said, and what must be besides, in the order of the options: a section's example, or an answer."""
    for name, field in program.options.model_fields.items():
        key = field.alias or name
        if key in said:
            yield key, said[key]
        elif key in shared or key == REGION:
            continue
        elif key in program.first:
            yield key, program.first[key]
        elif field.is_required():
            rule = next(each for each in field.metadata if isinstance(each, Rule))
            yield key, typer.prompt(f"{key}, for example {rule.example}")
