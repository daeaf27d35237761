"""The profile `kubeflow`: what a cluster that several teams share must have, each thing one line."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from project_workspace.kube.cluster import Cluster
from tests.preflight.checklists import Lines, broken, lines_of
from tests.preflight.conftest import INSTALLED, MakeSite
from tests.support.addons import AddOns, Installed
from tests.support.real_cluster import DexCluster
from tests.support.rows import first_of_each
from workspacectl.preflight.answers import Answer, Outcome
from workspacectl.preflight.profiles import PROFILES

MEMBERS = {"members": [{"email": "alice@example.com"}]}
PARTS = {
    "dashboard": Installed("kubeflow", "dashboard", {"dashboard": "ghcr.io/kubeflow/dashboard/dashboard:v2.0.0"}),
    "notebooks": Installed("kubeflow", "notebook-controller-deployment", {"manager": "ghcr.io/kubeflow/nc:v1.11.0"}),
    "volumes-page": Installed("kubeflow", "volumes-web-app-deployment", {"app": "ghcr.io/kubeflow/vwa:v1.11.0"}),
    "ingress-gateway": Installed("istio-system", "istio-ingressgateway", {"istio-proxy": "proxyv2:1.30.1"}),
    "login-proxy": Installed("oauth2-proxy", "oauth2-proxy", {"oauth2-proxy": "quay.io/oauth2-proxy:v7.15.2"}),
    "istio": INSTALLED["istiod"],
    "cert-manager": INSTALLED["cert-manager"],
}
"""By the check that looks for each."""
CONFIG = "profiles-config-46c7tgh6fd"
SETTINGS = {"USERID_HEADER": "kubeflow-userid", "USERID_PREFIX": ""}


@pytest.fixture(scope="module")
def kubeflow(addons: AddOns, dex_cluster: DexCluster) -> Iterator[None]:
    """Everything of Kubeflow's that the profile asks for."""
    own = [addon for addon in PARTS.values() if addon.name not in INSTALLED]
    addons.install(*own)
    metadata = {"name": CONFIG, "namespace": "kubeflow"}
    dex_cluster.objects.create(
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": SETTINGS}, "test"
    )
    with addons.kinds("notebooks.kubeflow.org"):
        yield
    dex_cluster.objects.delete("v1", "ConfigMap", CONFIG, "kubeflow")
    addons.remove(*own)


def kubeflow_lines(site: MakeSite, **settings: Any) -> Lines:
    return lines_of(site(**{**MEMBERS, **settings}), "kubeflow")


def test_where_everything_is_there_nothing_fails(site: MakeSite, kubeflow: None) -> None:
    found = kubeflow_lines(site)
    absent = {"shared-storage", "gpus"}  # neither a volume of many nodes nor GPUs are asked for
    assert {name: answer.outcome for name, answer in found.items()} == dict.fromkeys(
        [name for name in PROFILES["kubeflow"].checks if name not in absent], Outcome.OK
    )
    assert found["access-management"].seen == "kubeflow/profiles-deployment, version v2.0.1"
    assert found["user-header"].seen == "'kubeflow-userid' with the prefix ''"


@pytest.mark.parametrize(
    "check", first_of_each(PARTS, lambda check: "of the workspace too" if PARTS[check].name in INSTALLED else check)
)
def test_a_part_that_does_not_run_or_is_not_there_fails_its_line_here(
    site: MakeSite, kubeflow: None, addons: AddOns, check: str
) -> None:
    well = kubeflow_lines(site)
    with addons.stopped(PARTS[check]):
        assert broken(well, kubeflow_lines(site)) == {check: Outcome.FAILED}
    with addons.removed(PARTS[check]):
        assert broken(well, kubeflow_lines(site)) == {check: Outcome.FAILED}


def test_without_the_profile_controller_nobody_manages_access_either(
    site: MakeSite, kubeflow: None, addons: AddOns
) -> None:
    well = kubeflow_lines(site)
    with addons.removed(INSTALLED["profiles-deployment"]):
        now = kubeflow_lines(site)
    gone = dict.fromkeys(("profile-controller", "access-management"), Outcome.FAILED)
    assert broken(well, now) == {**gone, "user-header": Outcome.UNKNOWN}


@contextmanager
def without_kfam(addons: AddOns) -> Generator[None]:
    usual = INSTALLED["profiles-deployment"]
    addons.remove(usual)
    other = replace(usual, containers={"manager": usual.containers["manager"]})
    addons.install(other)
    try:
        yield
    finally:
        addons.remove(other)
        addons.install(usual)


def test_a_profile_controller_without_kfam_fails_the_line_of_access_management(
    site: MakeSite, kubeflow: None, addons: AddOns
) -> None:
    well = kubeflow_lines(site)
    with without_kfam(addons):
        now = kubeflow_lines(site)
    assert broken(well, now) == {"access-management": Outcome.FAILED}
    assert now["access-management"].seen == "no container kfam in kubeflow/profiles-deployment"


@pytest.mark.parametrize(
    "settings",
    [{"userIdHeader": "x-user"}, pytest.param({"userIdPrefix": "accounts.google.com:"}, marks=pytest.mark.thorough)],
)
def test_another_header_than_the_settings_say_fails_its_line(
    site: MakeSite, kubeflow: None, settings: dict[str, str]
) -> None:
    well = kubeflow_lines(site)
    now = kubeflow_lines(site, kubeflow=settings)
    assert broken(well, now) == {"user-header": Outcome.FAILED}
    assert now["user-header"].seen == "'kubeflow-userid' with the prefix ''"


def test_a_kubeflow_that_does_not_say_its_header_could_not_be_checked(
    site: MakeSite, kubeflow: None, dex_cluster: DexCluster
) -> None:
    well = kubeflow_lines(site)
    found = dex_cluster.objects.get("v1", "ConfigMap", CONFIG, "kubeflow")
    assert found
    dex_cluster.objects.delete("v1", "ConfigMap", CONFIG, "kubeflow")
    try:
        assert broken(well, kubeflow_lines(site)) == {"user-header": Outcome.UNKNOWN}
    finally:
        metadata = {"name": CONFIG, "namespace": "kubeflow"}
        dex_cluster.objects.create({**found, "metadata": metadata}, "test")


def test_the_authservice_of_an_older_kubeflow_logs_people_in_as_well(
    site: MakeSite, kubeflow: None, addons: AddOns, dex_cluster: DexCluster
) -> None:
    labels = {"app": "authservice"}
    image = {"name": "authservice", "image": "gcr.io/arrikto/kubeflow/oidc-authservice:28c59ef"}
    older = {
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "metadata": {"name": "authservice", "namespace": "istio-system"},
        "spec": {
            "serviceName": "authservice",
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": [image]}},
        },
    }
    well = kubeflow_lines(site)
    dex_cluster.objects.create(older, "test")
    try:
        assert broken(well, kubeflow_lines(site)) == {}
        with addons.removed(PARTS["login-proxy"]):
            # No controller of StatefulSets runs here.
            assert broken(well, kubeflow_lines(site)) == {"login-proxy": Outcome.FAILED}
            status = {"replicas": 1, "readyReplicas": 1, "availableReplicas": 1}
            dex_cluster.objects.merge(older, {"status": status}, subresource="status")
            now = kubeflow_lines(site)["login-proxy"]
    finally:
        dex_cluster.objects.delete("apps/v1", "StatefulSet", "authservice", "istio-system")
    assert now == Answer(Outcome.OK, "istio-system/authservice, version 28c59ef, 1 running")


def test_a_volume_for_many_nodes_has_a_line_of_its_own(site: MakeSite, kubeflow: None) -> None:
    volume = {"name": "data", "size": "1Gi"}
    well = kubeflow_lines(site, volumes=[volume])
    now = kubeflow_lines(site, volumes=[{**volume, "accessModes": ["ReadWriteMany"]}])
    assert broken(well, now) == {"shared-storage": Outcome.FAILED}


@pytest.mark.parametrize(
    ("plural", "check"),
    [("notebooks", "notebooks"), pytest.param("profiles", "profile-controller", marks=pytest.mark.thorough)],
)
def test_a_kind_of_kubeflows_that_is_not_served_fails_its_line(
    site: MakeSite, kubeflow: None, monkeypatch: pytest.MonkeyPatch, plural: str, check: str
) -> None:
    well, serves = kubeflow_lines(site), Cluster.serves
    monkeypatch.setattr(Cluster, "serves", lambda self, kind: kind.plural != plural and serves(self, kind))
    assert broken(well, kubeflow_lines(site)) == {check: Outcome.FAILED}


def test_what_is_a_warning_to_a_workspace_is_a_failure_where_the_profile_is_about_it(
    site: MakeSite, kubeflow: None, addons: AddOns
) -> None:
    with addons.stopped(INSTALLED["istiod"]):
        seen: dict[str, Answer] = {name: lines_of(site(**MEMBERS), name)["istio"] for name in ("workspace", "kubeflow")}
    assert [answer.outcome for answer in seen.values()] == [Outcome.WARNING, Outcome.FAILED]
