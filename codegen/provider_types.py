"""The types of the Pulumi package, `provider/settings_types.py`, made of the settings: `make generate`.

Owns: that file. Does not own the settings (`project_workspace.config.settings`), nor what the package makes of its
arguments (`provider/workspace_component.py`). Why a file that is generated: Pulumi's analyzer reads classes of the
source, with their docstrings, and knows neither pydantic's models nor annotated types.
"""

from __future__ import annotations

import json
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from project_workspace.config.settings import Settings
from project_workspace.config.values import section

FILE = Path(__file__).resolve().parents[1] / "provider" / "settings_types.py"
LEFT_OUT = {"common": "files of this repository's stacks", "kubernetes": "the caller's provider, or KUBECONFIG"}
"""Settings of a stack that are no arguments of the package, and what is there instead."""
ARGUMENTS = "WorkspaceArgs"

HEAD = '''"""What the package's component takes: the settings of a stack file. Made by `make generate`.

Left out: {left_out},
and every secret, because a plain argument would not stay one.
"""

from typing import NotRequired, TypedDict'''


def source() -> str:
    """The text of the file."""
    left_out = ", ".join(f"`{key}` ({instead})" for key, instead in LEFT_OUT.items())
    return "\n\n\n".join([HEAD.format(left_out=left_out), *_classes(Settings, ARGUMENTS)]) + "\n"


def offered(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """The fields of a model that are arguments of the package."""
    return {
        name: field
        for name, field in model.model_fields.items()
        if _plain(field.annotation) is not SecretStr and not (model is Settings and name in LEFT_OUT)
    }


def _classes(model: type[BaseModel], name: str) -> Iterator[str]:
    """The models inside a model, then its own class."""
    for field in offered(model).values():
        inner, _ = section(field.annotation)
        if inner is not None:
            yield from _classes(inner, inner.__name__)
    yield "\n".join([f"class {name}(TypedDict):", f'    """{model.__doc__}"""', "", *_members(model)])


def _members(model: type[BaseModel]) -> Iterator[str]:
    for name, field in offered(model).items():
        kind = _text(field.annotation)
        yield f"    {name}: {kind if field.default is PydanticUndefined else f'NotRequired[{kind}]'}"
        yield f'    """{_described(field)}"""'


def _described(field: FieldInfo) -> str:
    text = field.description or ""
    shown = field.default not in (PydanticUndefined, None, [], {}) and not isinstance(field.default, BaseModel)
    return f"{text} Default: `{json.dumps(field.default)}`." if shown else text


def _text(annotation: Any) -> str:
    kind = _plain(annotation)
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (list, dict):
        return f"{origin.__name__}[{', '.join(_text(argument) for argument in arguments)}]"
    return kind.__name__


def _plain(annotation: Any) -> Any:
    """A type without its rules and without None."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _plain(arguments[0])
    if origin in (Union, types.UnionType):
        return _plain(next(argument for argument in arguments if argument is not type(None)))
    return annotation


def write() -> None:
    """Write it anew."""
    FILE.write_text(source())
