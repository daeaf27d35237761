"""Inventories: equal ones have no differences, unequal ones always have some, each with its path and both values."""

from __future__ import annotations

import copy
import re
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from local import inventory
from local.inventory import kubernetes, standins

# Numbers are left out as they are in inventories: Python holds 1, 1.0 and True for equal.
DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=12,
)
INVENTORIES = st.dictionaries(st.text(max_size=4), DOCUMENTS, max_size=4)


@given(INVENTORIES)
def test_equal_inventories_have_no_differences(found: dict[str, Any]) -> None:
    assert inventory.differences(found, copy.deepcopy(found)) == []


@given(INVENTORIES, INVENTORIES)
def test_unequal_inventories_always_have_differences(before: dict[str, Any], after: dict[str, Any]) -> None:
    assume(before != after)
    assert inventory.differences(before, after) != []


def test_each_difference_is_a_line_with_its_path_and_both_values() -> None:
    before = {
        "buckets": ["s3-other"],
        "dex configuration": {"config.yaml": "issuer: http://x\n# ours\n", "other": "kept"},
        "node groups": {"eks": []},
        "roles": ["cluster"],
        "ai-conductor": {"owner": None},
    }
    after = {
        "buckets": ["s3-other", "s3-ours"],
        "dex configuration": {"config.yaml": "issuer: http://x\n", "other": "kept"},
        "node groups": {"eks": [], "eks-2": ["ng"]},
        "roles": ["cluster"],
        "ai-conductor": {},
    }
    assert inventory.differences(before, after) == [
        "ai-conductor, owner: was null, is absent",
        'buckets: was ["s3-other"], is ["s3-other", "s3-ours"]',
        r'dex configuration, config.yaml: was "issuer: http://x\n# ours\n", is "issuer: http://x\n"',
        'node groups, eks-2: was absent, is ["ng"]',
    ]


def test_items_of_a_list_are_compared_by_their_names_and_otherwise_by_their_places() -> None:
    before = {
        "tags": [{"Key": "owner", "Value": "anna"}, {"Key": "team", "Value": "vision"}],
        "rules": [{"when": []}, {"to": ["/healthz"]}],
        "zones": ["a", "c"],
    }
    after = {
        "tags": [{"Key": "cost", "Value": "7"}, {"Key": "team", "Value": "audio"}],
        "rules": [{"when": []}, {"to": ["/metrics"]}],
        "zones": ["a", "b"],
    }
    assert inventory.differences(before, after) == [
        'rules, [1], to: was ["/healthz"], is ["/metrics"]',
        'tags, cost: was absent, is {"Key": "cost", "Value": "7"}',
        'tags, owner: was {"Key": "owner", "Value": "anna"}, is absent',
        'tags, team, Value: was "vision", is "audio"',
        'zones: was ["a", "c"], is ["a", "b"]',
    ]


def test_lists_that_differ_in_their_order_alone_differ() -> None:
    first, second = {"name": "first"}, {"name": "second"}
    (line,) = inventory.differences({"taints": [first, second]}, {"taints": [second, first]})
    assert line == 'taints: was [{"name": "first"}, {"name": "second"}], is [{"name": "second"}, {"name": "first"}]'


def test_hashes_of_passwords_are_told_apart_and_not_shown() -> None:
    bcrypts = [f"$2b$10${letter * 53}" for letter in "ab"]
    scrypts = [f"scrypt:1024:8:1$bdCccpZOQstPC7Bk${digit * 128}" for digit in "12"]
    for was, now in (bcrypts, scrypts):
        (line,) = inventory.differences({"dex": f"hash: {was}\n"}, {"dex": f"hash: {now}\n"})
        assert was not in line
        assert now not in line
        assert len(set(re.findall("sha256:[0-9a-f]{16}", line))) == 2


def test_a_difference_deep_in_a_long_text_is_shown_and_the_rest_is_not() -> None:
    common = "a" * 1000
    (line,) = inventory.differences({"dex": f"{common}# a comment{common}"}, {"dex": f"{common}{common}"})
    was, now = line.removeprefix("dex: was ").split(", is ")
    assert "# a comment" in was
    assert "# a comment" not in now
    assert len(line) < 700


@given(st.text(max_size=2000), st.text(max_size=2000))
def test_what_is_shown_of_two_different_texts_is_different_and_short(before: str, after: str) -> None:
    assume(before != after)
    (line,) = inventory.differences({"text": before}, {"text": after})
    assert len(line) < 700
    assert "\n" not in line
    assert line != f"text: was {line.split(', is ')[-1]}, is {line.split(', is ')[-1]}"


def test_what_moves_by_itself_is_left_out_at_every_depth() -> None:
    state = {
        "lastId": 7,
        "accounts": [{"login": "admin", "logins": 3, "roles": [{"lastId": 1, "name": "root"}]}],
        "workspaces": {"demo": {"logins": [], "name": "demo"}},
    }
    assert standins.settled(state) == {
        "accounts": [{"login": "admin", "roles": [{"name": "root"}]}],
        "workspaces": {"demo": {"name": "demo"}},
    }


def deployment(**changes: Any) -> dict[str, Any]:
    """dex's Deployment as the API server keeps it, before its first restart or after `changes`."""
    metadata = {"name": "dex", "namespace": "auth", "uid": "1", "labels": {"app": "dex"}, **changes.get("metadata", {})}
    template = {"metadata": {"labels": {"app": "dex"}, **changes.get("pods", {})}, "spec": {"containers": []}}
    spec = {"replicas": 1, "template": template}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": metadata,
        "spec": spec,
        **changes.get("more", {}),
    }


def test_the_marks_of_a_restart_are_no_difference_and_everything_else_of_a_deployment_is() -> None:
    as_installed = kubernetes._compared(deployment(metadata={"resourceVersion": "7"}))
    marks = {
        "kubectl.kubernetes.io/restartedAt": "now",
        "project-workspace/config-sha256": "0",
        "project-workspace/config-version": "9",
    }
    rollout = {"annotations": {"deployment.kubernetes.io/revision": "2"}, "generation": 2, "managedFields": []}
    restarted = deployment(metadata=rollout, pods={"annotations": marks}, more={"status": {"replicas": 2}})
    assert kubernetes._compared(restarted) == as_installed
    annotated = deployment(pods={"annotations": {**marks, "sidecar": "yes"}})
    assert inventory.differences(as_installed, kubernetes._compared(annotated)) == [
        'spec, template, metadata, annotations: was absent, is {"sidecar": "yes"}'
    ]


def test_what_a_deployment_rolls_out_is_not_looked_at_and_what_nobody_controls_is() -> None:
    def owned_by(kind: str, *, controller: bool = True) -> dict[str, Any]:
        return {"kind": "Pod", "metadata": {"ownerReferences": [{"kind": kind, "controller": controller}]}}

    found = [owned_by("ReplicaSet"), owned_by("Deployment"), owned_by("Job"), owned_by("ReplicaSet", controller=False)]
    assert [kubernetes._is_compared(each) for each in found] == [False, False, True, True]
    assert kubernetes._is_compared({"kind": "Pod", "metadata": {}})


def test_a_lease_is_looked_at_while_somebody_holds_it_whoever_renews_it() -> None:
    def lease(**spec: str) -> dict[str, Any]:
        return {"kind": "Lease", "metadata": {"name": "lock"}, "spec": spec}

    assert not kubernetes._is_compared(lease(holderIdentity="", renewTime="1"))
    held = [kubernetes._compared(lease(holderIdentity=who, renewTime=when)) for who, when in ("a1", "a2", "b1")]
    assert held[0] == held[1]
    assert held[0] != held[2]


def test_a_user_of_dex_is_compared_and_its_hash_is_nowhere() -> None:
    def user(hash_: str) -> dict[str, Any]:
        return {"kind": "Password", "metadata": {"name": "mfwg"}, "email": "alice@example.com", "hash": hash_}

    one, other = (kubernetes._compared(user(hash_)) for hash_ in ("JDJhJDEw", "JDJhJDEy"))
    assert one != other
    assert one["email"] == "alice@example.com"
    assert "JDJhJDEw" not in str(one)
    assert "passwords.dex.coreos.com" not in kubernetes.LEFT_OUT


def test_a_secret_is_compared_and_its_content_is_nowhere() -> None:
    def secret(content: str) -> dict[str, Any]:
        return {"kind": "Secret", "metadata": {"name": "dex-passwords"}, "data": {"password": content}}

    one, other = (kubernetes._compared(secret(content)) for content in ("b25l", "b3RoZXI="))
    assert one != other
    assert "b25l" not in str(one)
