"""`workspacectl new`: a new stack's file from flags, or from answers where a flag is missing.

Owns: the options and the questions.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from project_workspace.config import loading, stack_file
from project_workspace.config.common_files import ReadText
from project_workspace.config.loading import SettingsError
from project_workspace.config.workspace_program import WORKSPACE
from workspacectl.failures import ToolError, as_sentences
from workspacectl.new.checking import validate
from workspacectl.new.template import Answers, text_of
from workspacectl.project_folder import ProjectFolder

NODES = re.compile(r"(?P<spec>[^=]+)=(?P<instance_type>[^:]+):(?P<max>\d+)")


def new(
    *,
    common: Annotated[
        list[str] | None,
        typer.Option(help="A file of stacks/common/, again and again; what it says is neither asked nor written."),
    ] = None,
    project: Annotated[str | None, typer.Option(help="Name of the project.")] = None,
    environment: Annotated[str | None, typer.Option(help="dev, staging, prod, ...")] = None,
    infra: Annotated[str | None, typer.Option(help="Name of the installation.")] = None,
    region: Annotated[str | None, typer.Option(envvar="AWS_REGION", help="AWS region.")] = None,
    cluster: Annotated[str | None, typer.Option(help="EKS cluster; empty: no nodes.")] = None,
    conductor_url: Annotated[str | None, typer.Option(help="AI Conductor's URL; empty: without.")] = None,
    grafana_url: Annotated[str | None, typer.Option(help="Grafana's URL; empty: without.")] = None,
    grafana_folder: Annotated[str | None, typer.Option(help="Uid of the dashboard's folder.")] = None,
    nodes: Annotated[
        list[str] | None,
        typer.Option(help="SPEC=TYPE:MAX, again and again. Default with a cluster: standard=m5.xlarge:3."),
    ] = None,
    folder: ProjectFolder,
) -> None:
    """Write the file of a new stack; what is not said is asked, and nothing is written over."""
    with as_sentences():
        stacks = stack_file.folder_of(folder)
        read = partial(stack_file.common_text_in, stacks)
        shared = _shared(common or [], read)
        ask = partial(_asked, shared)
        answers = Answers(
            common=common or [],
            shared=shared,
            project=ask("project", project, "Project, for example demo"),
            environment=ask("environment", environment, "Environment, for example dev"),
            infra=ask("infra", infra, "Installation, for example meerkat"),
            region=region or typer.prompt("AWS region"),
            cluster=(on := ask("cluster", cluster, "EKS cluster (empty: no nodes)", "")),
            node_groups=[_group(each) for each in nodes or _default_nodes(shared, cluster=on)],
            conductor_url=ask("conductor.url", conductor_url, "AI Conductor's URL (empty: without)", ""),
            grafana_url=ask("grafana.url", grafana_url, "Grafana's URL (empty: without)", ""),
            grafana_folder=grafana_folder,
        )
        validate(answers.settings(), answers.region, os.environ, read)
        file = _written(stacks / f"Pulumi.{answers.stack}.yaml", text_of(answers))
    print(f"Wrote {file}. Its first lines say what comes next.")


def _written(file: Path, text: str) -> Path:
    try:
        with file.open("x") as made:
            made.write(text)
    except FileExistsError:
        raise ToolError(f"{file} is there already. Edit it, or choose another project or environment.") from None
    except OSError as error:
        raise ToolError(f"{file} cannot be written: {error.strerror}. Run it in a checkout of your own.") from None
    return file


def _shared(common: list[str], read: ReadText) -> dict[str, Any]:
    found = loading.common_of(common, read, WORKSPACE)
    if found.problems:
        raise SettingsError(found.problems)
    return loading.said_by(found, WORKSPACE)


def _default_nodes(shared: Mapping[str, Any], *, cluster: str) -> list[str]:
    return ["standard=m5.xlarge:3"] if cluster and not shared.get("nodeGroups") else []


def _asked(shared: Mapping[str, Any], path: str, given: str | None, question: str, default: str | None = None) -> str:
    """The value of a flag, else of the common files, else of the person at the terminal."""
    if given is not None:
        return given
    section, _, key = path.partition(".")
    known = shared.get(section)
    known = known.get(key) if key and isinstance(known, dict) else known
    return str(known) if known else typer.prompt(question, default=default, show_default=False)


def _group(text: str) -> dict[str, Any]:
    found = NODES.fullmatch(text)
    if found is None:
        raise ToolError(f"nodes: Expected SPEC=TYPE:MAX, for example 'gpu=g5.xlarge:2', not '{text}'.")
    return {"spec": found["spec"], "instanceType": found["instance_type"], "max": int(found["max"])}
