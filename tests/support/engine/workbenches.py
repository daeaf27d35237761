"""A Workbench's stack at the engine: its settings, what it makes under which names, and whose namespace it may use.

Owns: those. Does not own the stack itself, which is the fixture `trial`.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from local.aws.seed import CLUSTER
from local.kube.objects import Objects
from local.platform import Platform
from tests.support.claims import bound
from tests.support.engine.drifting import Hand
from tests.support.real_cluster import Kube, eventually

NAMESPACE = "anaconda-enterprise"
ACCOUNT = "anaconda-enterprise"
CERTIFICATES = "anaconda-enterprise-certs"
HOSTNAME = "anaconda.dev.example.com"
PASSWORD = "planted-registry-password"
RBAC = "rbac.authorization.k8s.io/v1"
CLAIMS = ("anaconda-storage", "anaconda-persistence")
SETTINGS: dict[str, Any] = {
    "environment": "dev",
    "infra": "meerkat",
    "cluster": CLUSTER,
    "hostname": HOSTNAME,
    "tls": {"mode": "self-signed"},
    "ingress": {"install": True},
    "storage": {"nfs": {"server": "nfs.example.com", "path": "/exports/storage"}},
    "persistence": {"nfs": {"server": "nfs.example.com", "path": "/exports/persistence"}},
    "registryLogin": {"user": "robot"},
    "nodeGroups": [{"spec": "gpu", "instanceType": "g5.xlarge", "max": 2}],
    "resourceProfiles": [{"name": "gpu", "description": "GPU", "cpu": "4", "memory": "12Gi", "nodeGroup": "gpu"}],
}
WITHOUT_NODES: dict[str, Any] = {"nodeGroups": None, "resourceProfiles": None}

TEAM = "team-anaconda"


@contextmanager
def team(platform: Platform) -> Generator[Objects]:
    """A namespace that somebody else has made for Workbench, with people and a bound volume of theirs in it."""
    objects = Hand(platform).objects
    metadata = {"name": TEAM, "labels": {"team": "science"}, "annotations": {"owner": "zoe@example.com"}}
    objects.create({"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}, "kubectl")
    role = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "edit"}
    zoe = {"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "zoe"}
    binding = {"apiVersion": RBAC, "kind": "RoleBinding", "metadata": {"name": "team", "namespace": TEAM}}
    objects.create({**binding, "roleRef": role, "subjects": [zoe]}, "kubectl")
    notes = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "notes", "namespace": TEAM}}
    objects.create({**notes, "data": {"who": "zoe"}}, "kubectl")
    volume = bound(Kube(platform.kubeconfig, objects), TEAM, "drafts")
    yield objects
    objects.delete("v1", "Namespace", TEAM)
    eventually("the team has left", lambda: objects.get("v1", "Namespace", TEAM) is None, 60)
    objects.delete("v1", "PersistentVolume", volume)
    eventually("their volume is gone", lambda: objects.get("v1", "PersistentVolume", volume) is None)
