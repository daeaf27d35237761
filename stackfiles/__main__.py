"""`python -m stackfiles new`: a new stack's file from flags, or from answers where a flag is missing.

Owns: the options and the questions. `make new-stack` calls it.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from components.loading import SettingsError
from stackfiles.checking import validate
from stackfiles.template import Answers, text_of

CHECKOUT = Path(__file__).parent.parent
NODES = re.compile(r"(?P<spec>[^=]+)=(?P<instance_type>[^:]+):(?P<max>\d+)")

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)


@app.callback()
def main() -> None:
    """Stack files."""


@app.command()
def new(
    *,
    project: Annotated[str, typer.Option(prompt="Project, for example demo", help="Name of the project.")],
    environment: Annotated[str, typer.Option(prompt="Environment, for example dev", help="dev, staging, prod, ...")],
    infra: Annotated[str, typer.Option(prompt="Installation, for example meerkat", help="Name of the installation.")],
    region: Annotated[str, typer.Option(prompt="AWS region", envvar="AWS_REGION", help="AWS region.")],
    cluster: Annotated[
        str, typer.Option(prompt="EKS cluster (empty: no nodes)", help="Empty: no nodes.", show_default=False)
    ] = "",
    conductor_url: Annotated[
        str, typer.Option(prompt="AI Conductor's URL (empty: without)", help="Empty: without.", show_default=False)
    ] = "",
    grafana_url: Annotated[
        str, typer.Option(prompt="Grafana's URL (empty: without)", help="Empty: without.", show_default=False)
    ] = "",
    grafana_folder: Annotated[str | None, typer.Option(help="Uid of the dashboard's folder.")] = None,
    nodes: Annotated[
        list[str] | None,
        typer.Option(help="SPEC=TYPE:MAX, again and again. Default with a cluster: standard=m5.xlarge:3."),
    ] = None,
    folder: Annotated[Path, typer.Option(help="Folder of the stack files.")] = CHECKOUT / "stacks",
) -> None:
    """Write the file of a new stack; nothing is written over."""
    try:
        answers = Answers(
            project=project,
            environment=environment,
            infra=infra,
            region=region,
            cluster=cluster or None,
            node_groups=[_group(each) for each in nodes or ["standard=m5.xlarge:3"]] if cluster else [],
            conductor_url=conductor_url or None,
            grafana_url=grafana_url or None,
            grafana_folder=grafana_folder,
        )
        validate(answers.settings(), region, os.environ)
        file = folder / f"Pulumi.{answers.stack}.yaml"
        with file.open("x") as made:
            made.write(text_of(answers))
    except FileExistsError as error:
        _fail(f"{error.filename} is there already. Edit it, or choose another project or environment.")
    except (SettingsError, ValueError) as error:
        _fail(str(error))
    else:
        print(f"Wrote {file}. Its first lines say what comes next.")


def _group(text: str) -> dict[str, Any]:
    found = NODES.fullmatch(text)
    if found is None:
        raise ValueError(f"nodes: Expected SPEC=TYPE:MAX, for example 'gpu=g5.xlarge:2', not '{text}'.")
    return {"spec": found["spec"], "instanceType": found["instance_type"], "max": int(found["max"])}


def _fail(sentence: str) -> None:
    sys.stderr.write(f"error: {sentence}\n")
    raise typer.Exit(1)


if __name__ == "__main__":
    app()
