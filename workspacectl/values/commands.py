"""`workspacectl values`: the options, and the writing."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from workspacectl.failures import ToolError, as_sentences
from workspacectl.project_folder import ProjectFolder
from workspacectl.pulumi_cli import Engine

OUTPUT = "valuesYaml"
"""The stack's output."""


def values(
    *,
    stack: Annotated[str, typer.Option("--stack", "-s", help="Name of the stack, for example trial-dev.")],
    file: Annotated[Path, typer.Option("--file", "-f", help="Where to write them; what is there is replaced.")],
    folder: ProjectFolder,
) -> None:
    """Write the values for the Helm chart that the stack's last `pulumi up` made. They hold no secret."""
    with as_sentences():
        written(Engine(folder.resolve(), dict(os.environ)), stack, file)
    print(f"Wrote {file}.")


def written(engine: Engine, stack: str, file: Path) -> None:
    """Write the stack's values to the file. Raises `ToolError` where the stack has none, or the file cannot be."""
    text = engine.outputs(stack).get(OUTPUT)
    if not isinstance(text, str):
        raise ToolError(
            f"The stack '{stack}' has no output '{OUTPUT}'. Run 'pulumi up -s {stack}' first, in the folder of a "
            "program that makes one, for example programs/workbench."
        )
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ToolError(
            f"Could not write {file}: {error.strerror}. Give another one by --file, for example values.yaml."
        ) from None
