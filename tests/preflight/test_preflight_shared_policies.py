"""The policies that workspaces share: a statement for the bucket in each, and room for it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.preflight.checklists import broken, lines_of
from tests.preflight.conftest import POLICIES, MakeSite, document, iam, write_policy
from workspacectl.preflight.answers import Outcome


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        (document("dynamodb:GetItem"), "policy-s3-aia-an2-meerkat-dev"),
        (document(padding=91), "has no room for the bucket's entries"),
    ],
)
def test_a_shared_policy_without_a_statement_or_without_room_fails_its_line(
    site: MakeSite, policy: dict[str, Any], said: str
) -> None:
    well = lines_of(site())
    assert well["shared-policies"].seen.count("has room for") == 2
    write_policy(POLICIES[1], policy)
    now = lines_of(site())
    assert broken(well, now) == {"shared-policies": Outcome.FAILED}
    assert said in now["shared-policies"].seen


def test_a_shared_policy_that_is_not_there_fails_its_line(site: MakeSite) -> None:
    well = lines_of(site())
    iam().delete_policy(PolicyArn=f"arn:aws:iam::123456789012:policy/{POLICIES[0]}")
    assert broken(well, lines_of(site())) == {"shared-policies": Outcome.FAILED}
