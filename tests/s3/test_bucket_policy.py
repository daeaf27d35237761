"""One bucket policy of two makers: nothing of theirs is lost, nothing of ours stands there twice."""

from __future__ import annotations

import json
from typing import Any

import pytest

from project_workspace.limits import BUCKET_POLICY_LIMIT
from project_workspace.s3.bucket_policy import is_policy, merged

DENY: dict[str, Any] = {
    "Sid": "DenyWithoutTls",
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": ["arn:aws:s3:::b", "arn:aws:s3:::b/*"],
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}
OWN = json.dumps({"Version": "2012-10-17", "Statement": [DENY]})
PARTNER: dict[str, Any] = {
    "Effect": "Allow",
    "NotPrincipal": {"AWS": "arn:aws:iam::210987654321:root"},
    "NotAction": ["s3:DeleteObject"],
    "Resource": "arn:aws:s3:::b/${aws:username}/*",
    "Condition": {"NumericLessThan": {"s3:max-keys": 10}, "Null": {"aws:PrincipalTag/team": False}},
}


def with_ours(document: dict[str, Any]) -> dict[str, Any]:
    return json.loads(merged(OWN, json.dumps(document)))


def test_without_others_the_policy_is_the_programs() -> None:
    assert merged(OWN, None) == OWN


@pytest.mark.parametrize("others", [{}, {"Version": "2008-10-17"}, {"Version": "2012-10-17", "Id": "partners"}])
def test_others_document_stays_to_the_letter_its_version_and_id_with_it(others: dict[str, Any]) -> None:
    assert with_ours({**others, "Statement": [PARTNER]}) == {**others, "Statement": [DENY, PARTNER]}


def test_a_statement_that_stands_alone_is_taken_as_well() -> None:
    assert with_ours({"Statement": PARTNER}) == {"Statement": [DENY, PARTNER]}


@pytest.mark.parametrize(
    "theirs",
    [
        DENY,
        {**DENY, "Principal": {"AWS": "*"}, "Action": ["s3:*"], "Resource": DENY["Resource"][::-1]},
        {**DENY, "Condition": {"Bool": {"aws:SecureTransport": ["false"]}}},
    ],
)
def test_what_both_say_stands_there_once_however_it_is_written(theirs: dict[str, Any]) -> None:
    assert with_ours({"Statement": [theirs, PARTNER]}) == {"Statement": [DENY, PARTNER]}


def test_a_statement_of_theirs_with_a_name_of_ours_stays_without_the_name() -> None:
    theirs = {**PARTNER, "Sid": "DenyWithoutTls"}
    assert with_ours({"Statement": [theirs]}) == {"Statement": [DENY, PARTNER]}


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        (json.dumps({"Statement": [PARTNER]}), True),
        (json.dumps({"Version": "2012-10-17", "Id": "x", "Statement": DENY}), True),
        (json.dumps({"Statement": []}), False),
        (json.dumps({"Statement": ["Allow"]}), False),
        (json.dumps({"Statement": [{"Effect": "allow"}]}), False),
        (json.dumps({"Policy": json.dumps({"Statement": [PARTNER]})}), False),
        (json.dumps([PARTNER]), False),
        ("Statement: []", False),
        (json.dumps({"Id": "x" * BUCKET_POLICY_LIMIT, "Statement": [PARTNER]}), False),
    ],
)
def test_what_a_bucket_could_have_as_its_policy(text: str, is_one: bool) -> None:
    assert is_policy(text) is is_one
