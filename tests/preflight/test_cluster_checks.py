"""The checks of the cluster and of what is installed on it: each thing that is broken is one line, and no other."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from local.kube.seed import DEX_CONFIG_KEY, DEX_NAME, DEX_NAMESPACE
from project_workspace.kube.cluster import Cluster, Ref
from project_workspace.remote.errors import RefusedError
from tests.preflight.checklists import Lines, broken, lines_of
from tests.preflight.conftest import INSTALLED, MakeSite
from tests.support.addons import AddOns
from tests.support.real_cluster import DexCluster, eventually
from workspacectl.preflight import running
from workspacectl.preflight.answers import Answer, Outcome
from workspacectl.preflight.checks import deployments, kubernetes
from workspacectl.preflight.sites import WorkspaceSite

MEMBERS = {"members": [{"email": "alice@example.com"}]}
GROUP = {"spec": "cpu", "instanceType": "m5.large", "max": 2}


@pytest.mark.parametrize(
    ("seconds", "outcome"),
    [
        (50, Outcome.OK),
        (-100, Outcome.WARNING),
        pytest.param(100, Outcome.WARNING, marks=pytest.mark.thorough),
        (400, Outcome.FAILED),
    ],
)
def test_a_clock_that_is_not_the_clusters_is_one_line(
    site: MakeSite, monkeypatch: pytest.MonkeyPatch, seconds: int, outcome: Outcome
) -> None:
    now = kubernetes.now
    well = lines_of(site())
    monkeypatch.setattr(kubernetes, "now", lambda: now() + timedelta(seconds=seconds))
    found = lines_of(site())
    assert broken(well, found) == ({} if outcome == Outcome.OK else {"clock-cluster": outcome})
    assert found["clock-cluster"].outcome == outcome


@pytest.mark.parametrize(
    ("check", "name", "version"),
    [
        ("istio", "istiod", "1.30.1"),
        ("cert-manager", "cert-manager", "v1.20.2"),
        ("profile-controller", "profiles-deployment", "v2.0.0"),
    ],
)
def test_an_add_on_that_does_not_run_or_is_not_there_is_one_line(
    site: MakeSite, addons: AddOns, check: str, name: str, version: str
) -> None:
    addon = INSTALLED[name]
    well = lines_of(site(**MEMBERS))
    assert well[check] == Answer(Outcome.OK, f"{addon.namespace}/{name}, version {version}, 1 running")
    with addons.stopped(addon):
        now = lines_of(site(**MEMBERS))
        assert broken(well, now) == {check: Outcome.WARNING}
        assert now[check].seen == f"{addon.namespace}/{name}, version {version}: no pod of it is available"
        assert now[check].remedy == f"kubectl -n {addon.namespace} describe deployment {name}"
    with addons.removed(addon):
        now = lines_of(site(**MEMBERS))
        assert broken(well, now) == {check: Outcome.WARNING}
        assert now[check].seen == f"no Deployment {addon.namespace}/{name}"


def test_a_node_group_that_may_grow_needs_the_cluster_autoscaler_and_karpenter_is_no_other(
    site: MakeSite, addons: AddOns, monkeypatch: pytest.MonkeyPatch
) -> None:
    def found(**changes: Any) -> Answer | None:
        return answer_of(site(cluster="eks-demo", nodeGroups=[{**GROUP, **changes}]), "autoscaler")

    autoscaler = INSTALLED["cluster-autoscaler"]
    assert found() == Answer(Outcome.OK, "kube-system/cluster-autoscaler, version v1.35.0, 1 running")
    assert found(min=2) is None
    with addons.removed(autoscaler):
        missing = found()
        assert missing
        assert (missing.outcome, missing.seen) == (Outcome.WARNING, "no cluster autoscaler")
        assert missing.expected == "the cluster autoscaler, for the node groups cpu"
        karpenter = type(autoscaler)(
            "kube-system", "karpenter", {"controller": "public.ecr.aws/karpenter/controller:1.14.1"}
        )
        addons.install(karpenter)
        instead = found()
        addons.remove(karpenter)
        assert instead
        assert instead.outcome == Outcome.WARNING
        assert "Karpenter (kube-system/karpenter, version 1.14.1, 1 running) does not change a managed" in instead.seen
        serves = Cluster.serves
        monkeypatch.setattr(Cluster, "serves", lambda self, kind: kind.plural == "nodepools" or serves(self, kind))
        auto = found()
        assert auto
        assert "EKS Auto Mode do not change a managed node group" in auto.seen


def answer_of(site: WorkspaceSite, check: str) -> Answer | None:
    return running.ALL[check](site)


def test_an_add_on_in_another_place_is_found_by_its_label_and_whoever_may_not_list_them_gets_an_answer(
    site: MakeSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = deployments.AddOn("Istio's control plane", "istio", ("istiod-1-30",), ("istiod",))
    found = deployments.find(site(), elsewhere)
    assert found
    assert deployments.place(found) == "istio-system/istiod"

    def refused(*_: Any) -> Any:
        raise RefusedError("Could not list Deployment: not allowed", where="here", remedy="Give it.")

    monkeypatch.setattr(Cluster, "every", refused)
    assert deployments.find(site(), elsewhere) is None
    assert deployments.running(site(), elsewhere, remedy="look").outcome == Outcome.WARNING


@pytest.mark.parametrize(
    ("image", "tag"),
    [
        ("a:1.2", "1.2"),
        ("registry:5000/a/b", ""),
        ("registry:5000/a/b:v1@sha256:00", "v1"),
        ("a@sha256:00", ""),
        ("", ""),
    ],
)
def test_a_version_is_the_images_tag(image: str, tag: str) -> None:
    assert deployments.tag_of(image) == tag


@pytest.mark.parametrize("check", ["istio", "profile-controller", "cert-manager"])
def test_a_kind_that_is_not_served_is_one_line(site: MakeSite, monkeypatch: pytest.MonkeyPatch, check: str) -> None:
    plural = {"istio": "authorizationpolicies", "profile-controller": "profiles", "cert-manager": "certificates"}[check]
    well, serves = lines_of(site(**MEMBERS)), Cluster.serves
    monkeypatch.setattr(Cluster, "serves", lambda self, kind: kind.plural != plural and serves(self, kind))
    now = lines_of(site(**MEMBERS))
    assert broken(well, now) == {check: Outcome.WARNING if check == "cert-manager" else Outcome.FAILED}


def dex_deployment(cluster: DexCluster, change: dict[str, Any]) -> None:
    metadata = {"name": DEX_NAME, "namespace": DEX_NAMESPACE}
    cluster.objects.merge({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata}, change)


def test_a_dex_that_is_not_there_or_does_not_serve_is_one_line(site: MakeSite, dex_cluster: DexCluster) -> None:
    well = lines_of(site())
    elsewhere = lines_of(site(login={"dex": {"deployment": "dex2"}}))
    assert broken(well, elsewhere) == {"dex-configuration": Outcome.FAILED}
    assert elsewhere["dex-configuration"].seen == "no Deployment dex2 in namespace auth"
    gone = lines_of(site(login={"dex": {"configMap": "dex2"}}))
    # Whether it has the user cannot be seen either.
    assert broken(well, gone) == {"dex-configuration": Outcome.FAILED, "name-collisions": Outcome.UNKNOWN}
    dex_deployment(dex_cluster, {"spec": {"replicas": 0}})
    try:

        def now() -> Lines:
            return lines_of(site())

        eventually("nobody serves", lambda: broken(well, now()) == {"dex-configuration": Outcome.FAILED})
        assert now()["dex-configuration"].seen == "Deployment dex in namespace auth serves nobody"
    finally:
        dex_deployment(dex_cluster, {"spec": {"replicas": 1}})
        eventually("dex serves", lambda: broken(well, lines_of(site())) == {})


def test_an_entry_that_dex_would_refuse_fails_its_line(site: MakeSite, dex_cluster: DexCluster) -> None:
    found = dex_cluster.objects.get("v1", "ConfigMap", DEX_NAME, DEX_NAMESPACE)
    assert found
    text = found["data"][DEX_CONFIG_KEY]
    well = lines_of(site())
    bad = text.replace("staticPasswords:\n", 'staticPasswords:\n- {email: bad@example.com, hash: "not-a-hash"}\n')
    assert bad != text
    target = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": DEX_NAME, "namespace": DEX_NAMESPACE}}
    dex_cluster.objects.merge(target, {"data": {DEX_CONFIG_KEY: bad}})
    try:
        now = lines_of(site())
    finally:
        dex_cluster.objects.merge(target, {"data": {DEX_CONFIG_KEY: text}})
    assert broken(well, now) == {"dex-configuration": Outcome.FAILED}
    assert "(bad@example.com) has a malformed bcrypt hash" in now["dex-configuration"].seen
    assert "Nothing was written" not in now["dex-configuration"].remedy


def test_a_member_whose_login_is_somebody_elses_fails_the_line_of_dex(site: MakeSite) -> None:
    member = {"email": "anna.berg@example.com"}
    well = lines_of(site(members=[member]))
    now = lines_of(site(members=[{**member, "login": True}]))
    assert broken(well, now) == {"dex-configuration": Outcome.FAILED}
    assert "anna.berg@example.com has a login with the userID" in now["dex-configuration"].seen


def test_a_volume_for_many_nodes_needs_a_class_that_makes_such(site: MakeSite, dex_cluster: DexCluster) -> None:
    shared = {"name": "data", "size": "1Gi", "accessModes": ["ReadWriteMany"]}

    def found(**more: Any) -> Answer | None:
        return answer_of(site(volumes=[{**shared, **more}]), "shared-storage")

    unfit = found()
    assert unfit
    assert unfit.outcome == Outcome.FAILED
    assert unfit.seen == "cannot be mounted by many nodes: 'data' by gp3 (ebs.csi.aws.com)"
    assert found(accessModes=["ReadWriteOnce"]) is None
    efs = {"metadata": {"name": "efs-sc"}, "provisioner": "efs.csi.aws.com"}
    dex_cluster.objects.create({"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", **efs}, "test")
    try:
        assert found(storageClass="efs-sc") == Answer(Outcome.OK, "data: efs-sc")
    finally:
        dex_cluster.objects.delete("storage.k8s.io/v1", "StorageClass", "efs-sc")


def test_a_cluster_without_a_date_could_not_be_checked(site: MakeSite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Cluster, "date", lambda _: "")
    well = answer_of(site(), "clock-cluster")
    assert well
    assert well.outcome == Outcome.UNKNOWN


def test_the_api_of_a_kind_is_the_one_that_the_cluster_prefers(dex_cluster: DexCluster) -> None:
    cluster = dex_cluster.connect()
    assert cluster.api_of("apps", "deployments") == "apis/apps/v1"
    assert cluster.api_of("apps", "moons") is None
    assert cluster.api_of("moon.example.com", "deployments") is None
    assert cluster.version.startswith("v1.")
    assert cluster.serves(Ref("apis/apps/v1", "deployments", "Deployment", "", ""))
