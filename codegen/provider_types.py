"""The types of the Pulumi package, `provider/settings_types.py`, made of the options: `make generate`.

Owns: that file. Does not own the options (`project_workspace.options`), nor what the package makes of its
arguments (`provider/workspace_component.py`). Why a file that is generated: Pulumi's analyzer reads classes of the
source, with their docstrings, and knows neither pydantic's models nor annotated types.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from codegen.model_docs import descriptions
from project_workspace.options import WorkspaceOptions
from project_workspace.schema.kinds import plain_type, section_in

FILE = Path(__file__).resolve().parents[1] / "provider" / "settings_types.py"
ARGUMENTS = "WorkspaceArgs"

HEAD = '''"""What the package's component takes: the settings of a stack file. Made by `make generate`.

Left out: what only a stack says (files of this repository's stacks, and the connection to the cluster,
which is the caller's provider or KUBECONFIG), and every secret, because a plain argument would not stay one.
"""

from typing import NotRequired, TypedDict'''


def source() -> str:
    """The text of the file."""
    return "\n\n\n".join([HEAD, *_classes(WorkspaceOptions, ARGUMENTS)]) + "\n"


def offered(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """The options of a model that are arguments of the package."""
    return {name: field for name, field in model.model_fields.items() if plain_type(field.annotation) is not SecretStr}


def _classes(model: type[BaseModel], name: str) -> Iterator[str]:
    """The models inside a model, then its own class."""
    for field in offered(model).values():
        inner, _ = section_in(field.annotation)
        if inner is not None:
            yield from _classes(inner, inner.__name__)
    about = (model.__doc__ or "").strip().replace("\n\n    ", "\n\n    ")
    yield "\n".join([f"class {name}(TypedDict):", f'    """{about}"""', "", *_members(model)])


def _members(model: type[BaseModel]) -> Iterator[str]:
    for name, field in offered(model).items():
        kind = _text(field.annotation)
        yield f"    {name}: {kind if field.is_required() else f'NotRequired[{kind}]'}"
        yield f'    """{_described(descriptions(model)[name], field)}"""'


def _described(text: str, field: FieldInfo) -> str:
    shown = field.default not in (PydanticUndefined, None, [], {}) and not isinstance(field.default, BaseModel)
    return f"{text} Default: `{json.dumps(field.default)}`." if shown else text


def _text(annotation: Any) -> str:
    kind = plain_type(annotation)
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (list, dict):
        return f"{origin.__name__}[{', '.join(_text(argument) for argument in arguments)}]"
    return kind.__name__


def write() -> None:
    """Write it anew."""
    FILE.write_text(source())
