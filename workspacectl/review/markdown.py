"""The comment: previews of one or several stacks as GitHub's Markdown, below its limit.

Owns: the words, their order and the cut. What is replaced or deleted and bears data or work comes first, with what is
taken away from a bucket, then the table, then what the policies said; the properties are folded, and are the first to
be left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from workspacectl.review import redaction
from workspacectl.review.events import Preview, Step
from workspacectl.review.risk import may_not_pass, violations, weighty

LIMIT = 64_000
"""Characters; GitHub refuses a comment of more than 65,536."""
COLUMNS = ("create", "update", "replace", "delete", "drift")
WORDS = {
    "Preview": ("may not be merged", "would change"),
    "Update": ("failed", "changed"),
    "Drift": ("failed", "would be changed back"),
}
"""By what was done: what is said where something may not pass, and what happens to the stacks otherwise."""
MOST_LISTED = 50
"""Lines of one list that are shown."""


def comment(previews: Sequence[Preview], *, marker: str, what: str = "Preview") -> str:
    """The comment. `marker` is how it is found again; `what` was done: `Preview`, `Update`, `Drift`.

    At most `LIMIT` characters: properties are left out from the longest stack on, and the comment says of which.
    """
    left_out: list[str] = []
    while True:
        body = "\n".join(_lines(previews, marker, what, left_out))
        if len(body) <= LIMIT:
            return body
        sizes = {each.stack: len("\n".join(_details(each))) for each in previews if each.stack not in left_out}
        longest = max(sizes, key=lambda stack: sizes[stack], default=None)
        if longest is None or not sizes[longest]:
            cut = "\n\n**Cut here.** The job's log has everything.\n"
            return body[: LIMIT - len(cut)] + cut
        left_out.append(longest)


def _lines(previews: Sequence[Preview], marker: str, what: str, left_out: Sequence[str]) -> Iterator[str]:
    yield marker
    yield f"## {what}: {_verdict(previews, *WORDS[what])}"
    yield ""
    yield from _first(previews)
    yield from _table(previews)
    for preview in previews:
        yield from _said(preview)
        if preview.stack not in left_out:
            yield from _details(preview)
    if left_out:
        yield f"**Cut:** the properties of {', '.join(left_out)} do not fit in a comment. The job's log has them."
        yield ""


def _verdict(previews: Sequence[Preview], stopped: str, happens: str) -> str:
    if may_not_pass(previews):
        return stopped
    changed = sum(1 for preview in previews if preview.steps)
    stacks = {0: "nothing", 1: "1 stack"}.get(changed, f"{changed} stacks")
    return f"{stacks} {happens}"


def _first(previews: Sequence[Preview]) -> Iterator[str]:
    found = [(preview, step, meaning) for preview in previews for step, meaning in weighty(preview)]
    if found:
        yield "> [!CAUTION]"
        yield "> **Look at these first:**"
        yield from _limited(
            f"> - {_code(preview.stack)}: **{step.action}** {_resource(step)}, {_plain(meaning)}"
            for preview, step, meaning in found
        )
        yield ""


def _table(previews: Sequence[Preview]) -> Iterator[str]:
    yield f"| stack | {' | '.join(COLUMNS)} | policies |"
    yield f"|---|{'---:|' * len(COLUMNS)}---|"
    for preview in previews:
        counts = [str(preview.count(column) or "") for column in COLUMNS]
        broken = violations(preview)
        mandatory = sum(1 for each in broken if each.level == "mandatory")
        said = f"❌ {mandatory} mandatory" if mandatory else f"⚠️ {len(broken)} advisory" if broken else "✅"
        yield f"| {_code(preview.stack)} | {' | '.join(counts)} | {'❌ failed' if preview.errors else said} |"
    yield ""


def _said(preview: Preview) -> Iterator[str]:
    broken = violations(preview)
    if preview.errors:
        yield f"### {_code(preview.stack)} failed"
        yield ""
        yield from _fenced("\n".join(preview.errors[:MOST_LISTED]), "text")
    if broken:
        yield f"### Policies on {_code(preview.stack)}"
        yield ""
        yield from _limited(
            f"- **{each.level}** {_code(each.policy)}"
            f"{f' on {_code(each.resource)}' if each.resource else ''}: {_plain(each.text)}"
            for each in broken
        )
        yield ""


def _details(preview: Preview) -> Iterator[str]:
    if not preview.steps:
        return
    count = "1 resource" if len(preview.steps) == 1 else f"{len(preview.steps)} resources"
    yield f"<details><summary>{preview.stack}: {count}, by property</summary>"
    yield ""
    yield from _fenced("\n".join(line for step in preview.steps for line in _step(step)), "diff")
    yield "</details>"
    yield ""


def _step(step: Step) -> Iterator[str]:
    sign = {"create": "+", "delete": "-"}.get(step.action, "!")
    yield f"{sign} {step.action} {step.type} {step.name}"
    for path, now, then in step.changes:
        yield f"-     {path}: {redaction.value(now, path)}"
        yield f"+     {path}: {redaction.value(then, path)}"


def _limited(lines: Iterator[str]) -> Iterator[str]:
    every = list(lines)
    yield from every[:MOST_LISTED]
    if len(every) > MOST_LISTED:
        yield f"{every[0][: every[0].index('-')]}- … and {len(every) - MOST_LISTED} more, in the job's log"


def _resource(step: Step) -> str:
    return _code(f"{step.type} {step.name}")


def _code(said: str) -> str:
    return f"`{redaction.text(said).replace('`', chr(39))}`"


def _plain(said: str) -> str:
    """On one line, and none of it read as Markdown, HTML or a person's name."""
    one_line = " ".join(redaction.text(said).split())
    return re.sub(r"([\\`*_{}\[\]<>#|~])", r"\\\1", one_line).replace("@", "@\u200b")


def _fenced(said: str, language: str) -> Iterator[str]:
    shown = redaction.text(said)
    longest = max((len(run) for run in re.findall(r"`+", shown)), default=0)
    fence = "`" * max(3, longest + 1)
    yield f"{fence}{language}"
    yield shown
    yield fence
    yield ""
