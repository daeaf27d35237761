"""A copy of a stack that may be written to: its file, and its state in a backend of its own.

Owns: the temporary folder and everything in it. Does not own the stack that is copied: nothing of it changes. Why: only
an import shows what differs, and a preview of an adoption must not leave one behind.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import yaml

from workspacectl.adopt.plan import Stack
from workspacectl.pulumi_cli import EngineError


@contextmanager
def private_folder() -> Generator[Path]:
    """A temporary folder that only this user can read, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="adoption-") as folder:
        yield Path(folder)


@contextmanager
def copy_of(stack: Stack, folder: Path) -> Generator[Stack]:
    """The copy, in `folder`. Raises `EngineError` for a stack whose secrets only Pulumi Cloud can read."""
    project, backend = folder / "project", folder / "state"
    for made in (project, backend):
        made.mkdir()
    _copy_project(stack, project)
    environment = {**stack.engine.environment, "PULUMI_BACKEND_URL": f"file://{backend}?metadata=skip"}
    copy = Stack(replace(stack.engine, project=project, environment=environment), stack.name)
    state = folder / "state.json"
    stack.engine.checked("stack", "export", "--file", str(state), "--stack", stack.name)
    copy.engine.checked("stack", "init", "--stack", stack.name)
    copy.engine.checked("stack", "import", "--file", str(state), "--stack", stack.name)
    yield copy


def _copy_project(stack: Stack, into: Path) -> None:
    """The project's file, led to the program where it is, and the stack's file."""
    if not stack.file.exists():
        raise EngineError(f"Expected the stack's file {stack.file}. Have it written: workspacectl adopt stack-file.")
    source = stack.engine.project
    document = stack.project
    runtime = document["runtime"]
    options = runtime.get("options", {}) if isinstance(runtime, dict) else {}
    main = source / document.get("main", ".")
    if "virtualenv" in options:
        options["virtualenv"] = str(source / options["virtualenv"])
    (into / "Pulumi.yaml").write_text(yaml.safe_dump({**document, "main": str(main.resolve())}, sort_keys=False))
    written = yaml.safe_load(stack.file.read_text(encoding="utf-8-sig")) or {}
    if not {"encryptionsalt", "encryptedkey"} & set(written):
        raise EngineError(
            f"The secrets of stack {stack.name} can only be read by Pulumi Cloud, so no copy of it can be made. Run "
            f"'workspacectl adopt import --stack {stack.name}' without this preview: it changes the stack's "
            "state only, and 'pulumi "
            "preview' then shows what differs. Or first run 'pulumi stack change-secrets-provider'."
        )
    copy = into / stack.file.relative_to(source)
    copy.parent.mkdir(exist_ok=True)
    shutil.copy(stack.file, copy)
