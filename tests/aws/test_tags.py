"""Tags: what one of the AWS services would refuse is refused for all of them."""

import json
import unicodedata
from typing import Any

import botocore.session
import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.checkout import CHECKOUT
from project_workspace import stack_mark
from project_workspace.aws import tags

ANY_CASE_OF_AWS = st.sampled_from(["aws:", "AWS:", "Aws:", "aWS:"])


def shape(service: str, name: str) -> Any:
    """A shape of AWS's own API model."""
    return botocore.session.Session().get_service_model(service).shape_for(name)


def test_the_limits_are_those_of_the_services() -> None:
    for service, key, value in [
        ("eks", "TagKey", "TagValue"),
        ("iam", "tagKeyType", "tagValueType"),
        ("autoscaling", "TagKey", "TagValue"),
    ]:
        assert shape(service, key).metadata["max"] == tags.KEY_LIMIT
        assert shape(service, value).metadata["max"] == tags.VALUE_LIMIT
    assert shape("eks", "TagMap").metadata["max"] == shape("iam", "tagListType").metadata["max"]
    assert shape("eks", "TagMap").metadata["max"] == tags.TAGS_OF_A_RESOURCE


@given(st.text(max_size=140))
def test_an_accepted_text_has_only_what_iam_allows(text: str) -> None:
    def allowed(character: str) -> bool:
        return character in "_.:/=+-@ " or unicodedata.category(character)[0] in "LN"

    if tags.is_value(text):
        assert all(allowed(character) for character in text)
    if tags.is_key(text):
        assert tags.is_value(text)
        assert 1 <= len(text) <= 128


@given(st.from_regex(r"[A-Za-z0-9_./=+@-]{1,20}( [a-z]{1,5})?", fullmatch=True))
def test_a_common_text_is_accepted_as_key_and_value_unless_the_program_uses_it(text: str) -> None:
    assert tags.is_value(text)
    assert tags.is_key(text) == (text != "Name")


@given(reserved=ANY_CASE_OF_AWS, rest=st.text(alphabet="abc:", max_size=10))
def test_what_begins_with_aws_is_amazons_in_any_case(reserved: str, rest: str) -> None:
    assert not tags.is_key(reserved + rest)
    assert not tags.is_value(reserved + rest)
    assert tags.is_key(f"my-{reserved}{rest}")


@pytest.mark.parametrize(("length", "right"), [(0, False), (1, True), (128, True), (129, False)])
def test_a_key_has_1_to_128_characters(length: int, right: bool) -> None:
    assert tags.is_key("ü" * length) is right


@pytest.mark.parametrize(("length", "right"), [(0, True), (256, True), (257, False)])
def test_a_value_has_at_most_256_characters(length: int, right: bool) -> None:
    assert tags.is_value("ü" * length) is right


def test_keys_that_iam_takes_for_the_same_are_found() -> None:
    assert tags.same_for_iam({"Team": "a", "cost": "b", "team": "c", "TEAM": "d"}) == ["team", "TEAM"]
    assert tags.same_for_iam({"team": "a", "team2": "a"}) == []


def test_a_node_is_given_one_tag_more_than_the_stack_says_and_everything_else_the_stacks_mark() -> None:
    declared = json.loads((CHECKOUT / "tests" / "workspace" / "graphs" / "everything.json").read_text())
    inputs = [resource["inputs"] for resource in declared if resource["type"].startswith(("aws:", "eks:"))]
    marked = [each["tags"] for each in inputs if "tags" in each]
    nodes = [each["tags"] for one in inputs for each in one.get("tagSpecifications", [])]
    assert marked
    assert nodes
    own = {"team", "Name"}  # the stack file's, of everything and of its bucket
    assert {key for each in marked for key in each} - own == {tags.PROJECT_MARK, tags.STACK_MARK}
    assert {key for each in nodes for key in each if key != "team"} == {tags.NODE_NAME}
    assert tags.GIVEN_LIMIT + len(stack_mark.TAGS) <= tags.TAGS_OF_A_RESOURCE


@pytest.mark.parametrize("key", ["Name", "pulumi:stack", "pulumi:project", "Pulumi:Stack"])
def test_what_the_program_sets_may_not_be_given(key: str) -> None:
    assert not tags.is_key(key)
