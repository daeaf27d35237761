"""What is said of each program's stacks in general."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from codegen.programs import PROGRAMS, Place
from codegen.settings import leaves
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
