"""Each check: what is well, and that exactly its line says so when exactly that thing is broken."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import yaml

from local.kube.seed import DEX_CONFIG_KEY, DEX_NAME, DEX_NAMESPACE
from local.ports import free_ports
from project_workspace.kube.cluster import Cluster, Ref
from tests.preflight.checklists import broken, lines_of, with_eks
from tests.preflight.conftest import MakeSite, Said
from tests.support.real_cluster import DexCluster
from workspacectl.preflight import running
from workspacectl.preflight.answers import Answer, Line, Outcome, exit_code
from workspacectl.preflight.profiles import PROFILES

AS_OBJECTS = {"login": {"dex": {"storedIn": "password-object"}}}


def test_a_site_where_all_is_well_fails_nothing(site: MakeSite, on_eks: dict[str, Any]) -> None:
    members = [{"email": "alice@example.com"}]
    found = lines_of(with_eks(site(**on_eks, members=members)))
    # The cluster has no node.
    odd = {"gpus": Outcome.WARNING}
    elsewhere = {"aws-command", "eks-access", "pod-identity-agent", "existing-namespace"}
    elsewhere |= {"grafana", "ai-conductor", "keycloak", "storage-key"}
    names = [name for name in PROFILES["workspace"].checks if name not in elsewhere]
    assert {name: answer.outcome for name, answer in found.items()} == {**dict.fromkeys(names, Outcome.OK), **odd}
    assert found["aws-identity"].seen.startswith("arn:aws:")
    assert found["eks-version"].seen == "1.35, in standard support until 2027-03-27"
    assert found["default-storage-class"].seen == "gp3"
    assert found["dex-configuration"].seen.endswith("storage kubernetes, dex v2.45.1")


def test_what_does_not_concern_a_stack_is_no_line_of_its(site: MakeSite) -> None:
    alone = {"namespace": {"kind": "plain"}, "login": {"enabled": False}, "access": {"mode": "bucket-policy"}}
    principals = {"principals": ["arn:aws:iam::123456789012:role/a"]}
    found = lines_of(site(**{**alone, "access": {**alone["access"], **principals}}))
    everywhere = ["aws-identity", "aws-rights", "clock", "clock-cluster", "cluster-answers", "default-storage-class"]
    assert sorted(found) == [*everywhere, "name-collisions", "name-collisions-aws", "pulumi", "rights"]


def test_an_engine_that_is_too_old_fails_its_line(site: MakeSite) -> None:
    well = lines_of(site())
    now = lines_of(site(engine=Said("v3.100.0\n")))
    assert broken(well, now) == {"pulumi": Outcome.FAILED}
    assert now["pulumi"] == Answer(Outcome.FAILED, "v3.100.0", "3.274 or newer", "https://www.pulumi.com/docs/install/")


@pytest.mark.parametrize(("there", "outcome"), [(True, Outcome.OK), (False, Outcome.FAILED)])
def test_a_connection_derived_from_eks_needs_the_aws_command(
    site: MakeSite, tmp_path: Any, there: bool, outcome: Outcome
) -> None:
    if there:
        (tmp_path / "aws").write_text("#!/bin/sh\n")
        (tmp_path / "aws").chmod(0o755)
    engine = Said(environment={"PATH": str(tmp_path)})
    derived = site(engine=engine, cluster="eks-demo", kubernetes={"fromCluster": True})
    answer = running.ALL["aws-command"](with_eks(derived))
    assert answer
    assert answer.outcome == outcome


def test_a_cluster_that_does_not_answer_leaves_its_lines_unchecked_with_the_way_on(
    site: MakeSite, dex_cluster: DexCluster
) -> None:
    config = yaml.safe_load(dex_cluster.kubeconfig.read_text())
    config["clusters"][0]["cluster"]["server"] = f"https://127.0.0.1:{free_ports(1)[0]}"
    well, now = lines_of(site()), lines_of(site(kubeconfig=yaml.safe_dump(config)))
    local = ("pulumi", "aws-identity", "aws-rights", "clock", "shared-policies", "name-collisions-aws")
    assert broken(well, now) == dict.fromkeys([name for name in well if name not in local], Outcome.UNKNOWN)
    assert "127.0.0.1" in now["cluster-answers"].seen


@contextmanager
def changed(cluster: DexCluster, kind: str, name: str, change: dict[str, Any], back: dict[str, Any]) -> Generator[None]:
    """An object that is otherwise for as long as the block takes."""
    group = {"StorageClass": "storage.k8s.io/v1", "ConfigMap": "v1"}[kind]
    metadata = {"name": name, **({"namespace": DEX_NAMESPACE} if kind == "ConfigMap" else {})}
    target = {"apiVersion": group, "kind": kind, "metadata": metadata}
    cluster.objects.merge(target, change)
    try:
        yield
    finally:
        cluster.objects.merge(target, back)


def test_a_cluster_without_a_default_class_is_a_warning_and_fails_a_volume_that_names_none(
    site: MakeSite, dex_cluster: DexCluster
) -> None:
    mark = "storageclass.kubernetes.io/is-default-class"
    off, on = ({"metadata": {"annotations": {mark: value}}} for value in ("false", "true"))
    volume = {"name": "data", "size": "10Gi"}
    well, with_volume = lines_of(site()), lines_of(site(volumes=[volume]))
    with changed(dex_cluster, "StorageClass", "gp3", off, on):
        assert broken(well, lines_of(site())) == {"default-storage-class": Outcome.WARNING}
        now = lines_of(site(volumes=[volume]))
        assert broken(with_volume, now) == {"default-storage-class": Outcome.FAILED}
        assert now["default-storage-class"].expected == "a default, since the volumes data name none"
        classed = lines_of(site(volumes=[{**volume, "storageClass": "gp3"}]))
        assert classed["default-storage-class"].outcome == Outcome.WARNING
    with changed(dex_cluster, "StorageClass", "gp2", on, off):
        assert lines_of(site())["default-storage-class"].seen == "2 defaults: gp2, gp3"


@pytest.fixture
def dex_text(dex_cluster: DexCluster) -> str:
    found = dex_cluster.objects.get("v1", "ConfigMap", DEX_NAME, DEX_NAMESPACE)
    assert found
    return found["data"][DEX_CONFIG_KEY]


WRONG = [
    (("enablePasswordDB: true", "enablePasswordDB: false"), {}, Outcome.FAILED, "'enablePasswordDB: true' is not set"),
    (("staticPasswords:", "staticPasswords: ["), {}, Outcome.FAILED, "not one YAML document"),
    (("type: kubernetes", "type: sqlite3"), AS_OBJECTS, Outcome.FAILED, "its storage is 'sqlite3'"),
]


@pytest.mark.parametrize("case", WRONG, ids=lambda case: case[0][1])
def test_a_dex_that_would_let_nobody_in_fails_its_line(
    site: MakeSite, dex_text: str, dex_cluster: DexCluster, case: Any
) -> None:
    wrong, settings, outcome, said = case
    assert wrong[0] in dex_text
    well = lines_of(site(**settings))
    change, back = ({"data": {DEX_CONFIG_KEY: text}} for text in (dex_text.replace(*wrong), dex_text))
    with changed(dex_cluster, "ConfigMap", DEX_NAME, change, back):
        now = lines_of(site(**settings))
    # Whether it has the user cannot be seen in a text that cannot be read.
    unseen = {"name-collisions": Outcome.UNKNOWN} if "YAML" in said else {}
    assert broken(well, now) == {"dex-configuration": outcome, **unseen}
    assert said in now["dex-configuration"].seen


def test_an_owner_who_is_a_contributor_alone_needs_istio_and_the_right_to_bind_the_role(
    site: MakeSite, nearly: tuple[str, Callable[..., object]]
) -> None:
    kubeflow = {"namespace": {"kind": "plain"}, "kubeflow": {"contributors": True}}
    assert lines_of(site(**kubeflow))["istio"].outcome == Outcome.OK
    assert "istio" not in lines_of(site(namespace={"kind": "plain"}))
    kubeconfig, _ = nearly
    missing = lines_of(site(kubeconfig=kubeconfig, **kubeflow))["rights"].seen
    assert "bind clusterroles.rbac.authorization.k8s.io/kubeflow-admin" in missing
    assert "create authorizationpolicies.security.istio.io in aic-ns-demo-ws" in missing


def test_a_device_plugin_or_a_node_with_gpus_is_well(
    site: MakeSite, on_eks: dict[str, Any], dex_cluster: DexCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing = lines_of(with_eks(site(**on_eks)))
    assert nothing["gpus"].seen == "no node with GPUs, and no device plugin"
    every = Cluster.every
    there: dict[str, list[dict[str, Any]]] = {"daemonsets": [{"metadata": {"name": "nvidia-device-plugin-daemonset"}}]}

    def listed(self: Cluster, kind: Ref) -> Iterator[dict[str, Any]]:
        yield from there.get(kind.plural, ()) or every(self, kind)

    monkeypatch.setattr(Cluster, "every", listed)
    assert broken(nothing, lines_of(with_eks(site(**on_eks)))) == {"gpus": Outcome.OK}
    there["nodes"] = [{"metadata": {"name": "n"}, "status": {"allocatable": {"nvidia.com/gpu": "1"}}}]
    assert lines_of(with_eks(site(**on_eks)))["gpus"].seen == "1 nodes with GPUs"


@pytest.mark.parametrize(
    ("outcomes", "code"),
    [
        ([Outcome.OK, Outcome.WARNING], 0),
        ([Outcome.OK, Outcome.UNKNOWN], 2),
        ([Outcome.UNKNOWN, Outcome.FAILED], 1),
        ([], 0),
    ],
)
def test_the_exit_code_says_the_worst(outcomes: list[Outcome], code: int) -> None:
    assert exit_code(Line("a", "b", Answer(each, "seen")) for each in outcomes) == code


def test_every_check_is_in_a_profile_and_says_what_it_checks() -> None:
    assert {name for profile in PROFILES.values() for name in profile.checks} == {*running.ALL}
    assert [name for name, check in running.ALL.items() if not running.about(check).endswith(".")] == []
