"""The role of a service account on a real API server: waited for, seen when it changes, taken away again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pulumi.dynamic import Config, ConfigureRequest

from project_workspace.kube import provider_connection
from project_workspace.kubeflow import editor_role
from project_workspace.kubeflow.editor_role import EditorRoleProvider
from project_workspace.remote.provider import Props, ProviderError
from tests.support.real_cluster import DexCluster, outs

ARN, OTHER = "arn:aws:iam::123456789012:role/demo", "arn:aws:iam::123456789012:role/another"


@pytest.fixture
def provider(dex_cluster: DexCluster, monkeypatch: pytest.MonkeyPatch) -> Iterator[EditorRoleProvider]:
    monkeypatch.setenv("KUBECONFIG", str(dex_cluster.kubeconfig))
    provider_connection.forget()
    made = EditorRoleProvider()
    made.configure(ConfigureRequest(Config({}, "workspace")))
    yield made
    provider_connection.forget()


@pytest.fixture
def inputs(dex_cluster: DexCluster) -> Props:
    """A namespace whose service account Kubeflow's controller has annotated."""
    name = dex_cluster.new_namespace(owner="aic-user-demo-ws@aic.com")
    annotate(dex_cluster, name, ARN)
    return {"namespace": name, "roleArn": ARN}


def account(namespace: str, **metadata: Any) -> Props:
    where = {"name": "default-editor", "namespace": namespace}
    return {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {**where, **metadata}}


def annotate(dex_cluster: DexCluster, namespace: str, role: str) -> None:
    annotations = {"eks.amazonaws.com/role-arn": role, "team": "vision"}
    dex_cluster.objects.apply(account(namespace, annotations=annotations), "controller", force=True)


def annotated(dex_cluster: DexCluster, namespace: str) -> Props:
    found = dex_cluster.objects.get("v1", "ServiceAccount", "default-editor", namespace)
    assert found
    return found["metadata"]["annotations"]


def test_the_annotation_is_seen_and_does_not_change_by_itself(provider: EditorRoleProvider, inputs: Props) -> None:
    made = provider.create(inputs)
    assert (made.id, outs(made)) == (inputs["namespace"], inputs)
    assert outs(provider.read(made.id, outs(made))) == inputs
    assert not provider.diff(made.id, outs(made), inputs).changes


def test_it_is_waited_for_and_at_last_it_is_said_who_should_have_written_it(
    dex_cluster: DexCluster, provider: EditorRoleProvider, inputs: Props, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, wanted = inputs["namespace"], {**inputs, "roleArn": OTHER}
    cluster = provider_connection.connect(provider.config, inputs)
    slept: list[float] = []

    def until_the_controller_comes(seconds: float) -> None:
        slept.append(seconds)
        annotate(dex_cluster, name, OTHER)

    monkeypatch.setattr(cluster, "sleep", until_the_controller_comes)
    assert outs(provider.update(name, inputs, wanted)) == wanted
    assert len(slept) == 1

    monkeypatch.setattr(editor_role, "LIMIT_SECONDS", -1.0)
    with pytest.raises(ProviderError, match=f"did not annotate ServiceAccount default-editor in namespace {name}"):
        provider.create(inputs)


@pytest.mark.parametrize("role", [OTHER, None])
def test_another_role_and_none_are_seen(
    dex_cluster: DexCluster, provider: EditorRoleProvider, inputs: Props, role: str | None
) -> None:
    name = inputs["namespace"]
    dex_cluster.objects.merge(account(name), {"metadata": {"annotations": {"eks.amazonaws.com/role-arn": role}}})
    seen = outs(provider.read(name, inputs))
    assert seen == {**inputs, "roleArn": role or ""}
    assert provider.diff(name, seen, inputs).changes


def test_a_namespace_that_is_gone_has_none(provider: EditorRoleProvider, inputs: Props) -> None:
    assert provider.read("aic-ns-gone", inputs).id == ""
    provider.delete("aic-ns-gone", inputs)


def test_it_is_taken_away_and_nothing_of_others_with_it(
    dex_cluster: DexCluster, provider: EditorRoleProvider, inputs: Props
) -> None:
    name = inputs["namespace"]
    provider.delete(name, {**inputs, "roleArn": OTHER})
    assert annotated(dex_cluster, name)["eks.amazonaws.com/role-arn"] == ARN, "somebody else's"
    provider.delete(name, inputs)
    assert annotated(dex_cluster, name) == {"team": "vision"}
    provider.delete(name, inputs)
