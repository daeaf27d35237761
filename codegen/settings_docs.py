"""The table of settings in docs/settings.md and Pulumi.yaml's descriptions of them: `make generate` renews both.

Owns: the table between its two marks, and the text of each `description` in Pulumi.yaml. Does not own the rest of that
schema. Why generated: a default that is told wrong is worse than one that is not told.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from codegen.model_docs import descriptions as descriptions_of
from project_workspace.config.stack_options import StackOptions
from project_workspace.schema.kinds import section_in

CHECKOUT = Path(__file__).resolve().parents[1]
PAGE, PROJECT = CHECKOUT / "docs" / "settings.md", CHECKOUT / "Pulumi.yaml"
MARKS = ("<!-- settings: made by make generate -->", "<!-- end of settings -->")


def table() -> str:
    """All settings as a Markdown table: key, description, default."""
    rows = [f"| `{key}` | {description} | {default} |" for key, description, default in _rows(StackOptions, "")]
    return "\n".join(["| key | what it is | default |", "|---|---|---|", *rows])


def _rows(model: type[BaseModel], prefix: str) -> list[tuple[str, str, str]]:
    rows: list[tuple[str, str, str]] = []
    for name, field in model.model_fields.items():
        key = f"{prefix}{field.alias or name}"
        inner, is_list = section_in(field.annotation)
        if inner is None:
            default = "required" if field.default is PydanticUndefined else _default(field.default)
            rows.append((_shown(key), descriptions_of(model)[name], default))
        else:
            rows += _rows(inner, f"{key}[]." if is_list else f"{key}.")
    return rows


def _shown(key: str) -> str:
    return "aws:region" if key == "region" else key


def _default(value: Any) -> str:
    return "" if value is None else f"`{json.dumps(value)}`"


def renewed(text: str) -> str:
    """The page's text with the table as it is now."""
    begin, end = (re.escape(mark) for mark in MARKS)
    body = f"{MARKS[0]}\n{table()}\n{MARKS[1]}"
    return re.sub(f"{begin}.*{end}", lambda _: body, text, flags=re.DOTALL)


def descriptions() -> dict[str, str]:
    """What Pulumi.yaml says of each top-level key: the setting's description, and the keys in it."""
    found: dict[str, str] = {}
    for name, field in StackOptions.model_fields.items():
        inner, _ = section_in(field.annotation)
        keys = [part.alias or part_name for part_name, part in inner.model_fields.items()] if inner else []
        required = ["Required."] if field.default is PydanticUndefined else []
        inside = [f"Keys: {', '.join(keys)}."] if keys else []
        found[field.alias or name] = " ".join([descriptions_of(StackOptions)[name], *required, *inside])
    return found


def renewed_schema(text: str) -> str:
    """The text of Pulumi.yaml with the descriptions as they are now."""
    told = descriptions()
    key_to_description = r"^(  (\w+):\n(?:    .*\n)*?    description: ).*$"
    return re.sub(key_to_description, lambda found: f"{found[1]}{json.dumps(told[found[2]])}", text, flags=re.MULTILINE)


def write() -> None:
    """Write it anew."""
    PAGE.write_text(renewed(PAGE.read_text()))
    PROJECT.write_text(renewed_schema(PROJECT.read_text()))
