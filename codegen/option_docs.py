"""What an option model says of itself and of its options: its docstrings, as text.

Owns: reading them from the source, and the constants that they name: `{aws.tags.GIVEN_LIMIT}` in a docstring is the
value of that constant of the library, so that a number is said once. Why not pydantic's own way
(`use_attribute_docstrings`): it reads the source whenever a model is made, in every run of the program, and only
generated files need the text.
"""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from functools import cache
from importlib import import_module
from typing import Any

from pydantic import BaseModel

_CONSTANT = re.compile(r"\{([a-z_.0-9]+)\.([A-Z_0-9]+)\}")
"""A module of the library and a constant in it; `{project}-ws` and `${NAME}` look otherwise."""


def about(model: type[BaseModel]) -> str:
    """What the model says of itself; each paragraph on one line."""
    paragraphs = (inspect.getdoc(model) or "").split("\n\n")
    return "\n\n".join(map(_text, paragraphs))


@cache
def descriptions(model: type[BaseModel]) -> dict[str, str]:
    """For each option of the model, by its name, its docstring on one line. Raises LookupError where one is missing."""
    found: dict[str, str] = {}
    for holder in reversed(model.__mro__):
        if issubclass(holder, BaseModel) and holder is not BaseModel:
            found |= _docstrings(holder)
    missing = [name for name in model.model_fields if name not in found]
    if missing:
        raise LookupError(f"Expected a docstring below each option of {model.__name__}; without: {', '.join(missing)}.")
    return {name: found[name] for name in model.model_fields}


@cache
def _docstrings(model: type[BaseModel]) -> dict[str, str]:
    (tree,) = ast.parse(textwrap.dedent(inspect.getsource(model))).body
    assert isinstance(tree, ast.ClassDef)
    found: dict[str, str] = {}
    for statement, follower in zip(tree.body, tree.body[1:], strict=False):
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            text = _docstring(follower)
            if text:
                found[statement.target.id] = _text(text)
    return found


def _docstring(statement: ast.stmt) -> str:
    value = statement.value if isinstance(statement, ast.Expr) else None
    return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else ""


def _text(docstring: str) -> str:
    return _CONSTANT.sub(_value, " ".join(docstring.split()))


def _value(named: re.Match[str]) -> str:
    constant: Any = getattr(import_module(f"project_workspace.{named[1]}"), named[2])
    return f"{constant:,}" if isinstance(constant, int) else str(constant)
