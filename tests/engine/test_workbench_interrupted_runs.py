"""A Workbench's `up` that is killed at any moment is completed by one command and the next run."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from local import inventory
from local.aws.moto_patches.eks import SLOW
from local.kube.objects import Objects
from local.platform import Platform
from tests.support.claims import is_bound
from tests.support.engine.recovering import recovered
from tests.support.engine.watching import in_state, on_platform, up_killed_when
from tests.support.engine.workbenches import ACCOUNT, CERTIFICATES, CLAIMS, NAMESPACE, RBAC
from tests.support.engine.workspaces import Workspace

pytestmark = [pytest.mark.engine, pytest.mark.official, pytest.mark.thorough]

Moment = Callable[[Workspace, Platform, Objects], Callable[[], bool]]


def there(api_version: str, kind: str, name: str, namespace: str | None = NAMESPACE) -> Moment:
    """The moment the object is in the cluster, which is before it is in the state."""
    return lambda _, __, objects: lambda: objects.get(api_version, kind, name, namespace) is not None


MOMENTS: dict[str, Moment] = {
    "the namespace is there": there("v1", "Namespace", NAMESPACE, None),
    "the account may what it needs": there(RBAC, "RoleBinding", ACCOUNT),
    "its wide rights are there": there(RBAC, "ClusterRole", f"{ACCOUNT}-ingress", None),
    "the pull secret is there": there("v1", "Secret", "regcred"),
    "a certificate is drawn": lambda w, p, _: in_state(w, p, "pulumi-python:dynamic/workbench:SelfSignedCertificate"),
    "the certificate is there": there("v1", "Secret", CERTIFICATES),
    "a volume is there": there("v1", "PersistentVolume", f"{NAMESPACE}-{CLAIMS[0]}", None),
    "its claim is there": there("v1", "PersistentVolumeClaim", CLAIMS[0]),
    "AWS makes the nodes": lambda _, p, __: on_platform(p, "node groups", f"ng-an2-{NAMESPACE}-gpu"),
}


def test_an_up_of_workbench_that_is_killed_again_and_again_is_recovered_each_time(
    platform: Platform, before: inventory.Inventory, trial: Workspace, objects: Objects
) -> None:
    trial.write(tags={SLOW: "3"})
    for moment in MOMENTS.values():
        up_killed_when(trial, moment(trial, platform, objects))
        recovered(trial)
    trial.up()
    for claim in CLAIMS:
        is_bound(objects, NAMESPACE, claim)
    assert recovered(trial) == "Nothing to recover.\n"
    unchanged = trial.preview("--refresh", "--expect-no-changes")
    assert unchanged.code == 0, unchanged.output
    gone = trial.destroy()
    assert gone.code == 0, gone.output
    assert inventory.differences(before, inventory.take(platform)) == []


@pytest.mark.parametrize("moment", ["the certificate is there", "a volume is there", "AWS makes the nodes"])
def test_an_up_of_workbench_that_was_killed_is_taken_away_whole(
    moment: str, platform: Platform, before: inventory.Inventory, trial: Workspace, objects: Objects
) -> None:
    trial.write(tags={SLOW: "3"})
    up_killed_when(trial, MOMENTS[moment](trial, platform, objects))
    recovered(trial)
    gone = trial.destroy()
    assert gone.code == 0, gone.output
    assert inventory.differences(before, inventory.take(platform)) == []
