"""What is said of each program's stacks in general."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import pytest
from pydantic import SecretStr

from codegen.programs import PROGRAMS, Place
from codegen.settings import leaves
from local.checkout import CHECKOUT
from project_workspace.config import programs, stack_file
from project_workspace.config.program import Program
from project_workspace.config.workspace_program import WORKSPACE
from project_workspace.schema.kinds import plain_type


@pytest.mark.parametrize("place", PROGRAMS, ids=lambda each: each.program.namespace)
def test_every_secret_of_a_program_may_only_be_given_encrypted(place: Place) -> None:
    secret = {each.path for each in leaves(place.program.options) if plain_type(each.annotation) is SecretStr}
    assert secret == {".".join(path) for path in place.program.secrets}
    assert secret


def test_the_program_at_the_top_is_the_first() -> None:
    assert PROGRAMS[0].program is WORKSPACE
    assert len({each.program.namespace for each in PROGRAMS}) == len(PROGRAMS) == 3


@pytest.mark.parametrize("program", programs.PROGRAMS, ids=lambda each: each.namespace)
def test_a_program_is_in_its_folder_and_has_a_room_of_its_own(program: Program[Any]) -> None:
    folder = CHECKOUT / program.folder
    assert stack_file.project_name(folder) == program.namespace
    assert stack_file.folder_of(folder) == CHECKOUT / program.stacks
    assert (CHECKOUT / "components" / "project_workspace" / program.room / "component.py").is_file()


def test_no_room_of_a_program_is_used_by_another() -> None:
    """By import-linter's contract, that rooms of one layer import none of each other, and by what is above them."""
    rooms = [program.room for program in programs.PROGRAMS]
    contracts = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    [layers] = [each["layers"] for each in contracts if each["type"] == "layers"]
    assert layers[:2] == ["config", " | ".join(rooms)]
    named = {
        file.stem: set(re.findall(rf"project_workspace\.({'|'.join(rooms)})\.", file.read_text()))
        for file in (CHECKOUT / "components" / "project_workspace" / "config").glob("*.py")
    }
    assert {name: found for name, found in named.items() if found} == {
        "workbench_program": {"workbench"},
        "ai_devops_program": {"ai_devops"},
    }
