"""The commands of the adoption: `python -m adoption stack-file | preview | import`; `make adopt-...` calls them.

Owns: the options, and that every failure ends in a sentence. The work is in the modules beside this file.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from adoption import adopting, writing
from adoption.found import Question
from adoption.pulumi import Stack
from components.clients.errors import RemoteError
from components.loading import SettingsError
from local.engine import Engine, EngineError
from local.platform import CHECKOUT

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)

Folder = Annotated[Path, typer.Option(help="Folder of Pulumi.yaml.")]
StackName = Annotated[str, typer.Option(help="Name of the stack, for example demo-dev.")]


@contextmanager
def sentences() -> Generator[None]:
    """Every failure that can be foreseen ends in its sentence and exit code 1."""
    try:
        yield
    except (EngineError, RemoteError, SettingsError) as error:
        sys.stderr.write(f"error: {error}\n")
        raise typer.Exit(1) from None


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
    conductor_url: Annotated[str | None, typer.Option(help="AI Conductor's URL. Default: left out.")] = None,
    grafana_url: Annotated[
        str | None, typer.Option(help="Grafana's URL. Default: the dashboard stays unmanaged.")
    ] = None,
    grafana_folder: Annotated[str | None, typer.Option(help="Uid of the dashboard's folder.")] = None,
    region_alias: Annotated[str | None, typer.Option(help="Short name of the region in names.")] = None,
    folder: Folder = CHECKOUT,
) -> None:
    """Write the stack's file from what exists, and make the stack if it is not there. Changes nothing else."""
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
    )
    with sentences():
        file = writing.write(_stack(folder, f"{project}-{environment}"), question)
    print(f"Wrote {file}. Review it, then: make adopt-preview STACK={project}-{environment}")


@app.command()
def preview(stack: StackName, folder: Folder = CHECKOUT) -> None:
    """Show what an adoption would take over, and what differs. Changes nothing, the stack's state included."""
    with sentences():
        print("\n".join(adopting.preview(_stack(folder, stack))))


@app.command(name="import")
def import_(stack: StackName, folder: Folder = CHECKOUT) -> None:
    """Import what exists on AWS and in Kubernetes into the stack's state, protected. Changes nothing else."""
    with sentences():
        found = adopting.take(_stack(folder, stack))
    for (type_, _), id_ in sorted(found.items()):
        print(f"  adopted  {type_.rpartition(':')[2]:<40} {id_}")
    print(f"{len(found)} resources adopted." if found else "Nothing to adopt: all that exists is in the state already.")
    print(f"Next: 'pulumi preview --diff -s {stack}' shows what differs, 'pulumi up -s {stack}' changes it.")


if __name__ == "__main__":
    app()
