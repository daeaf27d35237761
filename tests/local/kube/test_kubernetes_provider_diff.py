"""A kubeconfig that is a path, in the pulumi-kubernetes stand-in. What replaces the provider: `tests/contracts`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from local.plugins.kubernetes.provider_diff import diff
from local.plugins.provider import PluginError


def kubeconfig(server: str) -> str:
    context = {"name": "c", "context": {"cluster": "c", "user": "u"}}
    cluster = {"name": "c", "cluster": {"server": server}}
    return json.dumps({"clusters": [cluster], "contexts": [context], "current-context": "c", "users": []})


def test_a_kubeconfig_may_be_a_path_and_one_that_is_not_there_ends_the_run(tmp_path: Path) -> None:
    file, moved = tmp_path / "kubeconfig", {"kubeconfig": kubeconfig("https://localhost:6443")}
    file.write_text(kubeconfig("https://127.0.0.1:6443"))
    assert diff({"kubeconfig": str(file)}, moved).replaces == ("kubeconfig",)
    file.unlink()
    with pytest.raises(PluginError, match="does not exist"):
        diff({"kubeconfig": str(file)}, moved)
