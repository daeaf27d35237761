"""Inventories: equal ones have no differences, unequal ones always have some, each with its path and both values."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from local import inventory

# Numbers are left out as they are in inventories: Python holds 1, 1.0 and True for equal.
DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=12,
)
INVENTORIES = st.dictionaries(st.text(max_size=4), DOCUMENTS, max_size=4)


@given(INVENTORIES)
def test_equal_inventories_have_no_differences(found: dict[str, Any]) -> None:
    assert inventory.differences(found, copy.deepcopy(found)) == []


@given(INVENTORIES, INVENTORIES)
def test_unequal_inventories_always_have_differences(before: dict[str, Any], after: dict[str, Any]) -> None:
    assume(before != after)
    assert inventory.differences(before, after) != []


def test_each_difference_is_a_line_with_its_path_and_both_values() -> None:
    before = {
        "buckets": ["s3-other"],
        "dex configuration": {"config.yaml": "issuer: http://x\n# ours\n", "other": "kept"},
        "node groups": {"eks": []},
        "roles": ["cluster"],
        "ai-conductor": {"owner": None},
    }
    after = {
        "buckets": ["s3-other", "s3-ours"],
        "dex configuration": {"config.yaml": "issuer: http://x\n", "other": "kept"},
        "node groups": {"eks": [], "eks-2": ["ng"]},
        "roles": ["cluster"],
        "ai-conductor": {},
    }
    assert inventory.differences(before, after) == [
        "ai-conductor, owner: was null, is absent",
        'buckets: was ["s3-other"], is ["s3-other", "s3-ours"]',
        r'dex configuration, config.yaml: was "issuer: http://x\n# ours\n", is "issuer: http://x\n"',
        'node groups, eks-2: was absent, is ["ng"]',
    ]


def test_a_difference_deep_in_a_long_text_is_shown_and_the_rest_is_not() -> None:
    common = "a" * 1000
    (line,) = inventory.differences({"dex": f"{common}# a comment{common}"}, {"dex": f"{common}{common}"})
    was, now = line.removeprefix("dex: was ").split(", is ")
    assert "# a comment" in was
    assert "# a comment" not in now
    assert len(line) < 700


@given(st.text(max_size=2000), st.text(max_size=2000))
def test_what_is_shown_of_two_different_texts_is_different_and_short(before: str, after: str) -> None:
    assume(before != after)
    (line,) = inventory.differences({"text": before}, {"text": after})
    assert len(line) < 700
    assert "\n" not in line
    assert line != f"text: was {line.split(', is ')[-1]}, is {line.split(', is ')[-1]}"


def test_what_moves_by_itself_is_left_out_at_every_depth() -> None:
    state = {
        "lastId": 7,
        "accounts": [{"login": "admin", "logins": 3, "roles": [{"lastId": 1, "name": "root"}]}],
        "workspaces": {"demo": {"logins": [], "name": "demo"}},
    }
    assert inventory._settled(state) == {
        "accounts": [{"login": "admin", "roles": [{"name": "root"}]}],
        "workspaces": {"demo": {"name": "demo"}},
    }
