"""What a command is doing while it takes long: one moving line on standard error.

Owns: when and how it is shown. Does not own the words. Nothing is shown where standard error is no terminal: a job's
log and a pipe get what the command says in the end, and nothing else.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape

Say = Callable[[str], None]
"""Takes what is being done now, in a few words; it replaces what was said before."""


def silent(_doing: str) -> None:
    """For a caller without a terminal."""


@contextmanager
def progress() -> Generator[Say]:
    """Show what is said until the block ends; then the line is gone, before a result or an error is written."""
    if not sys.stderr.isatty():
        yield silent
        return
    with Console(stderr=True).status("Starting") as line:
        yield lambda doing: line.update(escape(doing))
