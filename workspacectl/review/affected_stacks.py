"""Which stacks a change touches, of every program of the checkout: a stack's file that stack, a common file those that
name it, a program its stacks, and what programs share the stacks of all.

Owns: which files belong to whom; anything else touches no stack. Does not own which programs there are
(`project_workspace.config.programs`), nor how stacks are previewed. The workspace's `local` stack is left out: it is
the local platform's, and `make test` runs it.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from project_workspace.config.common_files import FOLDER, KEY
from project_workspace.config.program import Program
from project_workspace.config.programs import PROGRAMS
from project_workspace.config.workspace_program import WORKSPACE
from workspacectl.failures import ToolError

SHARED = ("requirements.txt", "components", "policy")
"""What the stacks of all programs are made with."""
OWN = ("Pulumi.yaml", "__main__.py")
"""What a program's stacks are made with besides, in its folder."""
LIBRARY = PurePosixPath("components", "project_workspace")
LOCAL = "local"


class UnreadableChangeError(ToolError):
    """git cannot say what has changed; holds why."""


@dataclass(frozen=True, order=True)
class Stack:
    """One stack of one of the programs; the fields are what a workflow's matrix gives each job."""

    program: str
    """The program's namespace."""
    stack: str
    folder: str
    """Of the program's Pulumi.yaml, relative to the checkout."""

    @property
    def name(self) -> str:
        """What tells it from another program's stack of the same name."""
        return f"{self.program}/{self.stack}"


@dataclass(frozen=True)
class Touched:
    """Stacks, sorted by program and name."""

    preview: list[Stack]
    """Those that are there and touched."""
    removed: list[Stack]
    """Those whose file the change removes: destroyed first, or nobody knows any more what they made."""


def touched(checkout: Path, changed: Iterable[str]) -> Touched:
    """What the changed files, relative to the checkout, touch."""
    files = [PurePosixPath(path) for path in changed]
    found = [_of(program, checkout, files) for program in PROGRAMS]
    return Touched(
        sorted(stack for each in found for stack in each.preview),
        sorted(stack for each in found for stack in each.removed),
    )


def _of(program: Program[Any], checkout: Path, files: Sequence[PurePosixPath]) -> Touched:
    """The program's stacks among them."""
    left_out = {LOCAL, ""} if program is WORKSPACE else {""}
    paths = {_stack(path.name): path for path in (checkout / program.stacks).glob("Pulumi.*.yaml")}
    there = set(paths) - left_out
    named = {_stack(file.name) for file in files if file.parent == program.stacks} - left_out
    common = {file.stem for file in files if file.parent == program.stacks / FOLDER}
    sharing = {name for name in there if common and common & _common_of(paths[name], program)}
    every = any(_is_of_all(file, program) for file in files)

    def stacks(names: Iterable[str]) -> list[Stack]:
        return [Stack(program.namespace, name, program.folder) for name in names]

    return Touched(stacks(there if every else there & named | sharing), stacks(named - there))


def _is_of_all(file: PurePosixPath, program: Program[Any]) -> bool:
    """Whether all stacks of the program are made with this file."""
    others = [LIBRARY / each.room for each in PROGRAMS if each is not program]
    own = [PurePosixPath(program.folder, name) for name in OWN]
    shared = any(file.is_relative_to(name) for name in SHARED)
    return file in own or (shared and not any(file.is_relative_to(room) for room in others))


def changed_since(checkout: Path, base: str) -> list[str]:
    """The files that differ from where this branch left `base`. Raises UnreadableChangeError."""
    command = ["git", "diff", "--name-only", "--no-renames", "-z", f"{base}...HEAD", "--"]
    ended = subprocess.run(command, cwd=checkout, capture_output=True, text=True, check=False)
    if ended.returncode != 0:
        raise UnreadableChangeError(
            f"git cannot compare with {base}: {ended.stderr.strip()}. Fetch the whole history (fetch-depth: 0)."
        )
    return [path for path in ended.stdout.split("\0") if path]


def _common_of(path: Path, program: Program[Any]) -> set[str]:
    """The common files that a stack's file names. One that cannot be read names none; whoever changes it is told."""
    try:
        config: Any = yaml.safe_load(path.read_text(encoding="utf-8-sig"))["config"]
        return set(config.get(f"{program.namespace}:{KEY}") or [])
    except (yaml.YAMLError, UnicodeDecodeError, LookupError, TypeError, AttributeError):
        return set()


def _stack(file: str) -> str:
    """The stack of a file's name; empty for another file."""
    return file.removeprefix("Pulumi.").removesuffix(".yaml") if file.startswith("Pulumi.") else ""
