"""The dynamic grant in a shared policy: moto's IAM over HTTP, and Leases of a real API server."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from typing import Any
from uuid import uuid4

import boto3
import pytest
from moto.server import ThreadedMotoServer
from pulumi.dynamic import Config, ConfigureRequest

from project_workspace.iam import statements
from project_workspace.iam.provider import PolicyGrantProvider, lease_name
from project_workspace.remote.provider import Props, ProviderError
from tests.support.real_cluster import DexCluster, outs

THEIRS = ["arn:aws:s3:::s3-other", "arn:aws:s3:::s3-other/*"]
BUCKETS = {"Sid": "Workspaces", "Effect": "Allow", "Action": "s3:*", "Resource": THEIRS}
LIST_ALL = {"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": ["*"]}


def _document(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def _with(statement: dict[str, Any], *entries: str) -> dict[str, Any]:
    return {**statement, "Resource": [*statement["Resource"], *entries]}


@pytest.fixture
def iam(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        for name, value in {
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_ENDPOINT_URL": f"http://{host}:{port}",
            "NO_PROXY": "127.0.0.1",
        }.items():
            monkeypatch.setenv(name, value)
        yield boto3.client("iam", region_name="ap-northeast-2")
    finally:
        server.stop()


@pytest.fixture
def provider(dex_cluster: DexCluster, monkeypatch: pytest.MonkeyPatch) -> PolicyGrantProvider:
    monkeypatch.setenv("KUBECONFIG", str(dex_cluster.kubeconfig))
    made = PolicyGrantProvider()
    made.configure(ConfigureRequest(Config({}, "workspace")))
    return made


@pytest.fixture
def policy(iam: Any) -> str:
    document = json.dumps(_document(BUCKETS))
    return iam.create_policy(PolicyName=f"policy-s3-aia-Meerkat_{uuid4().hex}", PolicyDocument=document)["Policy"][
        "Arn"
    ]


@pytest.fixture
def namespace(dex_cluster: DexCluster) -> str:
    return dex_cluster.new_namespace()


def _inputs(policy: str, namespace: str, bucket: str) -> Props:
    return {
        "policyArn": policy,
        "resources": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"],
        "lease": {"namespace": namespace, "name": f"project-workspace-{policy.rsplit('/', 1)[1]}"},
        "region": "ap-northeast-2",
    }


def _now(iam: Any, policy: str) -> dict[str, Any]:
    version = iam.get_policy(PolicyArn=policy)["Policy"]["DefaultVersionId"]
    return iam.get_policy_version(PolicyArn=policy, VersionId=version)["PolicyVersion"]["Document"]


def _entries(iam: Any, policy: str) -> list[str]:
    return _now(iam, policy)["Statement"][0]["Resource"]


def _write(iam: Any, policy: str, *statements: dict[str, Any]) -> None:
    """What somebody does with the policy's editor in the console."""
    text = json.dumps(_document(*statements))
    iam.create_policy_version(PolicyArn=policy, PolicyDocument=text, SetAsDefault=True)


def test_a_grant_lives_from_make_to_remove(
    iam: Any, provider: PolicyGrantProvider, policy: str, namespace: str
) -> None:
    inputs = _inputs(policy, namespace, "demo")
    made = provider.create(inputs)
    assert _entries(iam, policy) == [*THEIRS, *inputs["resources"]]
    places = [{"statement": "Workspaces", "resource": arn} for arn in inputs["resources"]]
    assert (made.id, outs(made)) == (policy, {**inputs, "places": places})
    assert outs(provider.create(inputs)) == outs(made), "an interrupted run's entries are ours"
    assert outs(provider.read(made.id, outs(made))) == outs(made)
    assert not provider.diff(made.id, outs(made), inputs).changes

    news = _inputs(policy, namespace, "renamed")
    changed = outs(provider.update(made.id, outs(made), news))
    assert _entries(iam, policy) == [*THEIRS, *news["resources"]]

    provider.delete(made.id, changed)
    assert _entries(iam, policy) == THEIRS
    assert provider.read(made.id, changed).id == ""
    provider.delete(made.id, changed)


def test_an_entry_that_is_missing_shows_and_is_repaired(
    iam: Any, provider: PolicyGrantProvider, policy: str, namespace: str
) -> None:
    inputs = _inputs(policy, namespace, "demo")
    made = provider.create(inputs)
    _write(iam, policy, _with(BUCKETS, inputs["resources"][1]))
    seen = provider.read(made.id, outs(made))
    assert outs(seen) == {**outs(made), "resources": [inputs["resources"][1]]}
    assert provider.diff(made.id, outs(seen), inputs).changes
    provider.update(made.id, outs(seen), inputs)
    assert _entries(iam, policy) == [*THEIRS, inputs["resources"][1], inputs["resources"][0]]


def test_entries_that_somebody_moved_show_are_put_right_and_only_our_own_go(
    iam: Any, provider: PolicyGrantProvider, policy: str, namespace: str
) -> None:
    inputs = _inputs(policy, namespace, "demo")
    made = provider.create(inputs)
    bucket, objects = inputs["resources"]
    _write(iam, policy, _with(LIST_ALL, bucket), _with(BUCKETS, objects))
    seen = provider.read(made.id, outs(made))
    assert outs(seen) == {**outs(made), "resources": [objects]}
    assert provider.diff(made.id, outs(seen), inputs).changes
    repaired = outs(provider.update(made.id, outs(seen), inputs))
    assert repaired == outs(made)
    assert _now(iam, policy) == _document(_with(LIST_ALL, bucket), _with(BUCKETS, objects, bucket))

    _write(iam, policy, _with(BUCKETS, bucket, objects), _with(LIST_ALL, bucket))
    assert outs(provider.read(made.id, repaired)) == repaired
    provider.delete(made.id, repaired)
    assert _now(iam, policy) == _document(BUCKETS, _with(LIST_ALL, bucket)), "what others put there is theirs"


def test_a_useless_grant_of_0_1_0_shows_and_is_moved_to_where_it_belongs(
    iam: Any, provider: PolicyGrantProvider, policy: str, namespace: str
) -> None:
    inputs = _inputs(policy, namespace, "demo")
    _write(iam, policy, _with(LIST_ALL, *inputs["resources"]), BUCKETS)
    seen = outs(provider.read(policy, inputs))
    places = [asdict(place) for place in statements.ours(_now(iam, policy), statements.Grant(inputs["resources"]))]
    assert [place["resource"] for place in places] == inputs["resources"]
    assert seen == {**inputs, "resources": [], "places": places}
    assert provider.diff(policy, seen, inputs).changes
    repaired = outs(provider.update(policy, seen, inputs))
    assert _now(iam, policy) == _document(LIST_ALL, _with(BUCKETS, *inputs["resources"]))
    assert outs(provider.read(policy, repaired)) == repaired
    provider.delete(policy, repaired)
    assert _now(iam, policy) == _document(LIST_ALL, BUCKETS)


def test_a_grant_of_0_1_0_that_works_shows_no_difference_and_goes_whole(
    iam: Any, provider: PolicyGrantProvider, policy: str, namespace: str
) -> None:
    inputs = _inputs(policy, namespace, "demo")
    _write(iam, policy, LIST_ALL, _with(BUCKETS, *inputs["resources"]))
    assert outs(provider.read(policy, inputs)) == inputs
    assert not provider.diff(policy, inputs, inputs).changes
    provider.delete(policy, inputs)
    assert _now(iam, policy) == _document(LIST_ALL, BUCKETS)


def test_a_policy_without_a_place_for_the_bucket_is_refused_and_left_alone(
    iam: Any, provider: PolicyGrantProvider, policy: str, namespace: str
) -> None:
    inputs = _inputs(policy, namespace, "demo")
    _write(iam, policy, LIST_ALL)
    with pytest.raises(ProviderError, match=r"no statement that allows s3:ListBucket.*It has: \(1\) allows"):
        provider.create(inputs)
    assert _now(iam, policy) == _document(LIST_ALL)


def test_eight_stacks_at_once_lose_no_entry(
    iam: Any, provider: PolicyGrantProvider, policy: str, namespace: str
) -> None:
    all_inputs = [_inputs(policy, namespace, f"many{number}") for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(provider.create, all_inputs))
        expected = {*THEIRS, *(arn for inputs in all_inputs for arn in inputs["resources"])}
        assert set(_entries(iam, policy)) == expected
        list(pool.map(provider.delete, [policy] * 8, [outs(each) for each in made]))
    assert _entries(iam, policy) == THEIRS


def test_a_policy_that_is_gone_holds_no_grant(
    provider: PolicyGrantProvider, policy: str, iam: Any, namespace: str
) -> None:
    missing = _inputs(policy.replace("aia", "none"), namespace, "demo")
    assert provider.read("x", missing).id == ""
    provider.delete("x", missing)
    with pytest.raises(ProviderError, match=r"iam:GetPolicy failed.*Check its name, the AWS account"):
        provider.create(missing)


def test_a_missing_namespace_of_the_lease_is_an_error_even_on_delete(
    provider: PolicyGrantProvider, policy: str, iam: Any, namespace: str
) -> None:
    made = provider.create(_inputs(policy, namespace, "demo"))
    with pytest.raises(ProviderError, match="in namespace nowhere: it, or its namespace, does not exist"):
        provider.delete(made.id, {**outs(made), "lease": {"namespace": "nowhere", "name": "x"}})


@pytest.mark.parametrize(
    ("change", "property_"),
    [
        ({"policyArn": "policy-s3"}, "policyArn"),
        ({"resources": []}, "resources"),
        ({"resources": ["s3-demo"]}, "resources"),
    ],
)
def test_wrong_inputs_are_told_in_the_preview(provider: PolicyGrantProvider, change: Props, property_: str) -> None:
    inputs = {**_inputs("arn:aws:iam::123456789012:policy/p", "auth", "demo"), **change}
    assert [failure.property for failure in provider.check({}, inputs).failures] == [property_]


def test_another_policy_replaces_the_grant_and_the_old_one_goes_last(provider: PolicyGrantProvider) -> None:
    olds, news = _inputs("policy/a", "auth", "demo"), _inputs("policy/b", "auth", "demo")
    found = provider.diff("x", olds, news)
    assert (found.replaces, found.delete_before_replace) == (["policyArn"], False)


def test_a_lease_has_a_name_that_kubernetes_accepts_and_no_two_policies_share_one() -> None:
    assert lease_name("policy-a.b") == "policy-a.b"
    policies = ["policy_a", "Policy_A", "policy-a", "a" * 300, "a" * 301, "___", "=+,.@"]
    names = [lease_name(policy) for policy in policies]
    assert len(set(names)) == len(policies)
    assert [name for name in names if not re.fullmatch(r"[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?", name)] == []
