"""The settings in words: path, what is accepted, default, description."""

from __future__ import annotations

import re

from codegen.settings import leaves, settings_of
from project_workspace.aws.tags import GIVEN_LIMIT
from project_workspace.config.stack_options import StackOptions
from tests.codegen.small import Small


def test_every_kind_of_option_is_told_in_words() -> None:
    found = [(each.path, each.accepted, each.default, each.description_alone) for each in leaves(Small)]
    letters = "letters, for example `abc`"
    assert found == [
        ("plain", "text", "", "Plain."),
        ("letters", letters, f"those of the model, and {GIVEN_LIMIT} more", "Letters. They are few."),
        (
            "number",
            "a number of 1 to 7, for example `5`",
            "`3`",
            "Number; at most 6,144 in all, as in `{project}-ws`, or `${NAME}`.",
        ),
        ("color", "`red`, `green` or `blue`", "`green`", "Color."),
        ("zones", f"a list, each {letters}", '`["a", "c"]`', "Zones."),
        ("labels", f"a mapping; each key: {letters}; each value: {letters}", "none", "Labels."),
        ("switch", "true or false", "`false`: it is off", "Switch."),
        ("hidden", "a secret, for example `correct-horse`", "", "Hidden."),
        ("one.firstKey", "text", "", "First."),
        ("perhaps.firstKey", "text", "", "First."),
        ("many[].firstKey", "text", "", "First."),
        ("perhapsMany[].firstKey", "text", "", "First."),
    ]


def test_description_value_and_default_make_one_text() -> None:
    told = {each.path: each.whole_description for each in settings_of(Small)}
    assert told["color"] == "Color. Value: `red`, `green` or `blue`. Default: `green`."
    assert told["zones"] == 'Zones. Value: a list, each letters, for example `abc`. Default: `["a", "c"]`.'
    assert told["switch"] == "Switch. Default: `false`: it is off."
    assert told["perhaps"] == "Perhaps. Default: there is none."


def test_required_is_what_has_no_default() -> None:
    assert [each.path for each in leaves(Small) if each.required] == [
        "plain",
        "one.firstKey",
        "perhaps.firstKey",
        "many[].firstKey",
        "perhapsMany[].firstKey",
    ]


def test_every_setting_has_a_path_of_its_own_and_a_description_in_sentences() -> None:
    settings = list(leaves(StackOptions))
    assert len({each.path for each in settings}) == len(settings) > 50
    assert [each.path for each in settings if not re.fullmatch(r"[^|\n]+\.", each.description)] == []
