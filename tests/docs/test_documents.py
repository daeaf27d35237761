"""What the documents name is there: links and their anchors, files, `make` targets and `workspacectl` command lines.

Owns: the repository's own pages. Does not own what the pages say: tables that can be compared with the code have tests
of their own (`tests/codegen`, `tests/policy`), and so have the pages of facts.
"""

from __future__ import annotations

import re
import shlex
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer

from local.checkout import CHECKOUT
from workspacectl.__main__ import app

NOT_YET = ("tests/engine/states/",)
"""Pages that are being written elsewhere; to be emptied when they are there."""

MOST_WORDS = 1000
"""Of the README: what a stranger reads before the first command."""

PAGES = sorted(
    path
    for path in CHECKOUT.rglob("*.md")
    if not any(part.startswith(".") or part.endswith(".egg-info") for part in path.relative_to(CHECKOUT).parts)
)
NAMES = [str(page.relative_to(CHECKOUT)) for page in PAGES]

FENCE = re.compile(r"^( *)```.*?\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
INDENTED = re.compile(r"(?:^ {4}.*\n)+", re.MULTILINE)
SPAN = re.compile(r"`([^`\n]+(?:\n[^`\n]+)?)`")
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)
TARGET = re.compile(r"(?<![\w-])make(?: -s)? ([a-z][\w-]*)")
FOLDERS = {path.name for path in CHECKOUT.iterdir() if path.is_dir() and not path.name.startswith(".")} | {".github"}
PLACEHOLDER = re.compile(r"[A-Z]{3,}|[{…*]|(?:^|[./])(?:demo|speech|vision)-\w+\.yaml")
"""A path with one of these stands for many, or for one of the reader's."""


def _fenced_and_rest(text: str) -> tuple[list[str], str]:
    """The blocks of code in fences, and the text without them."""
    return [found[2] for found in FENCE.finditer(text)], FENCE.sub("", text)


def blocks(text: str) -> list[str]:
    """Every block of code, fenced or indented."""
    fenced, rest = _fenced_and_rest(text)
    return [*fenced, *(found[0] for found in INDENTED.finditer(rest))]


def prose(text: str) -> str:
    """The text without blocks of code."""
    return INDENTED.sub("\n", _fenced_and_rest(text)[1])


def spans(text: str) -> list[str]:
    """Every piece of code within the prose."""
    return [" ".join(found.split()) for found in SPAN.findall(prose(text))]


@cache
def anchors(page: Path) -> frozenset[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    seen = Counter[str]()
    found: set[str] = set()
    for heading in HEADING.findall(_fenced_and_rest(page.read_text())[1]):
        text = re.sub(r"[^\w\- ]", "", LINK.sub(lambda link: link[0], heading).lower()).replace(" ", "-")
        found.add(f"{text}-{seen[text]}" if seen[text] else text)
        seen[text] += 1
    return frozenset(found)


def lines_of(block: str) -> Iterator[str]:
    """The commands of a block, continued lines joined."""
    yield from re.sub(r"\\\n\s*", " ", block).splitlines()


def command_lines(name: str) -> Iterator[list[str]]:
    """The arguments of every complete `workspacectl` command in a page's blocks."""
    for block in blocks((CHECKOUT / name).read_text()):
        for line in lines_of(block):
            words = shlex.split(line, comments=True) if "workspacectl " in line else []
            if words and words[0].rpartition("/")[2] == "workspacectl":
                yield words[1:]


@dataclass(frozen=True)
class Broken:
    """What a command line names that the tool does not have."""

    line: str
    word: str


def unknown_words(words: list[str]) -> Iterator[Broken]:
    """Subcommands and options that there are not."""
    command: Any = typer.main.get_command(app)
    rest = [word for word in words if word not in ("…", "...")]
    while rest and hasattr(command, "commands") and not rest[0].startswith("-"):
        if rest[0] not in command.commands:
            yield Broken(" ".join(words), rest[0])
            return
        command = command.commands[rest.pop(0)]
    known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
    given = {word.partition("=")[0] for word in rest if word.startswith("-")}
    yield from (Broken(" ".join(words), word) for word in sorted(given - known - {"--help"}))


def is_there(path: str, page: Path) -> bool:
    """Whether the path, relative to the checkout or to the page's folder, exists or is being written."""
    return path.startswith(NOT_YET) or any(any(base.glob(path.rstrip("/"))) for base in (CHECKOUT, page.parent))


def test_the_pages_are_found() -> None:
    assert {"README.md", "SECURITY.md", "docs/installing.md", "docs/decisions/README.md", "provider/README.md"} <= {
        *NAMES
    }


@pytest.mark.parametrize("name", NAMES)
def test_every_link_leads_to_a_page_and_a_heading_that_exist(name: str) -> None:
    page = CHECKOUT / name
    broken: list[str] = []
    for link in LINK.findall(SPAN.sub("", prose(page.read_text()))):
        place, _, anchor = link.partition("#")
        if "://" in link or link.startswith("mailto:"):
            continue
        there = (page.parent / place).resolve() if place else page
        path = str(there.relative_to(CHECKOUT))
        if path.startswith(NOT_YET):
            continue
        if not there.exists() or (anchor and anchor not in anchors(there)):
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("name", NAMES)
def test_every_path_that_a_page_names_exists(name: str) -> None:
    named = [word for span in spans((CHECKOUT / name).read_text()) for word in span.split()]
    paths = [word for word in named if word.partition("/")[0] in FOLDERS and "/" in word]
    assert [path for path in paths if not PLACEHOLDER.search(path) and not is_there(path, CHECKOUT / name)] == []


@pytest.mark.parametrize("name", NAMES)
def test_every_make_command_is_a_target_of_the_makefile(name: str) -> None:
    text = (CHECKOUT / name).read_text()
    targets = set(re.findall(r"^([a-z][\w-]*):", (CHECKOUT / "Makefile").read_text(), re.MULTILINE))
    assert {"local", "test", "lint"} <= targets
    code = [*(line for block in blocks(text) for line in lines_of(block)), *spans(text)]
    assert [target for line in code for target in TARGET.findall(line) if target not in targets] == []


@pytest.mark.parametrize("name", NAMES)
def test_every_workspacectl_command_is_one_of_the_tools(name: str) -> None:
    in_prose = [
        shlex.split(span)[1:]
        for span in spans((CHECKOUT / name).read_text())
        if re.match(r"(\S*/)?workspacectl ", span)
    ]
    assert [broken for words in [*command_lines(name), *in_prose] for broken in unknown_words(words)] == []


@pytest.mark.parametrize("name", [name for name in NAMES if [*command_lines(name)]])
def test_every_workspacectl_command_line_has_what_the_command_needs(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", "ap-northeast-2")  # what the pages export before
    command: Any = typer.main.get_command(app)
    for words in command_lines(name):
        found, rest = command, words
        while hasattr(found, "commands"):
            found, rest = found.commands[rest[0]], rest[1:]
        found.make_context("workspacectl", [*rest])  # raises what the command would say


def test_a_command_that_the_tool_does_not_have_would_be_found() -> None:
    assert [each.word for each in unknown_words(["new", "ARGS=--project demo", "--projekt", "demo"])] == ["--projekt"]
    assert [each.word for each in unknown_words(["review", "weigh"])] == ["weigh"]
    assert [*unknown_words(["review", "run", "--stack", "demo-dev", "--out", "folder"])] == []


def test_the_readme_is_short_enough_to_be_read() -> None:
    words = (CHECKOUT / "README.md").read_text().split()
    assert 500 < len(words) <= MOST_WORDS


def test_the_readmes_two_commands_are_make_local_and_make_test() -> None:
    commands = [
        line.split("#")[0].strip() for block in blocks((CHECKOUT / "README.md").read_text()) for line in lines_of(block)
    ]
    assert [line for line in commands if line.startswith("make ")] == ["make local", "make local-destroy", "make test"]
