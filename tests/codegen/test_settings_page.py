"""docs/settings.md: a table for each section, in which every setting has its row."""

from __future__ import annotations

import re

import pytest

from codegen import settings_page
from codegen.settings import leaves
from project_workspace.config.stack_options import StackOptions
from tests.codegen.small import Small

PAGE = settings_page.GENERATORS[0].FILE.read_text()
TABLES: dict[str, str] = dict(re.findall(r"^## (.+)\n(?:[^|#]*\n)\| key .*\n\|-.*\n((?:\|.*\n)+)", PAGE, re.MULTILINE))
"""Title of a section -> the rows of its table."""


def cells(row: str) -> list[str]:
    return [cell.strip() for cell in row.strip("|\n").split(" | ")]


def row_of(section: str, key: str) -> list[str]:
    (row,) = [row for row in TABLES[section].splitlines() if row.startswith(f"| `{key}` |")]
    return cells(row)


def test_every_setting_has_a_row_in_the_table_of_its_section() -> None:
    prefixes = {title: "" if title == "Top level" else f"{title.strip('`')}." for title in TABLES}
    shown = {
        prefix + cells(row)[0].strip("`") for title, prefix in prefixes.items() for row in TABLES[title].splitlines()
    }
    settings = {setting.path for setting in leaves(StackOptions)}
    assert settings - shown == set()
    # What is shown besides are the sections and lists themselves.
    assert {f"`{path}`" for path in shown - settings} | {f"`{path}[]`" for path in shown - settings} >= (
        set(TABLES) - {"Top level"}
    )


def test_every_row_has_four_cells_that_say_something() -> None:
    rows = [cells(row) for table in TABLES.values() for row in table.splitlines()]
    assert len(rows) > 60
    assert [row for row in rows if len(row) != 4 or "" in row] == []


def test_every_link_to_a_section_leads_to_one() -> None:
    anchors = {settings_page._anchor(title) for title in TABLES}
    links = re.findall(r"\]\(#(.+?)\)", PAGE)
    assert len(links) == len(TABLES) - 1
    assert set(links) - anchors == set()


def test_the_default_of_a_list_and_of_a_section_is_said() -> None:
    assert row_of("`nodeGroups[]`", "taints")[3] == (
        "`nvidia.com/gpu=present:NoSchedule` on GPU nodes, none on others; an empty list means none on GPU nodes either"
    )
    assert "\nDefault: `nvidia.com/gpu=present:NoSchedule` on GPU nodes" in PAGE
    assert row_of("`nodeGroups[]`", "existing")[3] == "a role and a launch template of the program's own"


@pytest.mark.parametrize(
    ("section", "key", "required"),
    [
        ("Top level", "project", "**required**"),
        ("`nodeGroups[]`", "spec", "**required** in each"),
        (
            "`nodeGroups[].existing.launchTemplate`",
            "id",
            "**required** where `nodeGroups[].existing.launchTemplate` is given",
        ),
    ],
)
def test_required_says_where(section: str, key: str, required: str) -> None:
    assert row_of(section, key)[3] == required


def test_a_section_is_shown_with_what_it_is_and_the_sections_in_it() -> None:
    page = "\n".join(settings_page._section(Small, "Top level", "", "", only_where=""))
    _, perhaps, many = (page[page.index(title) :] for title in ("## `one`", "## `perhaps`", "## `many[]`"))
    assert perhaps.startswith(
        "## `perhaps`\n\nA part of the small settings.\n\nDefault: there is none.\n\n"
        "| key | what it is | what is accepted | default |\n|---|---|---|---|\n"
        "| `firstKey` | First. | text | **required** where `perhaps` is given |\n"
    )
    assert "| `firstKey` | First. | text | **required** in each |" in many
    assert "| `one` | One. | a [section](#one) | that of each key |" in page
    assert "| `perhapsMany` | Perhaps many. | a list of [sections](#perhapsmany) | none |" in page
