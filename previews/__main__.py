"""`python -m previews stacks | run | show | comment | issue`: what a workflow, or a person, calls.

Owns: the options and exit codes. Does not own anything else. Exit codes: 0 done; 1 a sentence says why not; 3 (with
`--check`) a preview failed or breaks a mandatory rule.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from previews import events, markdown, recording, terminal, touched, weighing
from previews.github import GitHub, GitHubError

MAY_NOT_PASS = 3
CHECKOUT = Path(__file__).parent.parent
LOST = "It ended before it could be read. The job's log says why."
"""What is said of a stack whose preview has left nothing."""

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)

Folder = Annotated[Path, typer.Option("--from", help="Folder in which `run` has put a file STACK.json a stack.")]
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


@contextmanager
def sentences() -> Generator[None]:
    """Every failure that can be foreseen ends in its sentence and exit code 1."""
    try:
        yield
    except (events.UnreadableError, touched.UnreadableChangeError, recording.NoPulumiError, GitHubError) as error:
        sys.stderr.write(f"error: {error}\n")
        raise typer.Exit(1) from None


@app.command()
def stacks(
    *,
    base: Annotated[str | None, typer.Option(help="What to compare with, for example origin/main.")] = None,
    every: Annotated[bool, typer.Option("--all", help="All stacks.")] = False,
) -> None:
    """Print the stacks that differ from `--base`, or `--all`, as a JSON list for a matrix."""
    if every == (base is not None):
        sys.stderr.write("error: Expected either --base or --all, for example '--base origin/main'.\n")
        raise typer.Exit(1)
    with sentences():
        changed = touched.PROGRAM if base is None else touched.changed_since(CHECKOUT, base)
        found = touched.touched(CHECKOUT, changed)
    for stack in found.removed:
        sys.stderr.write(f"warning: the file of stack {stack} goes. Destroy the stack before this is merged.\n")
    print(json.dumps(found.preview))


@app.command()
def run(
    stack: Annotated[str, typer.Option(help="Name of the stack.")],
    out: Annotated[Path, typer.Option(help="Folder for STACK.json, with the events that a review needs.")],
    *,
    command: Annotated[str, typer.Option(help="`preview` or `up`.")] = "preview",
    refresh: Annotated[bool, typer.Option("--refresh", help="Look at what is there first: shows drift.")] = False,
    folder: Annotated[Path, typer.Option(help="Folder of Pulumi.yaml.")] = CHECKOUT,
    policies: Annotated[Path, typer.Option(help="The policy pack.")] = CHECKOUT / "policy",
) -> None:
    """Run `pulumi preview` or `pulumi up` with the policy pack; ends with its exit code."""
    options = [*(["--yes", "--skip-preview"] if command == "up" else []), *(["--refresh"] if refresh else [])]
    arguments = [command, "--stack", stack, "--policy-pack", str(policies.resolve()), *options]
    with sentences():
        code = recording.record(arguments, folder, out / f"{stack}.json")
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
    """Print the comment, or keep it up to date in a pull request."""
    found = _read(source, expect)
    marker = f"<!-- project-workspace: {what.lower()} -->"
    body = markdown.comment(found, marker=marker, what=what)
    with sentences():
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
    """Keep one open issue while any of the previews shows something; close it when none does."""
    found = _read(source, expect)
    marker = "<!-- project-workspace: drift -->"
    differs = any(preview.steps or preview.errors for preview in found)
    body = markdown.comment(found, marker=marker, what=Done.DRIFT) if differs else None
    with sentences():
        print(_github().keep_issue(label, marker, title, body) or "Nothing differs.")


def _read(folder: Path, expect: str | None) -> list[events.Preview]:
    files = {file.stem: file for file in folder.glob("*.json")}
    names = sorted(files) if expect is None else sorted(json.loads(expect))
    with sentences():
        return [
            events.read(files[name].read_text(), name) if name in files else events.Preview(name, errors=[LOST])
            for name in names
        ]


def _end(found: list[events.Preview], *, check: bool) -> None:
    if check and weighing.may_not_pass(found):
        raise typer.Exit(MAY_NOT_PASS)


def _github() -> GitHub:
    given = {name: os.environ.get(name, "") for name in ("GITHUB_REPOSITORY", "GITHUB_TOKEN")}
    absent = [name for name, value in given.items() if not value]
    if absent:
        raise GitHubError(f"Expected {' and '.join(absent)} in the environment, for example 'owner/name' and a token.")
    api = os.environ.get("GITHUB_API_URL", "https://api.github.com")
    return GitHub(api, given["GITHUB_REPOSITORY"], given["GITHUB_TOKEN"])


if __name__ == "__main__":
    app()
