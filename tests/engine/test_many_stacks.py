"""Sixteen workspaces made at the same time, then destroyed at the same time, while somebody else edits too."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bench.foreign import ForeignWriter
from bench.foreign_subjects import ForeignSubjects
from bench.stacks import Stack, at_once, prepare
from local import inventory
from local.dex.login import login
from local.dex.pod import starts
from local.kube.seed import DEX_CONFIG_KEY, FOREIGN_USERS
from local.platform import Platform
from local.shared_plugins import shared_plugins
from project_workspace.dex import config_file as dex_config
from project_workspace.runai.bindings import SHARED_VIEWERS

POLICIES = ("policy-s3-kubeflow-an2-meerkat-dev", "policy-s3-aia-an2-meerkat-dev")

pytestmark = [pytest.mark.engine, pytest.mark.thorough]


def resources(found: inventory.Inventory, policy: str) -> tuple[list[str], dict[str, Any]]:
    """The buckets that a shared policy names, and its document without them."""
    document = json.loads(found["policies"][policy])
    return document["Statement"][0].pop("Resource"), document


def test_sixteen_stacks_at_once_lose_nothing_of_their_own_or_of_others(
    platform: Platform, before: inventory.Inventory, tmp_path: Path
) -> None:
    dex = platform.data / "dex"
    started = len(starts(dex))
    with shared_plugins(platform.complete_environment(), tmp_path) as environment:
        stacks = prepare(tmp_path, environment)
        edited = platform.kubeconfig, SHARED_VIEWERS
        with ForeignWriter(platform.kubeconfig) as foreign, ForeignSubjects(*edited) as people:
            logins = at_once(stacks, lambda stack: stack.up_and_log_in(platform.issuer))
        assert [(each.accepted, each.email) for each in logins] == [(True, stack.user) for stack in stacks]
        assert foreign.lost + foreign.altered + people.lost == []
        assert min(foreign.writes, people.writes) > len(stacks)
        all_is_there(before, inventory.take(platform), stacks)

        with ForeignWriter(platform.kubeconfig) as foreign, ForeignSubjects(*edited) as people:
            at_once(stacks, Stack.destroy)
        assert foreign.lost + foreign.altered + people.lost == []
        assert min(foreign.writes, people.writes) > len(stacks)

    assert inventory.differences(before, inventory.take(platform)) == []
    ours = starts(dex)[started:]
    assert [each for each in ours if each["restart"] > 0] == [], "dex was given a configuration that it refuses"
    assert 0 < len(ours) <= 2 * len(stacks) / 3, "restarts are shared: at most a third of the edits"
    for user in FOREIGN_USERS:
        assert login(platform.issuer, user.email, user.password).accepted


def all_is_there(before: inventory.Inventory, after: inventory.Inventory, stacks: list[Stack]) -> None:
    """Every stack's entry in dex's configuration, its ARNs in both policies and its viewers, and nothing else new."""
    text = after["dex configuration"][DEX_CONFIG_KEY]
    assert [len(dex_config.find_all(text, stack.user)) for stack in stacks] == [1] * len(stacks)
    bindings = after["kubernetes"]["clusterrolebindings.rbac.authorization.k8s.io"]
    viewers = [each["name"] for each in bindings[SHARED_VIEWERS]["subjects"]]
    assert sorted(viewers) == sorted({viewer for stack in stacks for viewer in stack.viewers})
    for policy in POLICIES:
        was, rest_before = resources(before, policy)
        now, rest_after = resources(after, policy)
        assert now[: len(was)] == was
        assert sorted(now[len(was) :]) == sorted(arn for stack in stacks for arn in stack.bucket_arns)
        assert rest_after == rest_before
