"""Who gets to a workspace's pods, flow by flow: the platform and those who are allowed, and no other workspace."""

from __future__ import annotations

import pytest

from project_workspace.tenancy.network import spec
from project_workspace.tenancy.network_options import AllowOptions, NetworkOptions
from tests.support.network_policies import Outside, Pod, gets_in

OURS = "aic-ns-demo-ws"
NOTEBOOK = Pod(OURS, {"notebook-name": "research"})
ARTIFACTS = Pod(OURS, {"app": "ml-pipeline-ui-artifact"})
MODEL = Pod(OURS, {"serving.knative.dev/revision": "defects-1"})

NEEDED = {
    "a person at a notebook": (Pod("istio-system", {"istio": "ingressgateway"}), NOTEBOOK, 8888),
    "the culler of idle notebooks": (Pod("kubeflow", {"app": "notebook-controller"}), NOTEBOOK, 8888),
    "artifacts of a pipeline": (Pod("kubeflow", {"app": "ml-pipeline-ui"}), ARTIFACTS, 3000),
    "a request for a model": (Pod("knative-serving", {"app": "activator"}), MODEL, 8012),
    "the autoscaler's figures": (Pod("knative-serving", {"app": "autoscaler"}), MODEL, 9090),
    "metrics": (Pod("monitoring", {"app": "prometheus"}), MODEL, 15020),
    "a step of one's own pipeline": (Pod(OURS, {"pipeline/runid": "1"}), ARTIFACTS, 3000),
}
KEPT_OUT = {
    "another workspace's notebook": (Pod("aic-ns-other-ws", {"notebook-name": "research"}), NOTEBOOK, 8888),
    "somebody's pod": (Pod("default"), MODEL, 8012),
    "a namespace whose name only begins so": (Pod("kubeflow-copy"), NOTEBOOK, 8888),
    "the internet": (Outside("203.0.113.9"), NOTEBOOK, 8888),
    "the company's network": (Outside("10.20.3.4"), NOTEBOOK, 8888),
}


def reaches(options: NetworkOptions, source: Pod | Outside, target: Pod, port: int) -> bool:
    policy = {"metadata": {"namespace": OURS}, "spec": spec(options)}
    return gets_in([policy] if options.isolated else [], source, target, port)


@pytest.mark.parametrize("flow", NEEDED)
def test_what_kubeflow_istio_knative_and_monitoring_need_gets_through(flow: str) -> None:
    assert reaches(NetworkOptions(isolated=True), *NEEDED[flow])


@pytest.mark.parametrize("flow", KEPT_OUT)
def test_others_get_in_only_where_nothing_is_isolated(flow: str) -> None:
    assert reaches(NetworkOptions(), *KEPT_OUT[flow])
    assert not reaches(NetworkOptions(isolated=True), *KEPT_OUT[flow])


def test_who_is_allowed_besides_gets_to_the_ports_that_are_named() -> None:
    allowed = NetworkOptions(
        isolated=True,
        allow=[AllowOptions(namespace="aic-ns-other-ws", ports=[8080, 8443]), AllowOptions(cidr="10.20.0.0/16")],
    )
    other = Pod("aic-ns-other-ws")
    assert [port for port in (80, 8080, 8443, 8888) if reaches(allowed, other, MODEL, port)] == [8080, 8443]
    assert reaches(allowed, Outside("10.20.3.4"), NOTEBOOK, 8888)
    assert not reaches(allowed, Outside("10.21.3.4"), NOTEBOOK, 8888)
    assert not reaches(allowed, Pod("default"), MODEL, 8080)


def test_a_platform_that_is_elsewhere_is_named_and_then_no_other_is_one() -> None:
    moved = NetworkOptions(isolated=True, platform_namespaces=["mesh"])
    assert reaches(moved, Pod("mesh"), NOTEBOOK, 8888)
    assert not reaches(moved, Pod("istio-system"), NOTEBOOK, 8888)
    alone = NetworkOptions(isolated=True, platform_namespaces=[])
    assert reaches(alone, Pod(OURS), NOTEBOOK, 8888)
    assert not reaches(alone, Pod("mesh"), NOTEBOOK, 8888)


def test_what_goes_out_stays_open() -> None:
    assert spec(NetworkOptions(isolated=True))["policyTypes"] == ["Ingress"]
