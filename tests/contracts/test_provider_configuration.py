"""When a change of its configuration replaces the Kubernetes provider, and with it everything that it made."""

from __future__ import annotations

import json
from typing import Any

import pytest

from local.plugins.provider import UNKNOWN
from tests.support.kubernetes_plugin import Plugin


def kubeconfig(current: str = "first", **entry: Any) -> str:
    """Two clusters, of which `current` is the active one; `entry` is more in that of `first`."""
    clusters = [
        {"name": "first", "cluster": {"server": "https://127.0.0.1:6443", **entry}},
        {"name": "second", "cluster": {"server": "https://10.0.0.1"}},
    ]
    contexts = [{"name": each["name"], "context": {"cluster": each["name"], "user": "u"}} for each in clusters]
    return json.dumps({"clusters": clusters, "contexts": contexts, "current-context": current, "users": []})


HERE = {"kubeconfig": kubeconfig()}
MOVED = {"kubeconfig": kubeconfig(server="https://localhost:6443")}
ID = {"clusterIdentifier": "a"}

CASES: dict[str, tuple[dict[str, Any], dict[str, Any], tuple[list[str], list[str]]]] = {
    "nothing": (HERE, HERE, ([], [])),
    "another address": (HERE, MOVED, (["kubeconfig"], ["kubeconfig"])),
    "one more line": (
        HERE,
        {"kubeconfig": kubeconfig(**{"tls-server-name": "kube"})},
        (["kubeconfig"], ["kubeconfig"]),
    ),
    "another context of the same file": (HERE, {**HERE, "context": "second"}, (["context"], ["context"])),
    "a context that was the current one": (HERE, {**HERE, "context": "first"}, (["context"], [])),
    "another user": (HERE, {"kubeconfig": kubeconfig().replace('"u"', '"v"')}, (["kubeconfig"], [])),
    "to the environment's": (HERE, {"kubeconfig": ""}, (["kubeconfig"], [])),
    "from the environment's": ({}, HERE, (["kubeconfig"], [])),
    "not known yet": (HERE, {"kubeconfig": UNKNOWN}, (["kubeconfig"], ["kubeconfig"])),
    "an option": (HERE, {**HERE, "deleteUnreachable": "false"}, (["deleteUnreachable"], [])),
    "another address, one identifier": ({**HERE, **ID}, {**MOVED, **ID}, (["kubeconfig"], [])),
    "not known yet, one identifier": ({**HERE, **ID}, {"kubeconfig": UNKNOWN, **ID}, (["kubeconfig"], [])),
    "an identifier comes": (HERE, {**HERE, **ID}, (["clusterIdentifier"], [])),
    "an identifier comes with another address": (
        HERE,
        {**MOVED, **ID},
        (["clusterIdentifier", "kubeconfig"], ["kubeconfig"]),
    ),
    "another identifier": (
        {**HERE, **ID},
        {**HERE, "clusterIdentifier": "b"},
        (["clusterIdentifier"], ["clusterIdentifier"]),
    ),
    "an identifier goes": ({**HERE, **ID}, HERE, (["clusterIdentifier"], [])),
}


@pytest.mark.parametrize("case", CASES)
def test_a_change_of_the_configuration_replaces_the_provider_or_not(case: str, plugin: Plugin) -> None:
    old, new, expected = CASES[case]
    assert plugin.diff_config(old, new) == expected
