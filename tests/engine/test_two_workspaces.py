"""Workspaces side by side: each is whole whatever happens to the other, and nobody else notices either."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from local import inventory
from local.dex.login import login
from local.platform import Platform
from tests.support.engine.workspaces import Workspace

CONSUMER = "arn:aws:iam::123456789012:role/role-eks-an2-ai-conductor-ai-conductor-sa"
"""AI Conductor's identity on the seeded platform: S3 refuses a principal that does not exist."""

OF_A_NAMESPACE = {
    "namespaces, aic-ns-bare-ws",
    "profiles.kubeflow.org, aic-ns-bare-ws",
    "authorizationpolicies.security.istio.io, aic-ns-bare-ws/ns-owner-access-istio",
    "configmaps, aic-ns-bare-ws/kube-root-ca.crt",
    "rolebindings.rbac.authorization.k8s.io, aic-ns-bare-ws/default-editor",
    "rolebindings.rbac.authorization.k8s.io, aic-ns-bare-ws/default-viewer",
    "rolebindings.rbac.authorization.k8s.io, aic-ns-bare-ws/namespaceAdmin",
    "serviceaccounts, aic-ns-bare-ws/default",
    "serviceaccounts, aic-ns-bare-ws/default-editor",
    "serviceaccounts, aic-ns-bare-ws/default-viewer",
}
"""The namespace and what Kubernetes' and Kubeflow's controllers put into it."""

pytestmark = pytest.mark.engine


@pytest.mark.thorough
def test_destroying_one_workspace_leaves_the_other_whole(
    platform: Platform, before: inventory.Inventory, workspace: Callable[..., Workspace]
) -> None:
    first = workspace("first")
    first.up()
    with_first = inventory.take(platform)
    second = workspace("second")
    second.up()
    assert inventory.differences(with_first, inventory.take(platform)) != []

    assert second.destroy().code == 0

    assert inventory.differences(with_first, inventory.take(platform)) == []
    assert first.preview("--expect-no-changes", "--refresh").code == 0
    outputs = first.outputs()
    assert login(platform.issuer, outputs["kubeflowUser"], outputs["kubeflowPassword"]).accepted

    assert first.destroy().code == 0
    assert inventory.differences(before, inventory.take(platform)) == []


@pytest.mark.thorough
def test_parts_can_be_left_out(
    platform: Platform, before: inventory.Inventory, workspace: Callable[..., Workspace]
) -> None:
    bare = workspace(
        "bare", cluster=None, nodeGroups=None, grafana=None, conductor=None, login={"enabled": False},
        access={"mode": "bucket-policy", "principals": [CONSUMER]},
    )  # fmt: skip
    bare.up()
    after = inventory.take(platform)
    changed = {line.split(": was ")[0] for line in inventory.differences(before, after)}
    assert changed == {"buckets, s3-an2-meerkat-dev-bare", *(f"kubernetes, {path}" for path in OF_A_NAMESPACE)}
    assert bare.preview("--expect-no-changes").code == 0
    assert bare.destroy().code == 0
    assert inventory.differences(before, inventory.take(platform)) == []
