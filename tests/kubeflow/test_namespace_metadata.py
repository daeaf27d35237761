"""The marks of a namespace on a real API server: noted, seen when they change, put back."""

from __future__ import annotations

import pytest
from pulumi.dynamic import Config, ConfigureRequest

from project_workspace.kubeflow.namespace_metadata import NamespaceMetadataProvider
from project_workspace.remote.provider import Props, ProviderError
from tests.support.real_cluster import DexCluster, outs

OWNER = "aic-user-demo-ws@aic.com"
LABELS = {"istio-injection": "enabled", "app.kubernetes.io/part-of": "kubeflow-profile"}


@pytest.fixture
def provider(dex_cluster: DexCluster, monkeypatch: pytest.MonkeyPatch) -> NamespaceMetadataProvider:
    monkeypatch.setenv("KUBECONFIG", str(dex_cluster.kubeconfig))
    made = NamespaceMetadataProvider()
    made.configure(ConfigureRequest(Config({}, "workspace")))
    return made


@pytest.fixture
def inputs(dex_cluster: DexCluster) -> Props:
    """A namespace as Kubeflow makes it."""
    name = dex_cluster.new_namespace(owner=OWNER)
    dex_cluster.objects.merge(_target(name), {"metadata": {"labels": LABELS}})
    return {"namespace": name, "owner": OWNER}


def _target(name: str) -> Props:
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}


def _metadata(dex_cluster: DexCluster, name: str) -> Props:
    found = dex_cluster.objects.get("v1", "Namespace", name)
    assert found
    return found["metadata"]


def test_marks_are_noted_as_they_are_and_do_not_change_by_themselves(
    provider: NamespaceMetadataProvider, inputs: Props
) -> None:
    made = provider.create(inputs)
    assert outs(made) == {**inputs, "labels": LABELS, "labelsMade": LABELS}
    assert outs(provider.read(made.id, outs(made))) == outs(made)
    assert not provider.diff(made.id, outs(made), inputs).changes
    provider.delete(made.id, outs(made))


def test_a_changed_owner_and_changed_or_missing_labels_are_seen_and_put_back(
    dex_cluster: DexCluster, provider: NamespaceMetadataProvider, inputs: Props
) -> None:
    name = inputs["namespace"]
    made = outs(provider.create(inputs))
    changed = {"istio-injection": "disabled", "app.kubernetes.io/part-of": None, "team": "vision"}
    dex_cluster.objects.merge(_target(name), {"metadata": {"annotations": {"owner": "eve@aic.com"}, "labels": changed}})
    seen = outs(provider.read(name, made))
    assert seen == {
        **made,
        "owner": "eve@aic.com",
        "labels": {"istio-injection": "disabled", "app.kubernetes.io/part-of": ""},
    }
    assert provider.diff(name, seen, inputs).changes

    repaired = outs(provider.update(name, seen, inputs))
    assert repaired == made
    now = _metadata(dex_cluster, name)
    assert now["annotations"]["owner"] == OWNER
    assert now["labels"] == {**LABELS, "team": "vision", "kubernetes.io/metadata.name": name}
    assert not provider.diff(name, repaired, inputs).changes


def test_a_label_alone_is_a_difference(
    dex_cluster: DexCluster, provider: NamespaceMetadataProvider, inputs: Props
) -> None:
    made = outs(provider.create(inputs))
    dex_cluster.objects.merge(_target(inputs["namespace"]), {"metadata": {"labels": {"istio-injection": "disabled"}}})
    assert provider.diff(inputs["namespace"], outs(provider.read(inputs["namespace"], made)), inputs).changes


def test_a_label_of_somebody_else_is_no_drift(
    dex_cluster: DexCluster, provider: NamespaceMetadataProvider, inputs: Props
) -> None:
    made = outs(provider.create(inputs))
    dex_cluster.objects.merge(_target(inputs["namespace"]), {"metadata": {"labels": {"team": "vision"}}})
    assert outs(provider.read(inputs["namespace"], made)) == made


def test_a_namespace_that_is_gone_has_no_marks(provider: NamespaceMetadataProvider) -> None:
    gone = {"namespace": "never-was", "owner": OWNER}
    assert provider.read("never-was", {**gone, "labels": {}, "labelsMade": {}}).id == ""
    provider.delete("never-was", gone)
    with pytest.raises(ProviderError, match=r"There is no Namespace never-was.*'pulumi up'"):
        provider.create(gone)
