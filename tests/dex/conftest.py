"""A dex that keeps its users in two ways: what the tests of both do to it, and how the engine makes their providers."""

from __future__ import annotations

import pytest

from local.dex.login import login
from project_workspace.dex import hashes
from tests.support.real_cluster import DexCluster, Kube

SECRETS = ("correct horse", "battery staple")


@pytest.fixture
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hashes, "BCRYPT_COST", 10)


@pytest.fixture
def kube(dex_cluster: DexCluster) -> Kube:
    """The cluster of these tests is the one with dex, for `provided` as well."""
    return dex_cluster


def config_text(dex_cluster: DexCluster) -> str:
    return dex_cluster.connect().config_text("auth", "dex", "config.yaml")[0]


def write_config(dex_cluster: DexCluster, text: str) -> None:
    """As somebody else does it."""
    target = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "dex", "namespace": "auth"}}
    dex_cluster.objects.merge(target, {"data": {"config.yaml": text}})


def accepted(dex_cluster: DexCluster, email: str, password: str) -> bool:
    return login(dex_cluster.issuer, email, password).accepted
