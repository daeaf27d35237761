"""The checklist in words: at a terminal, as JSON, and as the document that an implementation team is sent.

Owns: these forms. Does not own what is in them.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from html import escape as in_html
from importlib.metadata import version

from rich.console import Console
from rich.markup import escape

from workspacectl.preflight.answers import Detail, Line, Outcome

_COLOURS = {Outcome.OK: "green", Outcome.WARNING: "yellow", Outcome.FAILED: "red", Outcome.UNKNOWN: "magenta"}
COLUMNS = ("check", "outcome", "seen", "expected", "remedy")
OF_A_REPORT = ("check", "what was checked", *COLUMNS[1:])
"""Whoever is sent the document has not the table of checks beside it."""


@dataclass(frozen=True)
class About:
    """What a report is about."""

    stack: str
    program: str
    """The project's name in its Pulumi.yaml."""
    profile: str
    at: datetime

    @property
    def title(self) -> str:
        """Of the document."""
        return f"Preflight of {self.stack}"

    def facts(self, lines: Sequence[Line]) -> list[tuple[str, str]]:
        """What stands above the table, in pairs."""
        counts = Counter(line.answer.outcome for line in lines)
        return [
            ("stack", self.stack),
            ("program", f"{self.program} {version('project-workspace')}"),
            ("profile", self.profile),
            ("date", f"{self.at:%Y-%m-%d %H:%M} UTC"),
            ("result", ", ".join(f"{counts[outcome]} {outcome}" for outcome in Outcome if counts[outcome])),
        ]


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


def as_markdown(about: About, lines: Sequence[Line]) -> str:
    """A document: what it is about, one table, and the details of each line below it."""
    facts = [f"- {name}: {text}" for name, text in about.facts(lines)]
    head = [f"| {' | '.join(OF_A_REPORT)} |", "|---" * len(OF_A_REPORT) + "|"]
    rows = [f"| {' | '.join(_cell(text) for text in _told(line))} |" for line in lines]
    below = [part for line in lines for part in _below(line)]
    return "\n".join([f"# {about.title}", "", *facts, "", *head, *rows, "", *below])


def _below(line: Line) -> Iterator[str]:
    if line.answer.details:
        yield from (f"## {line.check}", "", line.about, "")
    for detail in line.answer.details:
        # Longer than any run of backticks in the text, so that nothing in it ends the block.
        fence = "`" * max([3, *(len(run) + 1 for run in re.findall("`+", detail.text))])
        yield from (f"{fence}console", f"$ {detail.command}", *detail.text.splitlines(), fence, "")


def as_html(about: About, lines: Sequence[Line]) -> str:
    """The same as a page of its own."""
    title, head = about.title, "".join(f"<th>{column}</th>" for column in OF_A_REPORT)
    facts = "".join(f"\n<li>{name}: {in_html(text)}</li>" for name, text in about.facts(lines))
    rows = "\n".join(f"<tr>{''.join(f'<td>{in_html(text)}</td>' for text in _told(line))}</tr>" for line in lines)
    below = "".join(_section(line) for line in lines if line.answer.details)
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{in_html(title)}</title></head>\n'
        f"<body><h1>{in_html(title)}</h1>\n<ul>{facts}\n</ul>\n<table>\n<tr>{head}</tr>\n{rows}\n</table>{below}</body></html>\n"
    )


def _section(line: Line) -> str:
    shown = "".join(f"\n<pre>{in_html(_console(detail))}</pre>" for detail in line.answer.details)
    return f"\n<h2>{in_html(line.check)}</h2>\n<p>{in_html(line.about)}</p>{shown}"


def _console(detail: Detail) -> str:
    return f"$ {detail.command}\n{detail.text}"


def _row(line: Line) -> tuple[str, ...]:
    answer = line.answer
    return line.check, str(answer.outcome), answer.seen, answer.expected, answer.remedy


def _told(line: Line) -> tuple[str, ...]:
    check, *rest = _row(line)
    return check, line.about, *rest


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
