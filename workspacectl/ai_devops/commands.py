"""`workspacectl ai-devops config | uninstall`: the options. The work is in the modules beside this file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Optional

import typer

from project_workspace.config import stack_file
from project_workspace.config.ai_devops_program import AI_DEVOPS
from workspacectl.ai_devops import config_file, manifests
from workspacectl.ai_devops.uninstall import Wish, own_cluster
from workspacectl.ai_devops.uninstall import uninstall as uninstall_
from workspacectl.failures import ToolError, as_sentences
from workspacectl.preflight.sites import AiDevopsSite, site_of
from workspacectl.progress import progress
from workspacectl.project_folder import ProjectFolder
from workspacectl.pulumi_cli import Engine

app = typer.Typer(no_args_is_help=True, help="Beside the program ai-devops: the installer's file, and an uninstall.")

StackName = Annotated[str, typer.Option("--stack", "-s", help="Name of the stack, for example aidevops-dev.")]


def _site(folder: Path, stack: str) -> AiDevopsSite:
    site = site_of(Engine(folder.resolve(), dict(os.environ)), stack) if _is_ours(folder) else None
    if not isinstance(site, AiDevopsSite):
        raise ToolError("--folder: Expected the folder of the program ai-devops, for example 'programs/ai-devops'.")
    return site


def _is_ours(folder: Path) -> bool:
    return stack_file.project_name(folder) == AI_DEVOPS.namespace


@app.command()
def config(
    *,
    stack: StackName,
    to: Annotated[
        Optional[Path], typer.Option(help="File to write. Default: ai-devops.config in the stack's 'manifests'.")
    ] = None,
    folder: ProjectFolder,
) -> None:
    """Write ai-devops.config for the installer's script, readable for its owner alone: it holds a secret."""
    with as_sentences(), progress() as say:
        say("Reading the stack's output")
        file = config_file.write(_site(folder, stack), stack, to)
    print(f"Wrote {file}.")


@app.command()
def uninstall(
    *,
    stack: StackName,
    folder_of_manifests: Annotated[
        Optional[Path],
        typer.Option("--manifests", help="Folder of the installer's manifests. Default: the stack's 'manifests'."),
    ] = None,
    delete_data: Annotated[
        bool, typer.Option("--delete-data", help="Delete what people have made too. Default: it is refused.")
    ] = False,
    yes: Annotated[
        bool, typer.Option("--yes", help="Delete. Default: show what would go, and change nothing.")
    ] = False,
    wait: Annotated[float, typer.Option(min=1, help="Seconds that each step may take.")] = 600,
    folder: ProjectFolder,
) -> None:
    """Take away what the installer has installed, in an order in which nothing hangs.

    May be run again after it was stopped or failed: it goes on with what is left.
    """
    with as_sentences(), progress() as say:
        site = _site(folder, stack)
        named = manifests.read(_existing(folder_of_manifests or site.manifests))
        lines = uninstall_(own_cluster(site), named, Wish(wait, delete_data, carry_out=yes), say)
    print("\n".join(lines))


def _existing(folder: Path | None) -> Path:
    if folder is None or not folder.is_dir():
        raise ToolError("--manifests: Expected the folder of the installer's manifests, for example 'manifest'.")
    return folder
