"""The folder of Pulumi.yaml that a command works on, found as `pulumi` finds it: here, or in a folder above."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

PROJECT_FILE = "Pulumi.yaml"


def nearest() -> Path:
    """The nearest folder with a Pulumi.yaml, from the working directory upwards; that directory when there is none."""
    here = Path.cwd()
    return next((folder for folder in (here, *here.parents) if (folder / PROJECT_FILE).is_file()), here)


def _of_a_project(folder: Path) -> Path:
    if not (folder / PROJECT_FILE).is_file():
        raise typer.BadParameter(f"Expected a folder with a {PROJECT_FILE}, for example '.'; '{folder}' has none.")
    return folder


ProjectFolder = Annotated[
    Path,
    typer.Option(
        default_factory=nearest,
        show_default="nearest above",
        help=f"Folder of {PROJECT_FILE}.",
        callback=_of_a_project,
    ),
]
