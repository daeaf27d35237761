"""Which stacks a change touches: a stack's file that stack, a common file those that name it, the program all of them.

Owns: the folders that belong to the program; anything else touches no stack. Does not own how the stacks are previewed.
The `local` stack is left out: it is the local platform's, and `make test` runs it.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from project_workspace.config.common_files import FOLDER, KEY
from project_workspace.config.workspace_program import WORKSPACE
from workspacectl.failures import ToolError

PROGRAM = ("Pulumi.yaml", "__main__.py", "requirements.txt", "components", "policy")
"""What all stacks are made with."""
STACKS = "stacks"
LOCAL = "local"


class UnreadableChangeError(ToolError):
    """git cannot say what has changed; holds why."""


@dataclass(frozen=True)
class Touched:
    """Stacks by name, sorted."""

    preview: list[str]
    """Those that are there and touched."""
    removed: list[str]
    """Those whose file the change removes: destroyed first, or nobody knows any more what they made."""


def touched(folder: Path, changed: Iterable[str]) -> Touched:
    """What the changed files, relative to the checkout `folder`, touch."""
    paths = {name: path for path in (folder / STACKS).glob("Pulumi.*.yaml") if (name := _stack(path.name)) != LOCAL}
    there = set(paths)
    files = [PurePosixPath(path) for path in changed]
    named = {_stack(file.name) for file in files if file.parent == PurePosixPath(STACKS)} - {LOCAL, ""}
    common = {file.stem for file in files if file.parent == PurePosixPath(STACKS, FOLDER)}
    sharing = {name for name, path in paths.items() if common and common & _common_of(path)}
    every = any(file.parts[0] in PROGRAM for file in files if file.parts)
    return Touched(sorted(there if every else there & named | sharing), sorted(named - there))


def changed_since(folder: Path, base: str) -> list[str]:
    """The files that differ from where this branch left `base`. Raises UnreadableChangeError."""
    command = ["git", "diff", "--name-only", "--no-renames", "-z", f"{base}...HEAD", "--"]
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if ended.returncode != 0:
        raise UnreadableChangeError(
            f"git cannot compare with {base}: {ended.stderr.strip()}. Fetch the whole history (fetch-depth: 0)."
        )
    return [path for path in ended.stdout.split("\0") if path]


def _common_of(path: Path) -> set[str]:
    """The common files that a stack's file names. One that cannot be read names none; whoever changes it is told."""
    try:
        config: Any = yaml.safe_load(path.read_text(encoding="utf-8-sig"))["config"]
        return set(config.get(f"{WORKSPACE.namespace}:{KEY}") or [])
    except (yaml.YAMLError, UnicodeDecodeError, LookupError, TypeError, AttributeError):
        return set()


def _stack(file: str) -> str:
    """The stack of a file's name; empty for another file."""
    return file.removeprefix("Pulumi.").removesuffix(".yaml") if file.startswith("Pulumi.") else ""
