"""What the code rests on is in docs/facts: references lead to pages and sections that exist, each with its source."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from local.checkout import CHECKOUT

PAGES = CHECKOUT / "docs" / "facts"

WORD = "facts"
"""Apart, so that no sample below reads as a reference of this file."""
LINE_END = re.compile(r"\s*\n\s*(?:#+|//|>)?\s*")
SECTION = r"(?:\"[^\"]+\"|'[^']+')"
REFERENCE = re.compile(
    rf"(?<![\w-])(?:[\w.-]+/)*{WORD}/[\w./-]*(?P<named>\)?(?:, {SECTION}(?:(?:,|,? and) {SECTION})*)?)"
)
TITLE = re.compile(r"[\"']([^\"']+)[\"']")
DATE = re.compile(r"\b(?:Checked|Tried|tried) 20\d\d-(?:0[1-9]|1[0-2])\b")
PUBLIC = re.compile(r"https://[\w.-]+\.\w+")
ELSEWHERE = re.compile(rf"\bdesign[.]md\b|\bseeds/\d|\b{WORD}\b[^.;:()\"]{{0,30}}, sections? \d", re.IGNORECASE)
"""Documents that the repository does not hold."""


def texts() -> Iterator[tuple[Path, str]]:
    """Every text file of the repository, each in one line, without the leaders of comments."""
    command = ("git", "ls-files", "--cached", "--others", "--exclude-standard", "-z")
    listed = subprocess.run(command, cwd=CHECKOUT, check=True, capture_output=True, text=True).stdout
    for path in (CHECKOUT / name for name in listed.split("\0")):
        if path.is_file():
            try:
                yield path, LINE_END.sub(" ", path.read_text("utf-8"))
            except UnicodeDecodeError:
                continue


def sections(text: str) -> dict[str, str]:
    """The sections of a page by their headings."""
    parts = re.split(r"^## (.+)\n", text, flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


@cache
def headings(page: Path) -> frozenset[str]:
    return frozenset(sections(page.read_text()))


def references(path: Path, text: str) -> Iterator[tuple[str, str | None]]:
    """Every reference to a page of facts in a file, and what is wrong with it."""
    for match in REFERENCE.finditer(text):
        place = match[0].removesuffix(match["named"]).rstrip(".")
        places = [(folder / place).resolve() for folder in (CHECKOUT, path.parent)]
        pages = [page for page in places if page.is_relative_to(PAGES)]
        if not any(page.exists() for page in pages):
            yield match[0], "names no page of docs/facts"
        elif unknown := [title for title in TITLE.findall(match["named"]) if title not in headings(pages[0])]:
            yield match[0], f"names no section: {', '.join(unknown)}"
        else:
            yield match[0], None


def test_every_reference_to_facts_leads_to_a_page_and_section_that_exist() -> None:
    found = [(path, *reference) for path, text in texts() for reference in references(path, text)]
    assert len(found) > len(list(PAGES.glob("*.md")))
    assert [f"{path.relative_to(CHECKOUT)}: {place} {wrong}" for path, place, wrong in found if wrong] == []


def test_nothing_refers_to_a_document_that_is_not_in_the_repository() -> None:
    found = [(path, match[0]) for path, text in texts() for match in ELSEWHERE.finditer(text)]
    assert [f"{path.relative_to(CHECKOUT)}: {place}" for path, place in found] == []


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        (f"dex is so (docs/{WORD}/dex.md).", []),
        (f'so it is (docs/{WORD}/dex.md, "Cost of hashes", "bcrypt").', []),
        (f"see [dex](../{WORD}/dex.md)", []),
        (f"a section in `docs/{WORD}/`, with date and source", []),
        (f"({WORD}/dex.md, section 6)", ["names no page of docs/facts"]),
        (f"({WORD}/\n# dex.md)", ["names no page of docs/facts"]),
        (f"docs/{WORD}/nothing.md", ["names no page of docs/facts"]),
        (f'docs/{WORD}/dex.md,\n"Cost of\n# hashes"', []),
        (f'docs/{WORD}/dex.md, "bcrypt", "Price of hashes"', ["names no section: Price of hashes"]),
        (f"`codegen/aws_{WORD}/x.py` and arte{WORD}/", None),
    ],
)
def test_a_reference_is_read_across_lines_and_judged(text: str, wrong: list[str] | None) -> None:
    found = list(references(CHECKOUT / "docs" / "decisions" / "0001.md", LINE_END.sub(" ", text)))
    assert [sentence for _, sentence in found if sentence] == (wrong or [])
    assert bool(found) is (wrong is not None)


@pytest.mark.parametrize(
    "text", ["design" + ".md section 4", "seeds" + "/000", f"({WORD}, section 7)", f"{WORD} on dex, sections 2 and 3"]
)
def test_a_document_that_is_elsewhere_is_recognised(text: str) -> None:
    assert ELSEWHERE.search(text)


@pytest.mark.parametrize("page", sorted(PAGES.glob("*.md")), ids=lambda page: page.name)
def test_each_section_says_when_it_was_checked_and_against_what(page: Path) -> None:
    found = sections(page.read_text())
    assert bool(found) is (page.name != "README.md")
    assert {title for title, text in found.items() if not DATE.search(text) or not PUBLIC.search(text)} == set()


def test_the_map_names_every_page_and_each_is_needed_somewhere() -> None:
    pages = {page.name for page in PAGES.glob("*.md")} - {"README.md"}
    assert set(re.findall(r"\| \[([\w-]+\.md)\]\(\1\) \|", (PAGES / "README.md").read_text())) == pages
    code = " ".join(text for path, text in texts() if path.suffix != ".md")
    assert {page for page in pages if f"docs/{WORD}/{page}" not in code} == set()
