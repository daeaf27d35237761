"""The checklist in words: at a terminal, as JSON, and as the document that an implementation team is sent.

Owns: these forms. Does not own what is in them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape as in_html

from rich.console import Console
from rich.markup import escape

from workspacectl.preflight.answers import Line, Outcome

_COLOURS = {Outcome.OK: "green", Outcome.WARNING: "yellow", Outcome.FAILED: "red", Outcome.UNKNOWN: "magenta"}
COLUMNS = ("check", "outcome", "seen", "expected", "remedy")


def show(console: Console, lines: Sequence[Line]) -> None:
    """One line a check; what is not well with what was expected, and the way on."""
    for line in lines:
        answer = line.answer
        console.print(f"[{_COLOURS[answer.outcome]}]{answer.outcome:<15}[/] {line.check}: {escape(answer.seen)}")
        if answer.expected:
            console.print(f"{'':15} expected: {escape(answer.expected)}")
        if answer.remedy:
            console.print(f"{'':15} remedy:   {escape(answer.remedy)}")


def as_json(lines: Sequence[Line]) -> str:
    """A list of objects, for a machine."""
    return json.dumps(
        [{"about": line.about, **dict(zip(COLUMNS, _row(line), strict=True))} for line in lines], indent=1
    )


def as_markdown(title: str, lines: Sequence[Line]) -> str:
    """A document with one table."""
    rows = [f"| {' | '.join(_cell(text) for text in _row(line))} |" for line in lines]
    return "\n".join([f"# {title}", "", f"| {' | '.join(COLUMNS)} |", "|---" * len(COLUMNS) + "|", *rows, ""])


def as_html(title: str, lines: Sequence[Line]) -> str:
    """The same as a page of its own."""
    head = "".join(f"<th>{column}</th>" for column in COLUMNS)
    rows = "\n".join(f"<tr>{''.join(f'<td>{in_html(text)}</td>' for text in _row(line))}</tr>" for line in lines)
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{in_html(title)}</title></head>\n'
        f"<body><h1>{in_html(title)}</h1>\n<table>\n<tr>{head}</tr>\n{rows}\n</table></body></html>\n"
    )


def _row(line: Line) -> tuple[str, ...]:
    answer = line.answer
    return line.check, str(answer.outcome), answer.seen, answer.expected, answer.remedy


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
