"""`workspacectl review stacks | run | show | comment | issue`: what a workflow, or a person, calls.

Owns: the options and exit codes. Exit codes: 0 done; 1 a sentence says why not; 3 (with
`--check`) a preview failed or breaks a mandatory rule.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from project_workspace.config import stack_file
from workspacectl.failures import as_sentences, fail
from workspacectl.project_folder import ProjectFolder, checkout_of
from workspacectl.review import affected_stacks, events, markdown, recording, risk, terminal
from workspacectl.review.affected_stacks import Stack
from workspacectl.review.github import GitHub, GitHubError

MAY_NOT_PASS = 3
LOST = "It ended before it could be read. The job's log says why."
"""What is said of a stack whose preview has left nothing."""

app = typer.Typer(no_args_is_help=True, help="What a change does to which stacks, for those who review it.")

Folder = Annotated[
    Path, typer.Option("--from", help="Folder in which `run` has put a file PROGRAM/STACK.json a stack.")
]
Expect = Annotated[
    str | None,
    typer.Option(help="The stacks as `stacks` printed them; without its file one has failed. Default: the files."),
]
Check = Annotated[bool, typer.Option("--check", help="End with code 3 when something may not pass.")]


class Done(StrEnum):
    """What was done."""

    PREVIEW = "Preview"
    UPDATE = "Update"
    DRIFT = "Drift"


@app.command()
def stacks(
    *,
    base: Annotated[str | None, typer.Option(help="What to compare with, for example origin/main.")] = None,
    every: Annotated[bool, typer.Option("--all", help="All stacks.")] = False,
    folder: ProjectFolder,
) -> None:
    """Print the stacks that differ from `--base`, or `--all`, of the checkout's programs, as JSON for a matrix."""
    if every == (base is not None):
        fail("Expected either --base or --all, for example '--base origin/main'.")
    with as_sentences():
        checkout = checkout_of(folder)
        changed = affected_stacks.SHARED if base is None else affected_stacks.changed_since(checkout, base)
        found = affected_stacks.touched(checkout, changed)
    for stack in found.removed:
        sys.stderr.write(f"warning: the file of stack {stack.name} goes. Destroy the stack before this is merged.\n")
    print(json.dumps([asdict(stack) for stack in found.preview]))


@app.command()
def run(
    stack: Annotated[str, typer.Option(help="Name of the stack.")],
    out: Annotated[Path, typer.Option(help="Folder for PROGRAM/STACK.json, with the events that a review needs.")],
    *,
    command: Annotated[str, typer.Option(help="`preview` or `up`.")] = "preview",
    refresh: Annotated[bool, typer.Option("--refresh", help="Look at what is there first: shows drift.")] = False,
    folder: ProjectFolder,
    policies: Annotated[Path | None, typer.Option(help="The policy pack. Default: the checkout's `policy`.")] = None,
) -> None:
    """Run `pulumi preview` or `pulumi up` with the policy pack; ends with its exit code."""
    options = [*(["--yes", "--skip-preview"] if command == "up" else []), *(["--refresh"] if refresh else [])]
    pack = (policies or checkout_of(folder) / "policy").resolve()
    arguments = [command, "--stack", stack, "--policy-pack", str(pack), *options]
    with as_sentences():
        file = out / stack_file.project_name(folder) / f"{stack.rsplit('/', 1)[-1]}.json"
        code = recording.record(arguments, folder, file)
    raise typer.Exit(code)


@app.command()
def show(source: Folder, *, expect: Expect = None, check: Check = False) -> None:
    """Print previews to the terminal."""
    found = _read(source, expect)
    terminal.show(Console(soft_wrap=True), found)
    _end(found, check=check)


@app.command()
def comment(
    source: Folder,
    *,
    expect: Expect = None,
    what: Annotated[Done, typer.Option(help="What was done.")] = Done.PREVIEW,
    pull_request: Annotated[int | None, typer.Option(help="Keep the comment there. Default: print it.")] = None,
    check: Check = False,
) -> None:
    """Print the comment, or keep it up to date in a pull request.

    A pull request needs GITHUB_REPOSITORY and GITHUB_TOKEN, and elsewhere than at github.com GITHUB_API_URL.
    """
    found = _read(source, expect)
    marker = f"<!-- project-workspace: {what.lower()} -->"
    body = markdown.comment(found, marker=marker, what=what)
    with as_sentences():
        print(body if pull_request is None else _github().keep_comment(pull_request, marker, body))
    _end(found, check=check)


@app.command()
def issue(
    source: Folder,
    *,
    expect: Expect = None,
    title: Annotated[str, typer.Option(help="Title of the issue.")] = "Drift: stacks differ from what is there",
    label: Annotated[str, typer.Option(help="Label by which it is found.")] = "drift",
) -> None:
    """Keep one open issue while any of the previews shows something; close it when none does.

    It needs GITHUB_REPOSITORY and GITHUB_TOKEN, and elsewhere than at github.com GITHUB_API_URL.
    """
    found = _read(source, expect)
    marker = "<!-- project-workspace: drift -->"
    differs = any(preview.steps or preview.errors for preview in found)
    body = markdown.comment(found, marker=marker, what=Done.DRIFT) if differs else None
    with as_sentences():
        print(_github().keep_issue(label, marker, title, body) or "Nothing differs.")


def _read(folder: Path, expect: str | None) -> list[events.Preview]:
    files = {f"{file.parent.name}/{file.stem}": file for file in folder.glob("*/*.json")}
    names = files if expect is None else [Stack(**each).name for each in json.loads(expect)]
    with as_sentences():
        return [
            events.read(files[name].read_text(), name) if name in files else events.Preview(name, errors=[LOST])
            for name in sorted(names)
        ]


def _end(found: list[events.Preview], *, check: bool) -> None:
    if check and risk.may_not_pass(found):
        raise typer.Exit(MAY_NOT_PASS)


def _github() -> GitHub:
    given = {name: os.environ.get(name, "") for name in ("GITHUB_REPOSITORY", "GITHUB_TOKEN")}
    absent = [name for name, value in given.items() if not value]
    if absent:
        raise GitHubError(f"Expected {' and '.join(absent)} in the environment, for example 'owner/name' and a token.")
    api = os.environ.get("GITHUB_API_URL", "https://api.github.com")
    return GitHub(api, given["GITHUB_REPOSITORY"], given["GITHUB_TOKEN"])
