"""The pulumi-kubernetes stand-in under the real engine: up, empty preview, drift, update, failure and destroy."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from local import toolchain
from local.checkout import CHECKOUT

pytestmark = pytest.mark.engine

PASSWORD = "never-in-clear"

PROGRAM = """
import pulumi
import pulumi_kubernetes as k8s

config = pulumi.Config()
annotations = {
    "pulumi.com/waitFor": config.get("wait") or "jsonpath={.metadata.finalizers[0]}=profile-finalizer",
    "pulumi.com/timeoutSeconds": "3",
    "pulumi.com/deletionPropagationPolicy": "background",
    "pulumi.com/patchForce": "true",
}
k8s.apiextensions.CustomResource(
    "profile",
    api_version="kubeflow.org/v1",
    kind="Profile",
    metadata={"name": config.get("name") or "engine", "annotations": annotations},
    spec={
        "owner": {"kind": "User", "name": "engine@example.com"},
        "resourceQuotaSpec": {"hard": {"cpu": config.get("cpu") or "1"}},
    },
)
k8s.core.v1.ConfigMap("map", data={"a": config.get("cpu") or "1"})
k8s.core.v1.Secret("secret", string_data={"password": config.require_secret("password")})
"""

Pulumi = Callable[..., str]


@pytest.fixture
def pulumi(platform: Any, tmp_path: Path) -> Pulumi:
    """`pulumi ARGS` on a project of its own; answers what it printed, fails on another exit code than `code`."""
    project, state = tmp_path / "project", tmp_path / "state"
    project.mkdir()
    state.mkdir()
    (project / "Pulumi.yaml").write_text(
        f"name: plugin\nruntime: {{name: python, options: {{virtualenv: {sys.prefix}}}}}\n"
    )
    (project / "__main__.py").write_text(PROGRAM)
    env = {
        **os.environ,
        **toolchain.engine_environment(Path(sys.executable), CHECKOUT, tmp_path / "home"),
        "PULUMI_BACKEND_URL": state.as_uri(),
        "PULUMI_CONFIG_PASSPHRASE": "",
        "PULUMI_SKIP_UPDATE_CHECK": "1",
        "KUBECONFIG": str(platform.kubeconfig),
    }

    def run(*arguments: str, code: int = 0) -> str:
        done = subprocess.run(
            ["pulumi", *arguments, "--non-interactive"],
            check=False,
            cwd=project,
            env=env,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    run("stack", "init", "test")
    run("config", "set", "--secret", "password", PASSWORD)
    return run


def test_the_life_of_a_stack(pulumi: Pulumi, platform: Any, tmp_path: Path) -> None:
    def profile(name: str = "engine") -> dict[str, Any] | None:
        return platform.objects.get("kubeflow.org/v1", "Profile", name)

    printed = pulumi("up", "--yes")
    assert "4 created" in printed
    live = profile()
    assert live
    assert live["metadata"]["finalizers"] == ["profile-finalizer"]
    assert "4 unchanged" in pulumi("preview", "--expect-no-changes")
    assert "4 unchanged" in pulumi("refresh", "--yes", "--expect-no-changes")

    platform.objects.merge(
        live, {"metadata": {"labels": {"x": "y"}}, "spec": {"resourceQuotaSpec": {"hard": {"cpu": "9"}}}}
    )
    assert '~ cpu: "9" => "1"' in pulumi("preview", "--refresh", "--diff")
    assert "1 updated" in pulumi("up", "--yes", "--refresh")
    repaired = profile()
    assert repaired
    assert repaired["spec"]["resourceQuotaSpec"] == {"hard": {"cpu": "1"}}
    assert repaired["metadata"]["labels"] == {"x": "y"}

    pulumi("config", "set", "cpu", "2")
    planned = pulumi("preview", "--diff")
    assert '~ cpu: "1" => "2"' in planned
    assert "1 to update" in planned
    assert "+-1 to replace" in planned
    printed += pulumi("up", "--yes")

    pulumi("config", "set", "wait", "condition=Ready")
    failed = pulumi("up", "--yes", code=1)
    assert "Profile 'engine' is not ready after 3 s: timed out waiting for the condition (condition=Ready)." in failed
    pulumi("config", "rm", "wait")
    assert "1 updated" in pulumi("up", "--yes")

    states = "".join(file.read_text() for file in (tmp_path / "state").rglob("*.json*"))
    assert '"kubernetes:core/v1:Secret"' in states
    assert PASSWORD not in printed + planned + failed + states

    assert "4 deleted" in pulumi("destroy", "--yes")
    assert profile() is None
    assert platform.objects.get("v1", "ConfigMap", "dex", "auth")


def test_an_object_of_somebody_else_fails_the_create_and_a_patch_resource_the_preview(
    pulumi: Pulumi, platform: Any, tmp_path: Path
) -> None:
    program = tmp_path / "project" / "__main__.py"
    program.write_text(
        "import pulumi_kubernetes as k8s\n"
        "k8s.core.v1.ConfigMap('dex', metadata={'name': 'dex', 'namespace': 'auth'}, data={'config.yaml': 'mine'})\n"
    )
    before = platform.objects.get("v1", "ConfigMap", "dex", "auth")
    assert "ConfigMap 'auth/dex' was not created: it exists already." in pulumi("up", "--yes", code=1)
    assert platform.objects.get("v1", "ConfigMap", "dex", "auth") == before
    program.write_text(
        "import pulumi_kubernetes as k8s\nk8s.core.v1.ConfigMapPatch('dex', metadata={'name': 'dex'}, data={})\n"
    )
    refused = pulumi("preview", code=1)
    assert "Not implemented by the stand-in for pulumi-kubernetes: Patch resources" in refused
