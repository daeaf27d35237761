"""The gate around a Kubeflow namespace, on a real API server with its real namespace controller."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from uuid import uuid4

import pytest
from pulumi.dynamic import Config, ConfigureRequest

from project_workspace.kubeflow import gate
from project_workspace.kubeflow.gate import GateProvider
from project_workspace.remote.provider import Props, ProviderError
from tests.support.real_cluster import DexCluster, eventually, outs

OWNER = "aic-user-demo-ws@aic.com"


@pytest.fixture
def provider(dex_cluster: DexCluster, monkeypatch: pytest.MonkeyPatch) -> GateProvider:
    monkeypatch.delenv("KUBECONFIG", raising=False)
    made = GateProvider()
    config = {"kubernetes:kubeconfig": dex_cluster.kubeconfig.read_text(), "kubernetes:context": ""}
    made.configure(ConfigureRequest(Config(config, "workspace")))
    return made


@pytest.fixture
def held(dex_cluster: DexCluster) -> Iterator[str]:
    """A namespace of the owner that cannot go before `_let_go`."""
    name = dex_cluster.new_namespace(owner=OWNER)
    metadata = {"name": "held", "namespace": name, "finalizers": ["example.com/held"]}
    dex_cluster.objects.create({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata}, "test")
    yield name
    if dex_cluster.objects.get("v1", "ConfigMap", "held", name):
        _let_go(dex_cluster, name)


def _let_go(dex_cluster: DexCluster, name: str) -> None:
    held = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "held", "namespace": name}}
    dex_cluster.objects.merge(held, {"metadata": {"finalizers": None}})


def _inputs(name: str, **more: object) -> Props:
    return {"namespace": name, "owner": OWNER, "adopt": False, **more}


def test_a_name_that_is_free_opens_the_gate_and_makes_nothing(dex_cluster: DexCluster, provider: GateProvider) -> None:
    inputs = _inputs(f"free-{uuid4().hex[:8]}")
    made = provider.create(inputs)
    assert (made.id, outs(made)) == (inputs["namespace"], inputs)
    assert dex_cluster.connect().namespace(inputs["namespace"]) is None
    assert outs(provider.read(made.id, outs(made))) == inputs
    assert not provider.diff(made.id, outs(made), inputs).changes
    provider.delete(made.id, outs(made))


@pytest.mark.parametrize("adopt", [False, True])
@pytest.mark.parametrize(
    ("annotations", "told"),
    [
        ({}, "without an owner exists already"),
        ({"owner": "eve@aic.com"}, "of another owner, eve@aic.com, exists already"),
    ],
)
def test_somebody_elses_namespace_is_refused_even_when_adopting(
    dex_cluster: DexCluster, provider: GateProvider, annotations: dict[str, str], told: str, adopt: bool
) -> None:
    name = dex_cluster.new_namespace(**annotations)
    with pytest.raises(
        ProviderError, match=f"A namespace {name} {told}.*kubectl annotate --overwrite namespace {name}"
    ):
        provider.create(_inputs(name, adopt=adopt))


def test_a_namespace_of_the_same_owner_is_taken_only_by_adopting(
    dex_cluster: DexCluster, provider: GateProvider
) -> None:
    name = dex_cluster.new_namespace(owner=OWNER)
    with pytest.raises(ProviderError, match=f"{name} of the same owner, {OWNER}, exists already.*'adopt: true'"):
        provider.create(_inputs(name))
    assert provider.create(_inputs(name, adopt=True)).id == name


def test_a_namespace_on_its_way_out_is_waited_for(dex_cluster: DexCluster, provider: GateProvider, held: str) -> None:
    dex_cluster.objects.delete("v1", "Namespace", held)
    timer = threading.Timer(0.7, _let_go, (dex_cluster, held))
    timer.start()
    assert provider.create(_inputs(held)).id == held
    timer.join()
    assert dex_cluster.connect().namespace(held) is None


def test_a_namespace_that_never_goes_is_told_with_what_holds_it(
    dex_cluster: DexCluster, provider: GateProvider, held: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    dex_cluster.objects.delete("v1", "Namespace", held)
    eventually("the reason", lambda: "example.com/held" in str(dex_cluster.connect().namespace(held)))
    monkeypatch.setattr(gate, "TERMINATING_SECONDS", 0.0)
    monkeypatch.setattr(gate, "GONE_SECONDS", 0.0)
    with pytest.raises(ProviderError, match=f"Namespace {held} is still there after 0 s.*example.com/held"):
        provider.create(_inputs(held))
    with pytest.raises(ProviderError, match=f"Namespace {held} is still there after 0 s.*example.com/held"):
        provider.delete(held, _inputs(held))


def test_the_gate_closes_when_the_namespace_is_gone(dex_cluster: DexCluster, provider: GateProvider) -> None:
    name = dex_cluster.new_namespace(owner=OWNER)
    dex_cluster.objects.delete("v1", "Namespace", name)
    provider.delete(name, _inputs(name))
    assert dex_cluster.connect().namespace(name) is None


def test_a_namespace_that_is_somebody_elses_by_now_is_not_waited_for(
    dex_cluster: DexCluster, provider: GateProvider
) -> None:
    name = dex_cluster.new_namespace(owner="eve@aic.com")
    provider.delete(name, _inputs(name))
    assert dex_cluster.connect().namespace(name)


def test_owner_and_region_never_change_and_another_namespace_replaces(provider: GateProvider) -> None:
    olds = _inputs("demo", region="ap-northeast-2")
    failures = provider.check(olds, _inputs("demo", owner="new@aic.com", region="us-east-1")).failures
    assert [(failure.property, failure.reason.split(":")[0]) for failure in failures] == [
        ("owner", "Expected the owner that the namespace has"),
        ("region", "Expected the region that the workspace is in"),
    ]
    assert provider.diff("demo", olds, _inputs("other")).replaces == ["namespace"]
    assert provider.diff("demo", olds, _inputs("demo", kubeconfig="/elsewhere")).changes
