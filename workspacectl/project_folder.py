"""The folder of Pulumi.yaml that a command works on, found as `pulumi` finds it: here, or in a folder above.

Owns: that, the checkout around it, and which program it is. Does not own which programs there
are (`project_workspace.config.programs`).
"""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Annotated, Any

import typer

from project_workspace.config import stack_file
from project_workspace.config.program import Program
from project_workspace.config.programs import PROGRAMS
from workspacectl.failures import ToolError

PROJECT_FILE = "Pulumi.yaml"


def nearest() -> Path:
    """The nearest folder with a Pulumi.yaml, from the working directory upwards; that directory when there is none."""
    here = Path.cwd()
    return next((folder for folder in (here, *here.parents) if (folder / PROJECT_FILE).is_file()), here)


def checkout_of(project: Path) -> Path:
    """The checkout in which the project is one of the programs; the folder itself where it is none beside others."""
    folder = project.resolve()
    for program in PROGRAMS:
        within = PurePosixPath(program.folder).parts
        if within and folder.parts[-len(within) :] == within:
            return folder.parents[len(within) - 1]
    return folder


def program_in(project: Path) -> Program[Any]:
    """Which program the project in this folder is. Raises ToolError for another one."""
    name = stack_file.project_name(project)
    found = next((program for program in PROGRAMS if program.namespace == name), None)
    if found is None:
        names = ", ".join(program.namespace for program in PROGRAMS)
        raise ToolError(f"Expected the folder of one of the programs {names}; this one is '{name}'.")
    return found


def project_of(program: str, beside: Path) -> Path:
    """The folder of the program of this name in the checkout that has `beside`. Raises ToolError where it has none."""
    here = {each.namespace: checkout_of(beside) / each.folder for each in PROGRAMS}
    there = [name for name, folder in here.items() if (folder / PROJECT_FILE).is_file()]
    if program not in there:
        raise ToolError(f"program: Expected one of this checkout ({', '.join(there)}), not '{program}'.")
    return here[program]


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
