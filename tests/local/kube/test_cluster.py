"""What the local cluster promises: private keys, no secret on a command line, nothing left of a failed start."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psutil
import pytest
from kubernetes.dynamic.exceptions import ConflictError, DynamicApiError

from local import processes
from local.kube import cluster, seed
from local.kube.objects import Objects, UnknownKindError
from local.ports import stable_ports

PROFILE = ("kubeflow.org/v1", "Profile")


def test_no_secret_is_on_a_command_line_and_no_server_listens_elsewhere(platform: Any) -> None:
    token = (platform.kubeconfig.parent / "tokens.csv").read_text().split(",")[0]
    servers = processes.running(platform.run_dir)
    assert [each.name for each in servers] == [
        "etcd",
        "kube-apiserver",
        "kube-controller-manager",
        "dex",
        "profile-controller",
    ]
    for each in servers:
        process = psutil.Process(each.pid)
        assert token not in " ".join(process.cmdline())
        listening = [c.laddr.ip for c in process.net_connections("tcp") if c.status == psutil.CONN_LISTEN]
        assert set(listening) <= {"127.0.0.1"}


def test_keys_tokens_and_kubeconfig_are_private(platform: Any) -> None:
    folder = platform.kubeconfig.parent
    modes = {name: (folder / name).stat().st_mode & 0o777 for name in ("kubeconfig", "tokens.csv", "sa.key")}
    assert modes == {"kubeconfig": 0o600, "tokens.csv": 0o600, "sa.key": 0o600}


def test_a_start_that_fails_leaves_nothing_running(tools: dict[str, Path], tmp_path: Path) -> None:
    binaries = cluster.Binaries(tools["etcd"], Path("/bin/false"), tools["kube-controller-manager"])
    ports = stable_ports(cluster.PORTS, tmp_path / "ports.json")
    with pytest.raises(processes.PlatformError, match="kube-apiserver ended with exit code 1 before it was ready"):
        cluster.start(binaries, tmp_path / "kube", tmp_path / "run", ports)
    assert (tmp_path / "run" / "etcd.log").exists()
    assert processes.running(tmp_path / "run") == []
    assert list((tmp_path / "run").glob("*.json")) == []


def test_seeding_again_changes_nothing_that_somebody_changed(platform: Any) -> None:
    notice = {"data": {seed.DEX_OTHER_KEY: "changed by its owner"}}
    config_map = platform.objects.get("v1", "ConfigMap", seed.DEX_NAME, seed.DEX_NAMESPACE)
    changed = platform.objects.merge(config_map, notice)
    seed.apply(platform.objects, "http://127.0.0.1:1/dex")
    assert platform.objects.get("v1", "ConfigMap", seed.DEX_NAME, seed.DEX_NAMESPACE) == changed


def test_profiles_are_served_in_both_versions(platform: Any) -> None:
    platform.profile("two-versions")
    found = [
        platform.objects.get(version, "Profile", "two-versions")
        for version in ("kubeflow.org/v1", "kubeflow.org/v1beta1")
    ]
    assert [each and each["spec"] for each in found] == [{"owner": {"kind": "User", "name": "owner@example.com"}}] * 2


@pytest.mark.parametrize(
    ("spec", "complaint"),
    [
        ({"owner": {"name": "a@example.com"}}, "spec.owner.kind: Required value"),
        ({"owner": {"kind": "User"}}, "spec.owner.name: Required value"),
        ({"resourceQuotaSpec": {"hard": {"cpu": "two"}}}, "spec.resourceQuotaSpec.hard.cpu: Invalid value"),
        ({"plugins": {}}, r"spec.plugins: expected list"),
    ],
)
def test_a_profile_that_the_real_definition_refuses_is_refused(
    platform: Any, spec: dict[str, object], complaint: str
) -> None:
    with pytest.raises(DynamicApiError, match=complaint):
        platform.profile("refused", **spec)
    assert platform.objects.get(*PROFILE, "refused") is None


def test_a_policy_with_an_unknown_action_is_refused(platform: Any) -> None:
    policy = {
        "apiVersion": "security.istio.io/v1",
        "kind": "AuthorizationPolicy",
        "metadata": {"name": "wrong", "namespace": "default"},
        "spec": {"action": "PERMIT"},
    }
    with pytest.raises(DynamicApiError, match=r"spec.action: Unsupported value"):
        platform.objects.create(policy, "test")


def test_an_object_is_made_once_and_found_until_it_is_deleted(platform: Any) -> None:
    objects: Objects = platform.objects
    document = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "once", "namespace": "default"},
        "data": {"a": "1"},
    }
    created = objects.create(document, "test")
    assert objects.get("v1", "ConfigMap", "once", "default") == created
    with pytest.raises(ConflictError):
        objects.create(document, "test")
    assert objects.delete("v1", "ConfigMap", "once", "default", uid=created["metadata"]["uid"])
    assert objects.get("v1", "ConfigMap", "once", "default") is None
    assert not objects.delete("v1", "ConfigMap", "once", "default")


def test_a_kind_that_is_not_served_is_named(platform: Any) -> None:
    with pytest.raises(UnknownKindError, match=r"The API server knows no kind 'Notebook' in 'kubeflow.org/v9'\."):
        platform.objects.get("kubeflow.org/v9", "Notebook", "x")
