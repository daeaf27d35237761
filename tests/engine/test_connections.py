"""Whoever runs a stack, with whatever kubeconfig of the same cluster: nothing changes, and nothing of it is kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from local import inventory
from local.kube.objects import Objects
from local.platform import Platform
from tests.support.engine.watching import operations
from tests.support.engine.workspaces import COMMANDS, Workspace
from tests.support.real_cluster import Kube

pytestmark = [pytest.mark.engine, pytest.mark.official]

SMALL: dict[str, Any] = {"nodeGroups": None, "grafana": None, "conductor": None, "login": {"enabled": False}}


def kubeconfig(platform: Platform, name: str, **entry: Any) -> str:
    """A kubeconfig of the platform's cluster, as somebody else's tools would have written it."""
    content: dict[str, Any] = YAML(typ="safe").load(platform.kubeconfig)
    (cluster,) = content["clusters"]
    (context,) = content["contexts"]
    cluster["cluster"] |= entry
    cluster["name"] = context["context"]["cluster"] = f"{name}-cluster"
    context["name"] = content["current-context"] = f"{name}-context"
    return json.dumps(content)


def through_localhost(platform: Platform) -> dict[str, Any]:
    """What a tunnel or a proxy changes of a cluster's entry."""
    (cluster,) = YAML(typ="safe").load(platform.kubeconfig)["clusters"]
    return {
        "server": cluster["cluster"]["server"].replace("127.0.0.1", "localhost"),
        "tls-server-name": "kubernetes",
    }


def namespace_uid(platform: Platform, name: str) -> str:
    found = Objects.connect(platform.kubeconfig).get("v1", "Namespace", name)
    assert found
    return found["metadata"]["uid"]


def test_colleagues_with_a_kubeconfig_of_their_own_see_no_change_and_can_destroy(
    platform: Platform, before: inventory.Inventory, workspace: Callable[..., Workspace], tmp_path: Path
) -> None:
    demo = workspace("shared", **SMALL).with_plugins_of_its_own()

    def run_by(name: str, **entry: Any) -> Workspace:
        file = tmp_path / f"{name}.kubeconfig"
        file.write_text(kubeconfig(platform, name, **entry))
        return replace(
            demo, engine=replace(demo.engine, environment={**demo.engine.environment, "KUBECONFIG": str(file)})
        )

    anna = run_by("anna")
    anna.up()
    kept = demo.engine.checked("stack", "export", "--show-secrets", "--stack", demo.stack).stdout
    assert "kubeflow.org/v1:Profile" in kept
    assert "anna" not in kept
    (tmp_path / "anna.kubeconfig").unlink()

    bert = run_by("bert", **through_localhost(platform))
    unchanged = bert.preview("--expect-no-changes")
    assert unchanged.code == 0, unchanged.output
    destroyed = bert.destroy()
    assert destroyed.code == 0, destroyed.output
    assert inventory.differences(before, inventory.take(platform)) == []


@pytest.mark.thorough
def test_another_entry_of_the_same_cluster_in_the_stacks_kubeconfig_replaces_nothing(
    platform: Platform, workspace: Callable[..., Workspace]
) -> None:
    demo = workspace("tunnelled", **SMALL)
    demo.set_secret("kubernetes:kubeconfig", kubeconfig(platform, "direct"))
    demo.up()
    uid = namespace_uid(platform, demo.outputs()["namespace"])

    demo.set_secret("kubernetes:kubeconfig", kubeconfig(platform, "tunnel", **through_localhost(platform)))
    assert operations(demo) == {("update", "pulumi:providers:kubernetes")}
    demo.up()
    assert namespace_uid(platform, demo.outputs()["namespace"]) == uid


def two_contexts(own: Path, other: Path, current: str) -> str:
    """One kubeconfig of two clusters, as kubectl's users have it; `current` is `own` or `other`."""
    content: dict[str, Any] = {"apiVersion": "v1", "kind": "Config", "current-context": current}
    for name, file in (("own", own), ("other", other)):
        one: dict[str, Any] = YAML(typ="safe").load(file)
        for part in ("clusters", "users"):
            content.setdefault(part, []).append({**one[part][0], "name": name})
        content.setdefault("contexts", []).append({"name": name, "context": {"cluster": name, "user": name}})
    return json.dumps(content)


REFRESHES = ("refresh", "up --refresh")
"""Here the engine asks for the Profile at the same time, and believes that it is gone: the next `up` takes it back."""


def test_with_another_clusters_context_nothing_is_changed_in_either(
    platform: Platform, before: inventory.Inventory, kube: Kube, workspace: Callable[..., Workspace], tmp_path: Path
) -> None:
    file = tmp_path / "kubeconfig"
    made = workspace("anchored", nodeGroups=None, grafana=None, conductor=None).with_plugins_of_its_own()
    demo = replace(made, engine=replace(made.engine, environment={**made.engine.environment, "KUBECONFIG": str(file)}))
    file.write_text(two_contexts(platform.kubeconfig, kube.kubeconfig, "own"))
    demo.up()
    state, there = demo.resources(), inventory.take(platform)
    elsewhere = namespaces(kube)

    file.write_text(two_contexts(platform.kubeconfig, kube.kubeconfig, "other"))
    for name, command in COMMANDS.items():
        ended = demo.engine.run(*command, "--stack", demo.stack)
        assert ended.code != 0, f"{name}: {ended.output}"
        assert "This stack belongs to another cluster" in ended.output, f"{name}: {ended.output}"
        assert f"KUBECONFIG={file}" in ended.output
        if name not in REFRESHES:
            assert urns(demo.resources()) == urns(state), name
        assert inventory.differences(there, inventory.take(platform)) == [], name
    assert namespaces(kube) == elsewhere

    file.write_text(two_contexts(platform.kubeconfig, kube.kubeconfig, "own"))
    demo.up()
    assert urns(demo.resources()) == urns(state)
    assert inventory.differences(there, inventory.take(platform)) == []
    assert demo.preview("--expect-no-changes").code == 0
    assert demo.destroy().code == 0
    assert inventory.differences(before, inventory.take(platform)) == []


def namespaces(kube: Kube) -> list[str]:
    return [each["metadata"]["name"] for each in kube.objects.list_all("v1", "Namespace")[0]]


def urns(resources: list[dict[str, Any]]) -> list[str]:
    return sorted(each["urn"] for each in resources)
