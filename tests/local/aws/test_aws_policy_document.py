"""`getPolicyDocument` writes what the Terraform data source writes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.plugins.aws.policy_document import get_policy_document
from local.plugins.provider import PluginError

# The examples of the data source's documentation (registry: aws_iam_policy_document, "Basic Example").
EXAMPLE = {
    "statements": [
        {"sid": "1", "actions": ["s3:ListAllMyBuckets", "s3:GetBucketLocation"], "resources": ["arn:aws:s3:::*"]},
        {
            "actions": ["s3:ListBucket"],
            "resources": ["arn:aws:s3:::bucket"],
            "conditions": [
                {"test": "StringLike", "variable": "s3:prefix", "values": ["", "home/", "home/&{aws:username}/"]}
            ],
        },
    ]
}
EXAMPLE_TEXT = """{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "1",
      "Effect": "Allow",
      "Action": [
        "s3:ListAllMyBuckets",
        "s3:GetBucketLocation"
      ],
      "Resource": "arn:aws:s3:::*"
    },
    {
      "Effect": "Allow",
      "Action": "s3:ListBucket",
      "Resource": "arn:aws:s3:::bucket",
      "Condition": {
        "StringLike": {
          "s3:prefix": [
            "",
            "home/",
            "home/${aws:username}/"
          ]
        }
      }
    }
  ]
}"""


def test_the_documented_example_is_written_letter_for_letter() -> None:
    assert get_policy_document(EXAMPLE)["json"] == EXAMPLE_TEXT


def test_the_short_form_is_the_same_document_without_white_space() -> None:
    found = get_policy_document(EXAMPLE)
    assert found["minifiedJson"] == json.dumps(json.loads(EXAMPLE_TEXT), separators=(",", ":"))


def test_the_arguments_come_back_completed() -> None:
    found = get_policy_document({"statements": [{"actions": ["s3:*"]}]})
    assert found == {
        "id": found["id"],
        "json": found["json"],
        "minifiedJson": '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*"}]}',
        "statements": [{"actions": ["s3:*"], "effect": "Allow"}],
        "version": "2012-10-17",
    }


@pytest.mark.parametrize(
    ("principals", "expected"),
    [
        ([{"type": "*", "identifiers": ["*"]}], "*"),
        ([{"type": "AWS", "identifiers": ["*"]}], {"AWS": "*"}),
        ([{"type": "AWS", "identifiers": ["a", "b"]}], {"AWS": ["b", "a"]}),
        (
            [{"type": "Service", "identifiers": ["s"]}, {"type": "AWS", "identifiers": ["a"]}],
            {"AWS": "a", "Service": "s"},
        ),
        ([{"type": "AWS", "identifiers": ["a"]}, {"type": "AWS", "identifiers": ["b"]}], {"AWS": ["a", "b"]}),
    ],
)
def test_principals_are_grouped_by_type(principals: list[dict[str, Any]], expected: Any) -> None:
    found = get_policy_document({"statements": [{"actions": ["s3:*"], "principals": principals}]})
    assert json.loads(found["json"])["Statement"][0]["Principal"] == expected


def test_conditions_with_the_same_test_are_joined() -> None:
    conditions = [
        {"test": "Bool", "variable": "b", "values": ["true"]},
        {"test": "Bool", "variable": "a", "values": ["x", "y"]},
        {"test": "ArnLike", "variable": "c", "values": ["<&>"]},
    ]
    found = get_policy_document({"statements": [{"actions": ["s3:*"], "conditions": conditions}]})
    assert json.loads(found["json"])["Statement"][0]["Condition"] == {
        "ArnLike": {"c": "<&>"},
        "Bool": {"a": ["x", "y"], "b": "true"},
    }
    assert r"\u003c\u0026\u003e" in found["json"]  # as Go's encoder writes them


@given(st.lists(st.text("ab:*", min_size=1), min_size=1, unique=True))
def test_the_order_of_actions_makes_no_difference(actions: list[str]) -> None:
    found = [get_policy_document({"statements": [{"actions": a}]})["json"] for a in (actions, actions[::-1])]
    assert found[0] == found[1]


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ({"statements": [{"sid": "a"}, {"sid": "a"}]}, "getPolicyDocument: duplicate Sid (a)"),
        (
            {"sourcePolicyDocuments": ["{}"]},
            "getPolicyDocument: the stand-in does not implement the argument 'sourcePolicyDocuments'.",
        ),
        (
            {"statements": [{"effect": "Maybe"}]},
            "getPolicyDocument: Expected 'statements[0].effect' to be one of Allow, Deny, got 'Maybe'.",
        ),
        (
            {"statements": [{"principals": [{"type": "AWS"}]}]},
            "getPolicyDocument: Missing required argument 'statements[0].principals[0].identifiers'.",
        ),
        (
            {"version": "2008-10-17", "statements": [{"resources": ["&{aws:username}"]}]},
            "getPolicyDocument: found &{ sequence in (&{aws:username}), not supported in version 2008-10-17",
        ),
    ],
)
def test_a_wrong_document_is_refused(args: dict[str, Any], message: str) -> None:
    with pytest.raises(PluginError) as caught:
        get_policy_document(args)
    assert str(caught.value) == message
