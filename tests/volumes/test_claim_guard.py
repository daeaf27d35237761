"""What keeps the data of a volume: the guard of its claim and that of the namespace, on a real API server with the real
binder of claims."""

from __future__ import annotations

from typing import Any

import pytest
from pulumi.dynamic import Config, ConfigureRequest
from pulumi.output import Unknown

from project_workspace.kube.claims import KEPT, keep_what_stays
from project_workspace.kubeflow.contents import content_of
from project_workspace.remote.provider import Props, ProviderError
from project_workspace.stack_mark import StackMark
from project_workspace.volumes.claim_guard import ClaimGuardProvider
from tests.support.claims import bound, claim
from tests.support.real_cluster import Kube, outs

MARK = StackMark("project-workspace", "demo-dev").annotations
STAYS = {**MARK, KEPT: "true"}


@pytest.fixture
def provider(kube: Kube) -> ClaimGuardProvider:
    made = ClaimGuardProvider()
    made.configure(ConfigureRequest(Config({"kubernetes:kubeconfig": kube.kubeconfig.read_text()}, "workspace")))
    return made


def guard(namespace: str, **more: Any) -> Props:
    base = {"namespace": namespace, "volume": "data", "claim": f"{namespace}/data"}
    return {**base, "retain": False, "deleteData": False, **more}


def policy(kube: Kube, volume: str) -> str:
    found = kube.objects.get("v1", "PersistentVolume", volume)
    assert found
    return found["spec"]["persistentVolumeReclaimPolicy"]


def test_a_claim_without_a_volume_goes_and_one_with_a_volume_does_not(kube: Kube, provider: ClaimGuardProvider) -> None:
    name = kube.new_namespace()
    provider.delete(name, guard(name))  # there is none
    claim(kube, name, "data", annotations=MARK)
    provider.delete(name, guard(name))
    replaced = {**guard(name), "claim": Unknown()}
    assert provider.diff(name, guard(name), replaced).replaces == ["claim"]

    name = kube.new_namespace()
    volume = bound(kube, name, "data", annotations=MARK)
    replaced = {**guard(name), "claim": Unknown()}
    for operation in (lambda: provider.diff(name, guard(name), replaced), lambda: provider.delete(name, guard(name))):
        with pytest.raises(ProviderError) as refused:
            operation()
        assert str(refused.value) == (
            f"The volume 'data' may not go: it is in use, and what is on it would go with it (namespace {name}). Set "
            "'retain: true' of the volume to keep its data, or 'deleteData: true', and run 'pulumi up' before that."
        )
    provider.delete(name, guard(name, deleteData=True))
    assert policy(kube, volume) == "Delete"


def test_the_volume_behind_a_claim_whose_data_stays_outlives_it_and_says_whose_it_is(
    kube: Kube, provider: ClaimGuardProvider, capsys: pytest.CaptureFixture[str]
) -> None:
    name = kube.new_namespace()
    volume = bound(kube, name, "data", annotations=STAYS)
    assert policy(kube, volume) == "Delete"
    provider.delete(name, guard(name, retain=True, deleteData=True))
    assert policy(kube, volume) == "Retain"
    found = kube.objects.get("v1", "PersistentVolume", volume)
    assert found
    assert MARK.items() <= found["metadata"]["annotations"].items()
    assert f"The data of the volume 'data' stays on the PersistentVolume '{volume}'" in capsys.readouterr().err


def test_a_volume_that_came_after_the_up_is_drift_until_the_next_one_keeps_it(
    kube: Kube, provider: ClaimGuardProvider
) -> None:
    name, props = kube.new_namespace(), {}
    props = guard(name, retain=True)
    made = outs(provider.create(props))
    assert made["kept"] is True
    assert outs(provider.read(name, made))["kept"] is True
    volume = bound(kube, name, "data", annotations=STAYS)

    seen = outs(provider.read(name, made))
    assert seen["kept"] is False
    assert provider.diff(name, seen, props).changes is True
    kept = outs(provider.update(name, seen, props))
    assert policy(kube, volume) == "Retain"
    assert outs(provider.read(name, kept))["kept"] is True
    assert provider.diff(name, kept, props).changes is False


def test_in_a_namespace_the_stacks_own_claims_count_when_data_would_go_with_them(kube: Kube) -> None:
    name, cluster = kube.new_namespace(), kube.connect()
    claim(kube, name, "ours-empty", annotations=MARK)
    bound(kube, name, "ours-kept", annotations=STAYS)
    assert content_of(cluster, name) is None
    claim(kube, name, "theirs-empty")
    bound(kube, name, "ours", annotations=MARK)
    bound(kube, name, "theirs", annotations={KEPT: "true"})
    assert content_of(cluster, name) == f"3 volumes (ours, theirs, theirs-empty) in namespace {name}"


def test_what_takes_a_namespace_away_keeps_first_what_stays(kube: Kube) -> None:
    name = kube.new_namespace()
    kept, ours = (bound(kube, name, each, annotations=marks) for each, marks in {"a": STAYS, "b": MARK}.items())
    keep_what_stays(kube.connect(), name)
    assert (policy(kube, kept), policy(kube, ours)) == ("Retain", "Delete")
