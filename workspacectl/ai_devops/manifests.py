"""The objects that the manifests of a folder name.

Owns: reading them. Does not own whether a cluster has them. Everything is read as text: what is asked for are names,
and no value of a manifest can stop the reading by looking like something else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from workspacectl.failures import ToolError

ENDINGS = (".yaml", ".yml")
DEFAULT_NAMESPACE = "default"
"""Of an object of a namespace that names none, as kubectl has it without a context that says otherwise."""


@dataclass(frozen=True)
class Named:
    """One object, as a manifest names it."""

    api_version: str
    kind: str
    namespace: str
    name: str
    file: str
    """Name of the first file that has it."""

    @property
    def group(self) -> str:
        """Its API group; empty for the core's."""
        return self.api_version.rpartition("/")[0]

    @property
    def identity(self) -> tuple[str, str, str, str]:
        """The same for every version of its group."""
        return self.group, self.kind, self.namespace, self.name


def read(folder: Path) -> list[Named]:
    """All objects, in the order of files and documents, each once.

    Raises `ToolError` for a folder without manifests, and for a file that is not YAML.
    """
    files = sorted(path for path in folder.rglob("*") if path.suffix in ENDINGS and path.is_file())
    found: dict[tuple[str, ...], Named] = {}
    for each in (each for path in files for each in _of_file(folder, path)):
        found.setdefault(each.identity, each)
    if not found:
        raise ToolError(
            f"Expected the folder of the installer's manifests, for example 'manifest'; '{folder}' names no object."
        )
    return list(found.values())


def _of_file(folder: Path, path: Path) -> Iterator[Named]:
    name = str(path.relative_to(folder))
    try:
        documents = list(yaml.load_all(path.read_text(encoding="utf-8-sig"), Loader=yaml.CBaseLoader))
    except (yaml.YAMLError, UnicodeError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        raise ToolError(
            f"Expected manifests of YAML in '{folder}', for example '9.knative.yaml' as it was downloaded; not so "
            f"{name}{where}. The installer's script edits its manifests in place, and spoils some with a registry."
        ) from None
    for document in documents:
        yield from _of_document(document, name)


def _of_document(document: Any, file: str) -> Iterator[Named]:
    if not isinstance(document, dict):
        return
    if str(document.get("kind", "")).endswith("List") and isinstance(document.get("items"), list):
        for item in document["items"]:
            yield from _of_document(item, file)
        return
    metadata = document.get("metadata")
    if document.get("kind") and document.get("apiVersion") and isinstance(metadata, dict) and metadata.get("name"):
        place = str(metadata.get("namespace") or DEFAULT_NAMESPACE)
        yield Named(str(document["apiVersion"]), str(document["kind"]), place, str(metadata["name"]), file)
