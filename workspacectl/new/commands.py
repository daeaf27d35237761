"""`workspacectl new`: a new stack's file from flags, or from answers where a flag is missing.

Owns: the options, and that a file is written which its program accepts, or none. Does not own what is asked of a
workspace (`workspace_questions.py`) and of another program (`other_programs.py`).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from project_workspace.config import loading, stack_file
from project_workspace.config.common_files import ReadText
from project_workspace.config.loading import SettingsError
from project_workspace.config.program import Program
from project_workspace.config.workspace_program import WORKSPACE
from workspacectl.failures import ToolError, as_sentences
from workspacectl.new import other_programs, template, workspace_questions
from workspacectl.new.checking import validate
from workspacectl.project_folder import ProjectFolder, program_in, project_of


def new(
    *,
    program: Annotated[str | None, typer.Option(help="Name of the program. Default: that of the folder.")] = None,
    common: Annotated[
        list[str] | None,
        typer.Option(help="A file of stacks/common/, again and again; what it says is neither asked nor written."),
    ] = None,
    region: Annotated[str | None, typer.Option(envvar="AWS_REGION", help="AWS region.")] = None,
    project: Annotated[str | None, typer.Option(help="Name of the project.")] = None,
    environment: Annotated[str | None, typer.Option(help="dev, staging, prod, ...")] = None,
    infra: Annotated[str | None, typer.Option(help="Name of the installation.")] = None,
    cluster: Annotated[str | None, typer.Option(help="EKS cluster; empty: no nodes.")] = None,
    conductor_url: Annotated[str | None, typer.Option(help="AI Conductor's URL; empty: without.")] = None,
    grafana_url: Annotated[str | None, typer.Option(help="Grafana's URL; empty: without.")] = None,
    grafana_folder: Annotated[str | None, typer.Option(help="Uid of the dashboard's folder.")] = None,
    nodes: Annotated[
        list[str] | None,
        typer.Option(help="SPEC=TYPE:MAX, again and again. Default with a cluster: standard=m5.xlarge:3."),
    ] = None,
    stack: Annotated[str | None, typer.Option("--stack", "-s", help="Name of another program's stack.")] = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", help="KEY=VALUE of another program, again and again.")
    ] = None,
    folder: ProjectFolder,
) -> None:
    """Write the file of a new stack; what is not said is asked, and nothing is written over.

    A workspace has --project to --nodes; another program has --stack and --set.
    """
    of_a_workspace: dict[str, Any] = {
        "project": project,
        "environment": environment,
        "infra": infra,
        "cluster": cluster,
        "conductor_url": conductor_url,
        "grafana_url": grafana_url,
        "grafana_folder": grafana_folder,
        "nodes": nodes,
    }
    of_another = {"stack": stack, "set": settings}
    with as_sentences():
        where = folder if program is None else project_of(program, folder)
        chosen, stacks = program_in(where), stack_file.folder_of(where)
        read = partial(stack_file.common_text_in, stacks)
        shared = _shared(chosen, common or [], read)
        if chosen is WORKSPACE:
            _refuse(of_another, "'--project' to '--nodes'")
            answers = workspace_questions.answers(common or [], shared, region, **of_a_workspace)
            made = template.file_of(answers)
        else:
            _refuse(of_a_workspace, "'--stack' and '--set'")
            made = other_programs.file_of(
                chosen, stack=stack, region=region, common=common or [], shared=shared, flags=settings or []
            )
        validate(chosen, made.settings, made.region, os.environ, common_text=read, text=made.text)
        file = _written(stacks / f"Pulumi.{made.stack}.yaml", made.text)
    print(f"Wrote {file}. Its first lines say what comes next.")


def _refuse(flags: Mapping[str, Any], own: str) -> None:
    given = [f"--{name.replace('_', '-')}" for name, value in flags.items() if value not in (None, [])]
    if given:
        raise ToolError(f"{', '.join(given)}: Expected an option of this program, which has {own}.")


def _written(file: Path, text: str) -> Path:
    try:
        with file.open("x") as made:
            made.write(text)
    except FileExistsError:
        raise ToolError(f"{file} is there already. Edit it, or choose another name.") from None
    except OSError as error:
        raise ToolError(f"{file} cannot be written: {error.strerror}. Run it in a checkout of your own.") from None
    return file


def _shared(program: Program[Any], common: list[str], read: ReadText) -> dict[str, Any]:
    found = loading.common_of(common, read, program)
    if found.problems:
        raise SettingsError(found.problems)
    return loading.said_by(found, program)
