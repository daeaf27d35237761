"""Who this is to AWS, and whether the clocks agree."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.preflight.aws_answers import AwsAnswers
from tests.preflight.checklists import broken, lines_of
from tests.preflight.conftest import MakeSite
from workspacectl.preflight.answers import Outcome
from workspacectl.preflight.checks.amazon import identity


@pytest.mark.parametrize(
    "sign", [pytest.param(1, id="ahead"), pytest.param(-1, id="behind", marks=pytest.mark.thorough)]
)
@pytest.mark.parametrize(
    ("away", "outcome"),
    [
        (50, Outcome.OK),
        (90, Outcome.WARNING),
        pytest.param(290, Outcome.WARNING, marks=pytest.mark.thorough),
        (310, Outcome.FAILED),
    ],
)
def test_a_clock_that_is_away_from_aws_own_is_a_warning_and_fails_where_aws_refuses_signatures(
    site: MakeSite, monkeypatch: pytest.MonkeyPatch, away: int, sign: int, outcome: Outcome
) -> None:
    well = lines_of(site())
    monkeypatch.setattr(identity, "now", lambda: datetime.now(UTC) + sign * timedelta(seconds=away))
    now = lines_of(site())
    assert broken(well, now) == ({} if outcome == Outcome.OK else {"clock": outcome})
    if outcome != Outcome.OK:
        assert abs(int(now["clock"].seen.split(" ")[0]) - away) <= 2
        assert now["clock"].remedy == "timedatectl set-ntp true"


def test_the_date_of_a_refusal_because_of_the_clock_is_what_counts(
    site: MakeSite, answers: AwsAnswers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """AWS refuses then; its answer has the date all the same."""
    answers.refused["sts:GetCallerIdentity"] = ("SignatureDoesNotMatch", "Signature expired")
    answers.headers = {"date": "Fri, 27 Nov 2026 12:00:00 GMT"}
    monkeypatch.setattr(identity, "now", lambda: datetime(2026, 11, 27, 12, 20, tzinfo=UTC))
    found = lines_of(site(), only=["clock", "aws-identity"])
    assert (found["clock"].outcome, found["clock"].seen) == (Outcome.FAILED, "1200 seconds from AWS's clock")
    assert found["aws-identity"].outcome == Outcome.UNKNOWN


def test_an_answer_without_a_date_could_not_be_checked(site: MakeSite, answers: AwsAnswers) -> None:
    answer: dict[str, Any] = {"Account": "123456789012", "Arn": "arn:aws:sts::123456789012:user/moto", "UserId": "a"}
    well = lines_of(site())
    answers.said["sts:GetCallerIdentity"] = answer
    assert broken(well, lines_of(site())) == {"clock": Outcome.UNKNOWN}
