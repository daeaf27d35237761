"""A Profile's quota on a real API server: limits of others are seen and taken away, whoever owns them."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from pulumi.dynamic import Config, ConfigureRequest

from project_workspace.kubeflow.namespace_quota import NamespaceQuotaProvider
from project_workspace.remote.provider import Props
from tests.support.real_cluster import DexCluster, outs

OURS = {"cpu": "8", "pods": "1k"}
SCOPES = {"scopes": ["NotTerminating"]}
SELECTOR = {
    "scopeSelector": {"matchExpressions": [{"scopeName": "PriorityClass", "operator": "In", "values": ["high"]}]}
}


@pytest.fixture
def provider(dex_cluster: DexCluster, monkeypatch: pytest.MonkeyPatch) -> NamespaceQuotaProvider:
    monkeypatch.setenv("KUBECONFIG", str(dex_cluster.kubeconfig))
    made = NamespaceQuotaProvider()
    made.configure(ConfigureRequest(Config({}, "workspace")))
    return made


class Profile:
    """A Profile as Pulumi applies it, and others who edit it."""

    def __init__(self, cluster: DexCluster) -> None:
        self.name = f"aic-ns-{uuid4().hex[:12]}"
        self._objects = cluster.objects
        self.apply(hard=OURS)

    def apply(self, **quota: Any) -> None:
        owner = {"kind": "User", "name": "aic-user-demo-ws@aic.com"}
        spec = {"owner": owner, "resourceQuotaSpec": quota}
        self._objects.apply({**self._target, "spec": spec}, "pulumi-kubernetes-0a1b2c3d", force=True)

    def merge(self, **quota: Any) -> None:
        self._objects.merge(self._target, {"spec": {"resourceQuotaSpec": quota}})

    @property
    def quota(self) -> Any:
        found = self._objects.get("kubeflow.org/v1", "Profile", self.name)
        assert found
        return found["spec"]["resourceQuotaSpec"]

    def inputs(self, hard: Props = OURS) -> Props:
        return {"namespace": self.name, "hard": hard}

    @property
    def _target(self) -> Props:
        return {"apiVersion": "kubeflow.org/v1", "kind": "Profile", "metadata": {"name": self.name}}


@pytest.fixture
def profile(dex_cluster: DexCluster) -> Profile:
    return Profile(dex_cluster)


def test_a_quota_of_our_own_limits_is_left_alone_and_shows_nothing(
    provider: NamespaceQuotaProvider, profile: Profile
) -> None:
    made = provider.create(profile.inputs())
    assert outs(made) == {**profile.inputs(), "others": {}, "othersKept": {}}
    assert outs(provider.read(made.id, outs(made))) == outs(made)
    assert not provider.diff(made.id, outs(made), profile.inputs()).changes
    assert profile.quota == {"hard": OURS}
    provider.delete(made.id, outs(made))
    assert profile.quota == {"hard": OURS}


@pytest.mark.parametrize(
    "added", [{"hard": {"memory": "1Gi", "secrets": "5"}}, SCOPES, SELECTOR, {**SCOPES, **SELECTOR}]
)
def test_what_others_add_is_seen_and_taken_away(
    provider: NamespaceQuotaProvider, profile: Profile, added: Props
) -> None:
    made = outs(provider.create(profile.inputs()))
    profile.merge(**added)
    seen = outs(provider.read(profile.name, made))
    assert seen == {**made, "others": added}
    assert provider.diff(profile.name, seen, profile.inputs()).changes

    repaired = outs(provider.update(profile.name, seen, profile.inputs()))
    assert repaired == made
    assert profile.quota == {"hard": OURS}
    assert not provider.diff(profile.name, repaired, profile.inputs()).changes


def test_another_value_of_our_own_limit_is_the_profiles_to_show(
    provider: NamespaceQuotaProvider, profile: Profile
) -> None:
    made = outs(provider.create(profile.inputs()))
    profile.merge(hard={"cpu": "9"})
    assert outs(provider.read(profile.name, made)) == made


def test_a_limit_that_is_given_up_goes_although_the_controller_owns_it(
    provider: NamespaceQuotaProvider, profile: Profile
) -> None:
    """`pods` was written by 0.1.0 as "1000", and as `1k` by the controller."""
    profile.merge(hard={"pods": None})
    profile.apply(hard={**OURS, "pods": "1000"})
    profile.merge(hard={"pods": "1k"})
    made = outs(provider.create(profile.inputs()))

    profile.apply(hard={"cpu": "8"})
    assert profile.quota == {"hard": OURS}, "giving it up is not enough"
    news = profile.inputs({"cpu": "8"})
    assert provider.diff(profile.name, made, news).changes
    assert outs(provider.update(profile.name, made, news)) == {**news, "others": {}, "othersKept": {}}
    assert profile.quota == {"hard": {"cpu": "8"}}


def test_the_whole_quota_goes_when_there_is_none(provider: NamespaceQuotaProvider, profile: Profile) -> None:
    profile.merge(hard={"cpu": "9", "memory": "1Gi"})
    profile.apply()
    assert profile.quota == {"hard": {"cpu": "9", "memory": "1Gi"}}, "giving it up is not enough"
    made = outs(provider.create(profile.inputs({})))
    assert made == {**profile.inputs({}), "others": {}, "othersKept": {}}
    assert profile.quota == {}


def test_limits_that_are_there_at_first_are_named_and_go_and_scopes_stay_as_they_are(
    provider: NamespaceQuotaProvider, profile: Profile, capfd: pytest.CaptureFixture[str]
) -> None:
    profile.merge(hard={"memory": "1Gi"}, **SCOPES)
    assert provider.check({}, profile.inputs()).failures == []
    assert capfd.readouterr().err == (
        f"The quota of Profile {profile.name} has limits that the stack's 'quota' does not name. "
        "They will be taken away: memory: 1Gi\n"
    )
    made = outs(provider.create(profile.inputs()))
    assert made == {**profile.inputs(), "others": SCOPES, "othersKept": SCOPES}
    assert profile.quota == {"hard": OURS, **SCOPES}
    provider.check(profile.inputs(), profile.inputs())
    provider.check({}, profile.inputs())
    assert capfd.readouterr().err == ""
    profile.merge(scopes=None, **SELECTOR)
    seen = outs(provider.read(profile.name, made))
    assert seen == {**made, "others": SELECTOR}
    assert outs(provider.update(profile.name, seen, profile.inputs())) == made
    assert profile.quota == {"hard": OURS, **SCOPES}


def test_before_the_profile_is_made_there_is_nothing_of_others(provider: NamespaceQuotaProvider) -> None:
    coming = {"namespace": "never-was", "hard": OURS}
    made = outs(provider.create(coming))
    assert made == {**coming, "others": {}, "othersKept": {}}
    assert outs(provider.read("never-was", made)) == made
    assert outs(provider.update("never-was", made, coming)) == made
    provider.delete("never-was", made)
