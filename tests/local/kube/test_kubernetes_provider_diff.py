"""When the pulumi-kubernetes stand-in replaces its provider, and with it everything: as the official plugin does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from local.plugins.kubernetes.plugin import plugin
from local.plugins.kubernetes.provider_diff import diff
from local.plugins.provider import UNKNOWN, ConfigDiff, PluginError, to_struct
from tests.support.plugin_server import served


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

CASES: dict[str, tuple[dict[str, Any], dict[str, Any], ConfigDiff]] = {
    "nothing": (HERE, HERE, ConfigDiff((), ())),
    "another address": (HERE, MOVED, ConfigDiff(("kubeconfig",), ("kubeconfig",))),
    "one more line": (
        HERE,
        {"kubeconfig": kubeconfig(**{"tls-server-name": "kube"})},
        ConfigDiff(("kubeconfig",), ("kubeconfig",)),
    ),
    "another context of the same file": (
        HERE,
        {**HERE, "context": "second"},
        ConfigDiff(("context",), ("context",)),
    ),
    "a context that was the current one": (HERE, {**HERE, "context": "first"}, ConfigDiff(("context",), ())),
    "another user": (HERE, {"kubeconfig": kubeconfig().replace('"u"', '"v"')}, ConfigDiff(("kubeconfig",), ())),
    "to the environment's": (HERE, {"kubeconfig": ""}, ConfigDiff(("kubeconfig",), ())),
    "from the environment's": ({}, HERE, ConfigDiff(("kubeconfig",), ())),
    "not known yet": (HERE, {"kubeconfig": UNKNOWN}, ConfigDiff(("kubeconfig",), ("kubeconfig",))),
    "an option": (HERE, {**HERE, "deleteUnreachable": "false"}, ConfigDiff(("deleteUnreachable",), ())),
    "another address, one identifier": ({**HERE, **ID}, {**MOVED, **ID}, ConfigDiff(("kubeconfig",), ())),
    "not known yet, one identifier": (
        {**HERE, **ID},
        {"kubeconfig": UNKNOWN, **ID},
        ConfigDiff(("kubeconfig",), ()),
    ),
    "an identifier comes": (HERE, {**HERE, **ID}, ConfigDiff(("clusterIdentifier",), ())),
    "an identifier comes with another address": (
        HERE,
        {**MOVED, **ID},
        ConfigDiff(("clusterIdentifier", "kubeconfig"), ("kubeconfig",)),
    ),
    "another identifier": (
        {**HERE, **ID},
        {**HERE, "clusterIdentifier": "b"},
        ConfigDiff(("clusterIdentifier",), ("clusterIdentifier",)),
    ),
    "an identifier goes": ({**HERE, **ID}, HERE, ConfigDiff(("clusterIdentifier",), ())),
}


@pytest.mark.parametrize("case", CASES)
def test_a_change_of_the_configuration_replaces_the_provider_as_officially(case: str) -> None:
    old, new, expected = CASES[case]
    assert diff(old, new) == expected


def test_a_kubeconfig_may_be_a_path_and_one_that_is_not_there_ends_the_run(tmp_path: Path) -> None:
    file = tmp_path / "kubeconfig"
    file.write_text(kubeconfig())
    assert diff({"kubeconfig": str(file)}, MOVED).replaces == ("kubeconfig",)
    file.unlink()
    with pytest.raises(PluginError, match="does not exist"):
        diff({"kubeconfig": str(file)}, MOVED)


@pytest.fixture
def stub() -> Iterator[Any]:
    """The plugin as the engine reaches it."""
    with served(plugin) as address, grpc.insecure_channel(address) as channel:
        yield provider_pb2_grpc.ResourceProviderStub(channel)


def test_the_engine_is_told(stub: Any) -> None:
    def told(olds: dict[str, Any], news: dict[str, Any]) -> tuple[Any, list[str], list[str]]:
        answer = stub.DiffConfig(provider_pb2.DiffRequest(olds=to_struct(olds), news=to_struct(news)))
        return answer.changes, list(answer.diffs), list(answer.replaces)

    kinds = provider_pb2.DiffResponse
    assert told(HERE, HERE) == (kinds.DIFF_NONE, [], [])
    assert told(HERE, MOVED) == (kinds.DIFF_SOME, ["kubeconfig"], ["kubeconfig"])
    assert told({**HERE, **ID}, {**MOVED, **ID}) == (kinds.DIFF_SOME, ["kubeconfig"], [])
