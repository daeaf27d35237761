"""Workbench in a namespace that somebody else has made: it stays, with what was in it, when the stack goes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from local import inventory
from local.kube.objects import Objects
from local.platform import Platform
from tests.support.claims import is_bound
from tests.support.engine.recovering import recovered
from tests.support.engine.watching import up_killed_when
from tests.support.engine.workbenches import ACCOUNT, CERTIFICATES, CLAIMS, RBAC, TEAM, WITHOUT_NODES, team
from tests.support.engine.workspaces import Workspace

pytestmark = [pytest.mark.engine, pytest.mark.official, pytest.mark.thorough]

THERE: dict[str, Any] = {**WITHOUT_NODES, "ingress": None, "namespace": {"kind": "existing", "name": TEAM}}
MADE_THERE = {
    "ServiceAccount": ("v1", ACCOUNT),
    "Role": (RBAC, ACCOUNT),
    "Secret": ("v1", CERTIFICATES),
    "PersistentVolumeClaim": ("v1", CLAIMS[0]),
}
"""One object of each part, in the order in which they are made."""


@pytest.fixture
def inhabited(platform: Platform) -> Iterator[inventory.Inventory]:
    """What is there before the stack: a namespace of a team's, and all else."""
    with team(platform):
        yield inventory.take(platform)


def refused(trial: Workspace, *command: str) -> str:
    """What is said in one line; the command must fail."""
    ended = trial.engine.run(*(command or ("preview",)), "--stack", trial.stack)
    assert ended.code != 0, ended.output
    return " ".join(ended.output.split())


def test_a_namespace_that_was_there_stays_with_what_was_in_it_when_the_stack_goes(
    platform: Platform, inhabited: inventory.Inventory, trial: Workspace, objects: Objects
) -> None:
    trial.write(**{**THERE, "namespace": {"kind": "existing", "name": "team-anacodna"}})
    sentence = "Expected a namespace that exists, for example 'team-vision'; the cluster has no 'team-anacodna'"
    assert sentence in refused(trial)
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": ACCOUNT, "namespace": TEAM}}
    objects.create(account, "kubectl")
    trial.write(**THERE)
    for command in (["preview"], ["up", "--yes", "--skip-preview"]):
        taken = refused(trial, *command)
        assert f"ServiceAccount {ACCOUNT} in namespace {TEAM} exists already, and this stack did not make it" in taken
    objects.delete("v1", "ServiceAccount", ACCOUNT, TEAM)
    assert inventory.differences(inhabited, inventory.take(platform)) == [], "a refused stack makes nothing"

    trial.up()
    for claim in CLAIMS:
        is_bound(objects, TEAM, claim)
    for kind, (api_version, name) in MADE_THERE.items():
        assert objects.get(api_version, kind, name, TEAM)
    unchanged = trial.preview("--refresh", "--expect-no-changes")
    assert unchanged.code == 0, unchanged.output
    trial.write(namespace={"kind": "plain", "name": TEAM})
    assert "Expected the kind that the namespace has, 'existing', not 'plain'" in refused(trial)
    trial.write(**THERE)

    gone = trial.destroy()
    assert gone.code == 0, gone.output
    assert inventory.differences(inhabited, inventory.take(platform)) == []


def test_a_run_that_is_killed_in_a_namespace_that_was_there_leaves_nothing_when_its_stack_goes(
    platform: Platform, inhabited: inventory.Inventory, trial: Workspace, objects: Objects
) -> None:
    trial.write(**THERE)
    for kind, (api_version, name) in MADE_THERE.items():
        up_killed_when(trial, lambda it=(api_version, kind, name, TEAM): objects.get(*it) is not None)
        recovered(trial)
        gone = trial.destroy()
        assert gone.code == 0, gone.output
        assert inventory.differences(inhabited, inventory.take(platform)) == [], kind
