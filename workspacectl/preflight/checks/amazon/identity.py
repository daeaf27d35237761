"""Who this is to AWS, and whether this machine's clock is AWS's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from project_workspace.aws import provider_connection
from project_workspace.aws.client import READ_ATTEMPTS, translate_errors, with_deadline
from workspacectl.preflight.answers import Answer, failed, ok, unknown, warning
from workspacectl.preflight.site import Site, any_of

TOLERATED = timedelta(minutes=5)
"""AWS refuses a request that is signed for a time further away. A token for EKS is such a request, which the cluster
takes for 15 minutes (docs/facts/aws-before-an-up.md, "Clocks")."""
WORTH_KNOWING = timedelta(seconds=60)
"""What no clock has that is kept by NTP: it will go on running away."""
REMEDY = "timedatectl set-ntp true"


def aws_identity(site: Site) -> Answer:
    """AWS knows this identity."""
    return ok(provider_connection.account(site.config).arn)


def now() -> datetime:
    """What this machine thinks that it is, in UTC."""
    return datetime.now(UTC)


def clock(site: Site) -> Answer:
    """This machine's clock agrees with AWS's: requests that are signed for another time are refused."""
    before = now()
    said = _date(site)
    # The header was written somewhere between, to the second.
    middle = before + (now() - before) / 2
    if said is None:
        return unknown("AWS's answer has no date. Compare the clock by hand, for example with 'timedatectl'.")
    away = abs(middle - parsedate_to_datetime(said))
    seen = f"{away.total_seconds():.0f} seconds from AWS's clock"
    if away > TOLERATED:
        return failed(seen, "less than 5 minutes: AWS refuses signatures of another time", REMEDY)
    if away > WORTH_KNOWING:
        return warning(seen, "less than a minute", REMEDY)
    return ok("less than a minute from AWS's clock")


def _date(site: Site) -> str | None:
    """The date of STS's answer, of a refusal too: one because of the clock is what is looked for."""
    from botocore.exceptions import ClientError

    def answered() -> Any:
        sts = site.aws("sts", attempts=READ_ATTEMPTS)
        try:
            return with_deadline(sts.get_caller_identity)
        except ClientError as error:
            return error.response

    with translate_errors("sts:GetCallerIdentity", "AWS"):
        return any_of(answered(), "ResponseMetadata", "HTTPHeaders", "date")


CHECKS = (aws_identity, clock)
