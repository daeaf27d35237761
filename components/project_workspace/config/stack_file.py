"""The stack's own file, `Pulumi.<stack>.yaml`, as people wrote it: what it holds in clear.

Owns: where that file and the common ones are, and which settings in it are plain. Does not own which of them must be
encrypted, or the settings' values (`loading.py`; the engine gives those). Why beside the engine's own word: it tells
for a whole top-level key whether anything in it is encrypted (PULUMI_CONFIG_SECRET_KEYS), so that an encrypted
`login.password` would hide a `login.passwordHash` in clear.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from project_workspace.config.common_files import FOLDER
from project_workspace.config.written import LOADER

SCHEMA_FILE = "stack-file.schema.json"
"""The schema of all stack files, beside them."""
FIRST_LINE = f"# yaml-language-server: $schema={SCHEMA_FILE}"
"""Of a stack's file: editors check the file by the schema that it names."""


def text_of(project: Path, stack: str) -> str | None:
    """The text of the stack's file in the folder of Pulumi.yaml; None when the stack has none there.

    A stack has none when the engine was given another (`--config-file`) or keeps the configuration in its service.
    """
    return _text(folder_of(project) / f"Pulumi.{stack}.yaml")


def common_text_of(project: Path, name: str) -> str | None:
    """The text of the project's common file of this name (`common_files.py`); None when there is none."""
    return common_text_in(folder_of(project), name)


def common_text_in(stacks: Path, name: str) -> str | None:
    """The same by the folder of the stacks' files."""
    return _text(stacks / FOLDER / f"{name}.yaml")


def folder_of(project: Path) -> Path:
    """Where the engine keeps the files of the stacks."""
    return project / str(_project_file(project).get("stackConfigDir") or ".")


def project_name(project: Path) -> str:
    """The name in the project's Pulumi.yaml: the namespace of its keys."""
    return str(_project_file(project).get("name"))


def _project_file(project: Path) -> dict[Any, Any]:
    return _mapping(yaml.load((project / "Pulumi.yaml").read_text(encoding="utf-8-sig"), Loader=LOADER))


def _text(path: Path) -> str | None:
    return path.read_text(encoding="utf-8-sig") if path.is_file() else None


def in_clear(text: str, namespace: str, settings: Iterable[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Those of the settings (paths) that are in the file's text and not encrypted.

    A setting is written as a nested mapping or, after a `pulumi config set` without `--path`, under its dotted name.
    Raises `yaml.YAMLError` for a text that is not YAML.
    """
    config = _mapping(_mapping(yaml.load(text, Loader=LOADER)).get("config"))
    own = {key.rpartition(":")[2]: value for key, value in config.items() if str(key).split(":")[0] == namespace}
    return [path for path in settings if _is_plain(own, path) or _is_plain(own, (".".join(path),))]


def _is_plain(holder: Any, path: tuple[str, ...]) -> bool:
    for key in path:
        if _is_encrypted(holder):
            return False
        holder = _mapping(holder).get(key)
    return holder is not None and not _is_encrypted(holder)


def _is_encrypted(value: Any) -> bool:
    return isinstance(value, dict) and set(value) == {"secure"}


def _mapping(value: Any) -> dict[Any, Any]:
    return value if isinstance(value, dict) else {}
