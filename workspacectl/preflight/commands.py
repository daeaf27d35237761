"""`workspacectl preflight`: the options. The work is in the modules beside this file."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Optional

import typer
from rich.console import Console

from workspacectl.failures import ToolError, as_sentences
from workspacectl.preflight import reports
from workspacectl.preflight.answers import exit_code
from workspacectl.preflight.profiles import PROFILES, choose
from workspacectl.preflight.sites import site_of
from workspacectl.progress import progress
from workspacectl.project_folder import ProjectFolder, program_in
from workspacectl.pulumi_cli import Engine

FORMS = {".md": reports.as_markdown, ".html": reports.as_html}


def preflight(
    *,
    stack: Annotated[str, typer.Option("--stack", "-s", help="Name of the stack, for example demo-dev.")],
    profile: Annotated[
        Optional[str], typer.Option(help=f"Which checks: {', '.join(PROFILES)}. Default: those of the program.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    report: Annotated[
        Optional[Path], typer.Option(help="Write the checklist to this file too, as its ending says: .md or .html.")
    ] = None,
    folder: ProjectFolder,
) -> None:
    """Look whether everything is there that the stack's `up` will need. Reads only.

    Exit code 0: nothing failed; 1: something did; 2: nothing did, but something could not be checked.
    """
    from workspacectl.preflight import running  # all checks, which nobody else who calls this program waits for

    with as_sentences(), progress() as say:
        _require_known(report)
        program = program_in(folder).namespace
        name, chosen = choose(profile, program)
        say("Reading the stack's settings")
        lines = running.run(site_of(Engine(folder.resolve(), dict(os.environ)), stack), chosen, say)
    if report:
        about = reports.About(stack, program, name, now())
        report.write_text(FORMS[report.suffix](about, lines), encoding="utf-8")
    if as_json:
        print(reports.as_json(lines))
    else:
        reports.show(Console(highlight=False, soft_wrap=True), lines)
    raise typer.Exit(exit_code(lines))


def now() -> datetime:
    """As a report has it."""
    return datetime.now(UTC)


def _require_known(report: Path | None) -> None:
    if report and report.suffix not in FORMS:
        raise ToolError(f"--report: Expected a file that ends in {' or '.join(FORMS)}, for example 'preflight.md'.")
