"""Small models with every kind of option, for the tests of the generators."""

from __future__ import annotations

from typing import Annotated

from project_workspace.schema.rule import Rule, between, choice, matches
from project_workspace.schema.secret import Secret
from project_workspace.schema.section import Section

Letters = Annotated[str, Rule("letters", "abc", matches("[a-z]+", 9))]
Number = Annotated[int, Rule("a number of 1 to 7", "5", between(1, 7))]


class Inner(Section):
    """A part of the small settings."""

    first_key: str
    """First."""


class Small(Section):
    """Every kind of option."""

    plain: str
    """Plain."""
    letters: Letters | None = None
    """Letters. Default: those of the model, and {aws.tags.GIVEN_LIMIT} more. They are few."""
    number: Number = 3
    """Number; at most {limits.POLICY_DOCUMENT_LIMIT} in all, as in `{project}-ws`, or `${NAME}`."""
    color: Annotated[str, choice("red", "green", "blue")] = "green"
    """Color."""
    zones: list[Letters] = ["a", "c"]
    """Zones."""
    labels: dict[Letters, Letters] = {}
    """Labels. Default: none."""
    switch: bool = False
    """Switch. Default: it is off."""
    hidden: Annotated[Secret, Rule("a secret", "correct-horse")] | None = None
    """Hidden."""
    one: Inner = Inner(first_key="x")
    """One."""
    perhaps: Inner | None = None
    """Perhaps. Default: there is none."""
    many: list[Inner] = []
    """Many."""
    perhaps_many: list[Inner] | None = None
    """Perhaps many."""
