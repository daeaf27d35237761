"""The dynamic grant in a shared policy: moto's IAM over HTTP, and Leases of a real API server."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import boto3
import pytest
from moto.server import ThreadedMotoServer
from pulumi.dynamic import Config, ConfigureRequest

from project_workspace.iam.provider import PolicyGrantProvider, lease_name
from project_workspace.remote.provider import Props, ProviderError
from tests.support.real_cluster import DexCluster, outs

THEIRS = ["arn:aws:s3:::s3-other", "arn:aws:s3:::s3-other/*"]


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
    statement = {"Effect": "Allow", "Action": "s3:*", "Resource": THEIRS}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
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


def _entries(iam: Any, policy: str) -> list[str]:
    version = iam.get_policy(PolicyArn=policy)["Policy"]["DefaultVersionId"]
    found = iam.get_policy_version(PolicyArn=policy, VersionId=version)
    return found["PolicyVersion"]["Document"]["Statement"][0]["Resource"]


def test_a_grant_lives_from_make_to_remove(
    iam: Any, provider: PolicyGrantProvider, policy: str, namespace: str
) -> None:
    inputs = _inputs(policy, namespace, "demo")
    made = provider.create(inputs)
    assert _entries(iam, policy) == [*THEIRS, *inputs["resources"]]
    assert (made.id, outs(made)) == (policy, inputs)
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
    statement = {"Effect": "Allow", "Action": "s3:*", "Resource": [*THEIRS, inputs["resources"][1]]}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.create_policy_version(PolicyArn=policy, PolicyDocument=document, SetAsDefault=True)
    seen = provider.read(made.id, outs(made))
    assert outs(seen) == {**outs(made), "resources": [inputs["resources"][1]]}
    assert provider.diff(made.id, outs(seen), inputs).changes
    provider.update(made.id, outs(seen), inputs)
    assert _entries(iam, policy) == [*THEIRS, inputs["resources"][1], inputs["resources"][0]]


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
