"""`workspacectl recover`: the options. The work is in the modules beside this file."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from workspacectl.adopt.plan import Stack
from workspacectl.failures import as_sentences
from workspacectl.progress import progress
from workspacectl.project_folder import ProjectFolder
from workspacectl.pulumi_cli import Engine
from workspacectl.recover import recovery


def recover(
    *,
    stack: Annotated[str, typer.Option("--stack", "-s", help="Name of the stack, for example demo-dev.")],
    unlock: Annotated[
        bool,
        typer.Option(
            "--unlock",
            help="Take the stack's lock away, whoever has it. Default: only one of a process of this machine that is "
            "gone.",
        ),
    ] = False,
    folder: ProjectFolder,
) -> None:
    """After `pulumi up` was killed: take up what it had made, so that `up` or `destroy` can go on.

    Where nothing was killed it changes nothing.
    """
    with as_sentences(), progress() as say:
        lines = recovery.recover(Stack(Engine(folder.resolve(), dict(os.environ)), stack), unlock=unlock, say=say)
    print("\n".join(lines) if lines else "Nothing to recover.")
    if lines:
        print(f"Next: 'pulumi up -s {stack}' completes it, 'pulumi destroy -s {stack}' takes it away.")
