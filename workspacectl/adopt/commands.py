"""`workspacectl adopt stack-file | preview | import`: the options. The work is in the modules beside this file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from workspacectl.adopt import adoption, write_stack_file
from workspacectl.adopt.discovery import Question
from workspacectl.adopt.plan import Stack
from workspacectl.failures import as_sentences
from workspacectl.progress import progress
from workspacectl.project_folder import ProjectFolder
from workspacectl.pulumi_cli import Engine

app = typer.Typer(no_args_is_help=True, help="Take over a workspace that was made by hand, without an interruption.")

StackName = Annotated[str, typer.Option(help="Name of the stack, for example demo-dev.")]


def _stack(folder: Path, name: str) -> Stack:
    return Stack(Engine(folder.resolve(), dict(os.environ)), name)


@app.command(name="stack-file")
def stack_file(
    *,
    project: Annotated[str, typer.Option(help="Name of the project, for example demo.")],
    environment: Annotated[str, typer.Option(help="Deployment environment, for example dev.")],
    infra: Annotated[str, typer.Option(help="Name of the installation, for example meerkat.")],
    region: Annotated[str, typer.Option(envvar="AWS_REGION", help="AWS region.")],
    cluster: Annotated[
        str | None, typer.Option(help="EKS cluster of the node groups. Default: no node groups.")
    ] = None,
    conductor_url: Annotated[
        str | None,
        typer.Option(help="AI Conductor's URL; needs AIC_ADMIN_USER and AIC_ADMIN_PASSWD. Default: left out."),
    ] = None,
    grafana_url: Annotated[
        str | None, typer.Option(help="Grafana's URL. Default: the dashboard stays unmanaged.")
    ] = None,
    grafana_folder: Annotated[str | None, typer.Option(help="Uid of the dashboard's folder.")] = None,
    region_alias: Annotated[str | None, typer.Option(help="Short name of the region in names.")] = None,
    dex_namespace: Annotated[
        str | None, typer.Option(help="Namespace of dex. Default: with none of these four dex is looked for.")
    ] = None,
    dex_config_map: Annotated[str | None, typer.Option(help="ConfigMap with dex's configuration.")] = None,
    dex_key: Annotated[str | None, typer.Option(help="Key of that ConfigMap.")] = None,
    dex_deployment: Annotated[
        str | None, typer.Option(help="dex's Deployment. Default: the one that mounts it.")
    ] = None,
    folder: ProjectFolder,
) -> None:
    """Write the stack's file from what exists, and make the stack if it is not there. Changes nothing else.

    It looks with the AWS credentials of the environment, and in the cluster of KUBECONFIG.
    """
    dex = {"namespace": dex_namespace, "config_map": dex_config_map, "key": dex_key, "deployment": dex_deployment}
    question = Question(
        project=project,
        environment=environment,
        infra=infra,
        region=region,
        region_alias=region_alias,
        cluster=cluster,
        grafana_url=grafana_url,
        grafana_folder=grafana_folder,
        conductor_url=conductor_url,
        dex={option: value for option, value in dex.items() if value is not None},
    )
    with as_sentences(), progress() as say:
        file = write_stack_file.write(_stack(folder, f"{project}-{environment}"), question, say)
    print(f"Wrote {file}. Review it, then: workspacectl adopt preview --stack {project}-{environment}")


@app.command()
def preview(stack: StackName, folder: ProjectFolder) -> None:
    """Show what an adoption would take over, and what differs. Changes nothing, the stack's state included."""
    with as_sentences(), progress() as say:
        lines = adoption.preview(_stack(folder, stack), say)
    print("\n".join(lines))


@app.command(name="import")
def import_(stack: StackName, folder: ProjectFolder) -> None:
    """Import what exists on AWS and in Kubernetes into the stack's state, protected. Changes nothing else."""
    with as_sentences(), progress() as say:
        found = adoption.take(_stack(folder, stack), say)
    for (type_, _), id_ in sorted(found.items()):
        print(f"  adopted  {type_.rpartition(':')[2]:<40} {id_}")
    print(f"{len(found)} resources adopted." if found else "Nothing to adopt: all that exists is in the state already.")
    print(f"Next: 'pulumi preview --diff -s {stack}' shows what differs, 'pulumi up -s {stack}' changes it.")
