"""What a model says of its options is read from its docstrings, with the constants that these name."""

from __future__ import annotations

import pytest

from codegen.option_docs import about, descriptions
from project_workspace.aws.tags import GIVEN_LIMIT
from project_workspace.config.stack_options import StackOptions
from project_workspace.schema.section import Section
from tests.codegen.small import Inner, Small


class Silent(Section):
    """Says nothing of an option."""

    told: str
    """Told."""
    untold: str


class Misled(Section):
    """Names what there is not."""

    option: str
    """At most {aws.tags.NO_LIMIT}."""


def test_a_constant_of_the_library_stands_with_its_value_and_other_braces_stay() -> None:
    assert descriptions(Small)["letters"] == (
        f"Letters. Default: those of the model, and {GIVEN_LIMIT} more. They are few."
    )
    assert descriptions(Small)["number"] == "Number; at most 6,144 in all, as in `{project}-ws`, or `${NAME}`."


def test_the_options_of_a_base_are_described_by_it() -> None:
    found = descriptions(StackOptions)
    assert list(found) == list(StackOptions.model_fields)
    assert found["project"].startswith("Name of the project.")


def test_an_option_without_a_docstring_is_an_error_that_names_it() -> None:
    with pytest.raises(LookupError, match=r"Expected a docstring below each option of Silent; without: untold\."):
        descriptions(Silent)


def test_a_constant_that_is_not_there_is_an_error() -> None:
    with pytest.raises(AttributeError, match="NO_LIMIT"):
        descriptions(Misled)


def test_a_model_says_what_it_is() -> None:
    assert about(Inner) == "A part of the small settings."
