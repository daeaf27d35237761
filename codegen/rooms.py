"""The rooms of this repository as the code has them: their layers, their heads, and what a subject is made of.

Owns: reading those from pyproject.toml (the import linter's contract), the docstrings and the imports. Does not own how
they are shown.
"""

from __future__ import annotations

import ast
import re
import tomllib
from dataclasses import dataclass

from codegen.paths import CHECKOUT, LIBRARY

PLUGINS = {"pulumi_aws": "aws", "pulumi_eks": "eks", "pulumi_kubernetes": "kubernetes", "pulumi_random": "random"}
"""Pulumi's SDKs, by the name of the plugin that each speaks to."""


@dataclass(frozen=True)
class Room:
    """A package or module, and what it says of itself in its first sentence."""

    name: str
    head: str


def layers() -> list[list[Room]]:
    """The library's rooms, a list a layer, the highest first."""
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())
    (contract,) = [each for each in project["tool"]["importlinter"]["contracts"] if each["type"] == "layers"]
    return [[_of_library(name.strip()) for name in layer.split("|")] for layer in contract["layers"]]


def room(name: str, file: str) -> Room:
    """A room by the file that has its docstring, relative to the checkout. Raises LookupError without one."""
    docstring = ast.get_docstring(ast.parse((CHECKOUT / file).read_text()))
    if not docstring:
        raise LookupError(f"Expected a docstring in {file} that says what belongs there.")
    paragraph = " ".join(docstring.split("\n\n")[0].replace("`", "").split())
    return Room(name, re.split(r"(?<=\.) ", paragraph)[0])


def with_component() -> list[str]:
    """The subjects that have a component."""
    return sorted(path.parent.name for path in LIBRARY.glob("*/component.py"))


def with_dynamic_provider() -> list[str]:
    """The rooms that have a dynamic provider."""
    return sorted({path.parent.name for path in LIBRARY.glob("*/*.py") if "RemoteProvider)" in path.read_text()})


def plugins() -> list[str]:
    """Pulumi's plugins that the library's components use."""
    code = "\n".join(path.read_text() for path in LIBRARY.rglob("*.py"))
    return sorted(plugin for sdk, plugin in PLUGINS.items() if re.search(rf"^\s*import {sdk}\b", code, re.MULTILINE))


def _of_library(name: str) -> Room:
    package = LIBRARY / name / "__init__.py"
    file = package if package.is_file() else LIBRARY / f"{name}.py"
    return room(name, str(file.relative_to(CHECKOUT)))
