"""What an option model says of its options: the docstrings below them, as text.

Owns: reading them from the source. Why not pydantic's own way (`use_attribute_docstrings`): it reads the source
whenever a model is made, in every run of the program, and only generated files need the text."""

from __future__ import annotations

import ast
import inspect
import textwrap
from functools import cache

from pydantic import BaseModel


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
            text = _text(follower)
            if text:
                found[statement.target.id] = " ".join(text.split())
    return found


def _text(statement: ast.stmt) -> str:
    value = statement.value if isinstance(statement, ast.Expr) else None
    return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else ""
