"""How a failure becomes a sentence: what can be foreseen ends in one line on standard error and exit code 1.

Owns: the base class of this tool's own failures, and their translation. Does not own the sentences: who raises writes
them. What nobody foresaw keeps its traceback, because it is a defect.
"""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import contextmanager

import pulumi
import typer

from project_workspace.remote.errors import RemoteError


class ToolError(Exception):
    """A failure that can be foreseen. The text is complete as it is: what, where, what to do; never a secret."""


@contextmanager
def as_sentences() -> Generator[None]:
    """Every failure that can be foreseen ends in its sentence and exit code 1."""
    try:
        yield
    except (ToolError, RemoteError, pulumi.RunError) as error:
        fail(str(error))


def fail(sentence: str) -> None:
    """Say why not, and end with exit code 1."""
    sys.stderr.write(f"error: {sentence}\n")
    raise typer.Exit(1)
