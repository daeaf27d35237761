"""A quota is what the stack's file says, whoever has written or owned what stands in the Profile."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from kubernetes.dynamic.exceptions import ForbiddenError

from local import inventory
from local.platform import Platform
from tests.support.engine.changes import LIMIT_RANGE, NAMESPACE_QUOTA, PROFILE, create, update
from tests.support.engine.drifting import Hand
from tests.support.engine.watching import operations
from tests.support.engine.workspaces import Workspace
from tests.support.real_cluster import eventually

pytestmark = [pytest.mark.engine, pytest.mark.official]

NAMESPACE = "aic-ns-limited-ws"
KIND = ("kubeflow.org/v1", "Profile", NAMESPACE)
OLD = {"cpu": "8", "memory": "163840Mi", "pods": "1000"}
"""As 0.1.0 wrote it, which was as the stack's file says."""


class Quota:
    """What of the quota is in the cluster."""

    def __init__(self, platform: Platform) -> None:
        self._hand = Hand(platform)

    @property
    def of_the_profile(self) -> Any:
        found = self._hand.objects.get(*KIND)
        assert found
        return found["spec"]["resourceQuotaSpec"]

    def wait_for(self, hard: dict[str, str] | None) -> None:
        """Until the quota in force is this one; None for none."""

        def in_force() -> bool:
            found = self._hand.objects.get("v1", "ResourceQuota", "kf-resource-quota", NAMESPACE)
            return (found and found["spec"]["hard"]) == hard

        eventually(f"the quota in force is {hard}", in_force)

    def add(self, **limits: str) -> None:
        self._hand.merge(*KIND, {"spec": {"resourceQuotaSpec": {"hard": limits}}})

    def was_written_by_0_1_0(self, demo: Workspace) -> None:
        """Put the Profile, and what the state says of it, into the condition in which 0.1.0 left them."""
        exported = json.loads(demo.engine.checked("stack", "export", "--show-secrets", "--stack", demo.stack).stdout)
        resources = exported["deployment"]["resources"]
        profile = next(each for each in resources if each["type"] == PROFILE)
        for part in ("inputs", "outputs"):
            profile[part]["spec"]["resourceQuotaSpec"] = {"hard": OLD}
        for each in resources:
            each["dependencies"] = [urn for urn in each.get("dependencies", []) if NAMESPACE_QUOTA not in urn]
        exported["deployment"]["resources"] = [each for each in resources if each["type"] != NAMESPACE_QUOTA]
        file = demo.engine.project / "of-0.1.0.json"
        file.write_text(json.dumps(exported))
        demo.engine.checked("stack", "import", "--file", str(file), "--stack", demo.stack)
        self._hand.objects.apply(profile["inputs"], profile["outputs"]["__fieldManager"], force=True)
        self.wait_for({"cpu": "8", "memory": "160Gi", "pods": "1k"})


@pytest.fixture
def demo(workspace: Callable[..., Workspace]) -> Workspace:
    made = workspace("limited", quota=OLD, conductor=None, grafana=None, login={"enabled": False})
    made.up()
    return made


@pytest.mark.thorough
def test_a_quota_that_0_1_0_wrote_is_updated_and_then_stays_and_goes_as_the_file_says(
    platform: Platform, demo: Workspace
) -> None:
    quota = Quota(platform)
    quota.was_written_by_0_1_0(demo)
    quota.add(secrets="5")
    previewed = demo.preview()
    assert "They will be taken away: secrets: 5" in " ".join(previewed.output.split()), previewed.output
    assert operations(demo) == update(PROFILE) | create(NAMESPACE_QUOTA)
    demo.up()
    unchanged = demo.preview("--refresh", "--expect-no-changes")
    assert unchanged.code == 0, unchanged.output

    demo.write(quota={"cpu": "8000m"})
    demo.up()
    assert quota.of_the_profile == {"hard": {"cpu": "8"}}
    quota.wait_for({"cpu": "8"})


@pytest.mark.thorough
def test_a_limit_that_others_add_is_shown_and_taken_away_and_so_is_a_whole_quota(
    platform: Platform, demo: Workspace
) -> None:
    quota = Quota(platform)
    quota.wait_for({"cpu": "8", "memory": "160Gi", "pods": "1k"})
    quota.add(secrets="5")
    shown = demo.preview("--refresh", "--diff", "--expect-no-changes")
    assert shown.code != 0
    assert 'secrets: "5"' in shown.output
    demo.up("--refresh")
    assert quota.of_the_profile == {"hard": {"cpu": "8", "memory": "160Gi", "pods": "1k"}}
    unchanged = demo.preview("--refresh", "--expect-no-changes")
    assert unchanged.code == 0, unchanged.output

    demo.write(quota=None)
    quota.add(cpu="9", secrets="5")
    demo.up()
    assert quota.of_the_profile == {}
    quota.wait_for(None)


def test_a_pod_that_says_nothing_starts_and_one_over_the_limit_does_not(
    platform: Platform, before: inventory.Inventory, workspace: Callable[..., Workspace]
) -> None:
    demo = workspace(
        "limited", quota={"cpu": "2", "memory": "4Gi", "limits.memory": "8Gi"}, nodeGroups=None, conductor=None,
        grafana=None, login={"enabled": False},
    )  # fmt: skip
    demo.up()
    objects = Hand(platform).objects
    eventually("the namespace can have pods", lambda: bool(objects.get("v1", "ServiceAccount", "default", NAMESPACE)))
    eventually(
        "the quota is counted",
        lambda: ((objects.get("v1", "ResourceQuota", "kf-resource-quota", NAMESPACE) or {}).get("status") or {})
        .get("hard", {}).get("cpu") == "2",
    )  # fmt: skip

    def starts(name: str, **resources: dict[str, str]) -> Any:
        container = {"name": "main", "image": "example.com/main", "resources": resources}
        metadata = {"name": name, "namespace": NAMESPACE}
        pod = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {"containers": [container]}}
        return objects.create(pod, "notebook")

    assert starts("quiet")["spec"]["containers"][0]["resources"] == {
        "requests": {"cpu": "40m", "memory": "81Mi"}, "limits": {"memory": "819Mi"},
    }  # fmt: skip
    assert starts("within", requests={"cpu": "1"})["spec"]["containers"][0]["resources"]["requests"]["cpu"] == "1"
    with pytest.raises(ForbiddenError, match=r"exceeded quota: kf-resource-quota, requested: cpu=1, used: cpu=1040m"):
        starts("over", requests={"cpu": "1"})

    demo.write(containerDefaults={"limits": {"memory": "1Gi"}})
    assert operations(demo) == update(LIMIT_RANGE)
    demo.up()
    unchanged = demo.preview("--refresh", "--expect-no-changes")
    assert unchanged.code == 0, unchanged.output
    assert starts("roomy")["spec"]["containers"][0]["resources"]["limits"] == {"memory": "1Gi"}

    demo.write(containerDefaults={"enabled": False})
    demo.up()
    with pytest.raises(ForbiddenError, match=r"must specify cpu for: main; limits.memory for: main; memory for: main"):
        starts("quiet-again")

    assert demo.destroy().code == 0
    assert inventory.differences(before, inventory.take(platform)) == []
