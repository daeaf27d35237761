"""The checklist in words: at a terminal, as JSON, and as the document that an implementation team is sent.

Owns: these forms. Does not own what is in them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from html import escape as in_html

from rich.console import Console
from rich.markup import escape

from workspacectl.preflight.answers import Detail, Line, Outcome

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
    return json.dumps([_object(line) for line in lines], indent=1)


def _object(line: Line) -> dict[str, object]:
    details = [asdict(detail) for detail in line.answer.details]
    row = dict(zip(COLUMNS, _row(line), strict=True))
    return {"about": line.about, **row, **({"details": details} if details else {})}


def as_markdown(title: str, lines: Sequence[Line]) -> str:
    """A document with one table, and the details of each line below it."""
    rows = [f"| {' | '.join(_cell(text) for text in _row(line))} |" for line in lines]
    below = [part for line in lines for part in _below(line)]
    return "\n".join([f"# {title}", "", f"| {' | '.join(COLUMNS)} |", "|---" * len(COLUMNS) + "|", *rows, "", *below])


def _below(line: Line) -> Iterator[str]:
    if line.answer.details:
        yield from (f"## {line.check}", "", line.about, "")
    for detail in line.answer.details:
        # Longer than any run of backticks in the text, so that nothing in it ends the block.
        fence = "`" * max([3, *(len(run) + 1 for run in re.findall("`+", detail.text))])
        yield from (f"{fence}console", f"$ {detail.command}", *detail.text.splitlines(), fence, "")


def as_html(title: str, lines: Sequence[Line]) -> str:
    """The same as a page of its own."""
    head = "".join(f"<th>{column}</th>" for column in COLUMNS)
    rows = "\n".join(f"<tr>{''.join(f'<td>{in_html(text)}</td>' for text in _row(line))}</tr>" for line in lines)
    below = "".join(_section(line) for line in lines if line.answer.details)
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{in_html(title)}</title></head>\n'
        f"<body><h1>{in_html(title)}</h1>\n<table>\n<tr>{head}</tr>\n{rows}\n</table>{below}</body></html>\n"
    )


def _section(line: Line) -> str:
    shown = "".join(f"\n<pre>{in_html(_console(detail))}</pre>" for detail in line.answer.details)
    return f"\n<h2>{in_html(line.check)}</h2>\n<p>{in_html(line.about)}</p>{shown}"


def _console(detail: Detail) -> str:
    return f"$ {detail.command}\n{detail.text}"


def _row(line: Line) -> tuple[str, ...]:
    answer = line.answer
    return line.check, str(answer.outcome), answer.seen, answer.expected, answer.remedy


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
