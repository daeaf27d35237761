"""Each line about who prepares a Workbench, and by which clock: asked by a workspace's checks.

What each of them may say is seen with a workspace (`tests/preflight/test_preflight_identity.py`,
`tests/preflight/test_preflight_eks.py`).
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from types import ModuleType

import pytest

from project_workspace.aws import provider_connection
from tests.preflight.aws_answers import answering
from tests.preflight.workbench.rows import Breaking, Row, prove
from tests.preflight.workbench.scenery import Scenery
from tests.preflight.workbench.stage import Object
from workspacectl.preflight import running
from workspacectl.preflight.answers import Outcome
from workspacectl.preflight.checks import kubernetes
from workspacectl.preflight.checks.amazon import identity
from workspacectl.preflight.profiles import PROFILES

FAILED, UNKNOWN = Outcome.FAILED, Outcome.UNKNOWN
AWAY = timedelta(minutes=20)


def clock_away_in(module: ModuleType) -> Breaking:
    """This machine's time is another one for what is in this module."""

    @contextmanager
    def breaking(_: Scenery) -> Generator[Object]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(module, "now", lambda: datetime.now(UTC) + AWAY)
            yield {}

    return breaking


@contextmanager
def identity_that_is_not_known(_: Scenery) -> Generator[Object]:
    provider_connection.forget()
    with answering() as otherwise:
        otherwise.refused["sts:GetCallerIdentity"] = ("InvalidClientTokenId", "The security token is invalid")
        otherwise.headers = {"date": format_datetime(datetime.now(UTC), usegmt=True)}
        yield {}
    provider_connection.forget()


ROWS = [
    Row("a clock that is not AWS's", {"clock": FAILED}, "seconds from AWS's clock", clock_away_in(identity)),
    Row("a clock that is not the cluster's", {"clock-cluster": FAILED}, "seconds apart", clock_away_in(kubernetes)),
    Row("an identity that AWS does not know", {"aws-identity": UNKNOWN}, "token", identity_that_is_not_known),
]


@pytest.mark.parametrize(
    "row",
    [pytest.param(row, id=row.what, marks=[] if row is ROWS[0] else [pytest.mark.thorough]) for row in ROWS],
)
def test_what_is_broken_of_identity_and_clock_fails_its_line_and_no_other(scenery: Scenery, row: Row) -> None:
    prove(scenery, row)


def test_an_access_entry_is_asked_for_where_the_connection_is_derived_from_the_cluster(scenery: Scenery) -> None:
    assert "eks-access" in PROFILES["anaconda-workbench"].checks
    look = running.ALL["eks-access"]
    assert look(scenery.stage.site()) is None
    line = look(scenery.stage.site(kubernetes={"fromCluster": True}))
    assert line
    assert (line.outcome, line.seen.split(":")[0]) == (Outcome.OK, "authentication mode CONFIG_MAP")
