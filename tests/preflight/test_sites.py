"""What a stack of each program is to the checks."""

from __future__ import annotations

from typing import Any, cast

import pytest

from local.checkout import CHECKOUT
from project_workspace.config.programs import PROGRAMS
from project_workspace.stack_mark import StackMark
from workspacectl.preflight.site import Site
from workspacectl.preflight.sites import SITES
from workspacectl.pulumi_cli import Engine


def site(kind: type[Site], values: dict[str, str]) -> Site:
    """One whose settings nobody asks for."""
    return kind(cast("Any", None), values, Engine(CHECKOUT, {}), "demo-dev")


def test_a_stack_of_every_program_of_this_repository_is_a_site() -> None:
    assert {program.namespace: program for program in PROGRAMS} == {name: site.program for name, site in SITES.items()}


@pytest.mark.parametrize("name", SITES)
def test_a_programs_credentials_are_read_from_its_own_configuration_and_its_things_carry_its_name(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind, others = SITES[name], [other for other in SITES if other != name]
    assert len(others) == len(SITES) - 1 > 0
    for credential in kind.program.credentials:
        monkeypatch.delenv(credential.variable, raising=False)
        elsewhere = {f"{other}:{credential.key}": "of-another-program" for other in others}
        assert site(kind, elsewhere).config.credential(credential) is None
        own = {**elsewhere, f"{name}:{credential.key}": "its-own"}
        assert site(kind, own).config.credential(credential) == "its-own"
    assert site(kind, {}).mark == StackMark(name, "demo-dev")
