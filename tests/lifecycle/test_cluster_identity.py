"""Which cluster a stack belongs to: on two real API servers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pulumi.dynamic import Config, ConfigureRequest

from local.ports import free_ports
from project_workspace.kubeflow.gate import GateProvider
from project_workspace.lifecycle.cluster_identity import ClusterIdentityProvider
from project_workspace.lifecycle.teardown_guard import TeardownGuardProvider
from project_workspace.remote.provider import ProviderError, RemoteProvider
from tests.support.real_cluster import DexCluster, Kube

Configured = Callable[..., Any]


@pytest.fixture
def configured(monkeypatch: pytest.MonkeyPatch) -> Configured:
    """A provider as the engine configures it, with that kubeconfig."""

    def configure(kind: type[RemoteProvider], kubeconfig: Path | str, context: str = "") -> Any:
        monkeypatch.delenv("KUBECONFIG", raising=False)
        made = kind()  # pyright: ignore[reportAbstractUsage] - a subclass
        text = kubeconfig.read_text() if isinstance(kubeconfig, Path) else kubeconfig
        config = {"kubernetes:kubeconfig": text, "kubernetes:context": context}
        made.configure(ConfigureRequest(Config(config, "workspace")))
        return made

    return configure


def uid_of(cluster: Kube | DexCluster) -> str:
    found = cluster.objects.get("v1", "Namespace", "kube-system")
    assert found
    return found["metadata"]["uid"]


def test_the_first_up_notes_the_cluster_and_every_look_finds_it_again(kube: Kube, configured: Configured) -> None:
    provider = configured(ClusterIdentityProvider, kube.kubeconfig)
    made = provider.create({})
    assert made.id == uid_of(kube)
    assert made.outs == {"clusterUid": uid_of(kube)}
    assert provider.diff(made.id, made.outs, {}).changes is False
    assert provider.read(made.id, made.outs).outs == made.outs
    assert provider.update(made.id, made.outs, {}).outs == made.outs


def test_another_cluster_is_refused_with_both_and_how_it_was_reached(
    kube: Kube, dex_cluster: DexCluster, configured: Configured
) -> None:
    provider = configured(ClusterIdentityProvider, dex_cluster.kubeconfig)
    noted = {"clusterUid": uid_of(kube)}
    for look in (
        lambda: provider.diff("", noted, {}),
        lambda: provider.read("", noted),
        lambda: provider.update("", noted, {}),
    ):
        with pytest.raises(ProviderError) as refused:
            look()
        told = str(refused.value)
        assert f"to the one with the uid {uid_of(kube)}, and this is {uid_of(dex_cluster)}" in told
        assert "kubeconfig given as content" in told
        assert "Another cluster" in told


def test_nothing_is_read_changed_or_deleted_in_another_cluster(
    kube: Kube, dex_cluster: DexCluster, configured: Configured
) -> None:
    name = dex_cluster.new_namespace(owner="o@example.com")
    props = {"namespace": name, "owner": "o@example.com", "adopt": True, "clusterUid": uid_of(kube)}
    gate = configured(GateProvider, dex_cluster.kubeconfig)
    for operation in (lambda: gate.create(props), lambda: gate.delete(name, props)):
        with pytest.raises(ProviderError, match="belongs to another cluster"):
            operation()
    guard = configured(TeardownGuardProvider, dex_cluster.kubeconfig)
    with pytest.raises(ProviderError, match="belongs to another cluster"):
        guard.delete("b", {"bucket": "b", "region": "eu-west-1", "deleteData": True, "clusterUid": uid_of(kube)})
    right = {**props, "clusterUid": uid_of(dex_cluster)}
    assert gate.create(right).id == name


def test_a_cluster_that_is_not_reached_is_said_in_a_preview_and_stops_everything_else(
    configured: Configured, capfd: pytest.CaptureFixture[str]
) -> None:
    nobody = (
        f'{{"clusters": [{{"name": "a", "cluster": {{"server": "http://127.0.0.1:{free_ports(1)[0]}"}}}}], "users": [],'
        ' "contexts": [{"name": "a", "context": {"cluster": "a", "user": ""}}], "current-context": "a"}'
    )
    provider = configured(ClusterIdentityProvider, nobody)
    noted = {"clusterUid": "u-1"}
    assert provider.diff("u-1", noted, {}).changes is False
    assert capfd.readouterr().err.startswith("Not verified: the cluster. Could not get Namespace kube-system")
    with pytest.raises(ProviderError, match="no answer"):
        provider.read("u-1", noted)
