"""The same for a terminal: what a person reads who runs the preview at the desk.

Owns: the same facts in the same order as the comment (`markdown.py`), without a cut.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from workspacectl.review import redaction
from workspacectl.review.events import Preview
from workspacectl.review.markdown import COLUMNS
from workspacectl.review.risk import violations, weighty

_COLOURS = {"create": "green", "update": "yellow", "replace": "magenta", "delete": "red", "drift": "cyan"}


def show(console: Console, previews: Sequence[Preview]) -> None:
    """Print the previews."""
    for preview in previews:
        for step, meaning in weighty(preview):
            what = f"{step.type} {step.name}, {redaction.text(meaning)}"
            console.print(f"[bold red]{preview.stack}: {step.action}[/] {escape(what)}")
    table = Table("stack", *COLUMNS, "policies")
    for preview in previews:
        broken = violations(preview)
        said = "failed" if preview.errors else f"{len(broken)} broken" if broken else "kept"
        table.add_row(preview.stack, *(str(preview.count(column) or "") for column in COLUMNS), said)
    console.print(table)
    for preview in previews:
        _show_one(console, preview)


def _show_one(console: Console, preview: Preview) -> None:
    for error in preview.errors:
        console.print(f"[red]{preview.stack} failed:[/] {escape(redaction.text(error))}")
    for each in violations(preview):
        console.print(
            f"[bold]{each.level}[/] {each.policy} {escape(each.resource)}: {escape(redaction.text(each.text))}"
        )
    for step in preview.steps:
        console.print(f"[{_COLOURS[step.action]}]{step.action:<8}[/] {step.type} {escape(step.name)}")
        for path, now, then in step.changes:
            shown = f"{path}: {redaction.value(now, path)} -> {redaction.value(then, path)}"
            console.print(f"         {escape(shown)}")
