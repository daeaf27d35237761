"""`workspacectl preflight` on a stack of the local platform, as a person calls it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable

import pytest

from local import inventory
from local.kube.objects import Objects
from local.platform import Platform
from tests.support.engine.workspaces import Workspace
from workspacectl.preflight.profiles import PROFILES

pytestmark = pytest.mark.engine


def test_a_stack_that_would_come_up_fails_no_check_and_nothing_is_changed(
    platform: Platform, workspace: Callable[..., Workspace]
) -> None:
    demo = workspace("checked", members=[{"email": "alice@example.com"}])
    before = inventory.take(platform)

    def checked() -> tuple[int, dict[str, str]]:
        command = [sys.executable, "-m", "workspacectl", "preflight", "--stack", demo.stack, "--json"]
        ended = subprocess.run(
            command,
            cwd=demo.engine.project,
            env=dict(demo.engine.environment),
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.stdout, ended.stderr
        return ended.returncode, {line["check"]: line["outcome"] for line in json.loads(ended.stdout)}

    _, found = checked()
    # The controller is a stand-in without a Deployment, nothing else runs on the cluster but dex, and it has no node.
    # What the version is depends on the day: the platform's is 1.33.
    odd = {name: outcome for name, outcome in found.items() if outcome != "ok" and name != "eks-version"}
    not_there = ("profile-controller", "istio", "cert-manager", "autoscaler", "gpus")
    assert odd == dict.fromkeys(not_there, "warning")
    # Not derived from EKS, no role by Pod Identity, a namespace of its own, no client in Keycloak, no key of KMS.
    elsewhere = {"aws-command", "eks-access", "pod-identity-agent", "existing-namespace", "keycloak", "storage-key"}
    assert {*PROFILES["workspace"].checks} - found.keys() == elsewhere
    assert inventory.differences(before, inventory.take(platform)) == []

    objects = Objects.connect(platform.kubeconfig)
    dex = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "dex", "namespace": "auth"}}
    live = objects.get("v1", "ConfigMap", "dex", "auth")
    assert live
    objects.merge(dex, {"data": {"config.yaml": live["data"]["config.yaml"].replace("enablePasswordDB: true", "")}})
    try:
        code, now = checked()
    finally:
        objects.merge(dex, {"data": live["data"]})
    assert {name: now[name] for name in now if now[name] != found[name]} == {"dex-configuration": "failed"}
    assert code == 1
