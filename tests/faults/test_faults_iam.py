"""The shared IAM policies on bad days: one grant in them, at every call of every operation, the Lease's included."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
import pytest

from project_workspace.iam.provider import PolicyGrantProvider
from tests.support.faults.clouds import Cloud, cloud
from tests.support.faults.dialects import AWS
from tests.support.faults.limits import Limits
from tests.support.faults.operations import Thing, configured
from tests.support.faults.proxy import Script, proxy
from tests.support.faults.rule import Bench, Case, NamedTrial, Trial, cases
from tests.support.faults.shielded import Shielded

THEIRS = ["arn:aws:s3:::s3-other", "arn:aws:s3:::s3-other/*"]
OURS = ["arn:aws:s3:::s3-demo", "arn:aws:s3:::s3-demo/*"]
RENAMED = ["arn:aws:s3:::s3-renamed", "arn:aws:s3:::s3-renamed/*"]

_LOOK = ["iam:GetPolicy", "iam:GetPolicyVersion"]
_WRITE = [
    "GET leases",
    "POST leases",
    *_LOOK,
    "iam:ListPolicyVersions",
    "PUT leases",
    "iam:DeletePolicyVersion",
    "PUT leases",
    "iam:CreatePolicyVersion",
    *_LOOK,
    "PUT leases",
]
CALLS = {"create": _WRITE, "read": _LOOK, "update": _WRITE, "delete": [*_LOOK, *_WRITE]}
"""Of an undisturbed run, on a policy that has as many versions as IAM keeps."""
DISTURBED = {**CALLS, "update": _WRITE[2:9], "delete": [*_LOOK, *_WRITE[2:9]]}
"""Update and delete take and give back the Lease, and look at their work, with the very same calls as a create."""


@dataclass(kw_only=True)
class Granted(NamedTrial):
    """One operation on a policy and a Lease of its own."""

    aws: Cloud
    arn: str

    def state(self) -> Any:
        """The document in force, and how many versions there are: a write that is given up and comes late adds one."""
        versions = self.aws.policies[self.arn].versions
        return [json.loads(version.document) for version in versions if version.is_default], len(versions)


@pytest.fixture(scope="module")
def aws() -> Iterator[Cloud]:
    with cloud() as running:
        yield running


@pytest.fixture
def bench(
    monkeypatch: pytest.MonkeyPatch,
    limits: Limits,
    aws: Cloud,
    cluster_behind: Shielded,
    undisturbed: dict[str, Any],
) -> Iterator[Bench]:
    aws.use(monkeypatch)

    @contextmanager
    def begin(operation: str) -> Generator[Trial]:
        script, name = Script(), f"policy-{uuid4().hex[:12]}"
        arn = _policy(aws, name, [*THEIRS, *OURS] if operation != "create" else THEIRS)
        with cluster_behind.behind(script) as kubeconfig, proxy(remote, AWS, script) as url:
            monkeypatch.setenv("AWS_ENDPOINT_URL", url)
            trial = Granted(script, [cluster_behind.token, "testing"], arn.rsplit("/", 1)[1], limits, aws=aws, arn=arn)
            trial.operate = _grant(kubeconfig, arn, cluster_behind.namespace, name).ready(operation, (arn, {}))
            yield trial

    with httpx.Client(base_url=aws.url, trust_env=False) as remote:
        yield Bench(begin, undisturbed)


def _policy(aws: Cloud, name: str, resources: list[str]) -> str:
    """A policy with five versions, the last of them with these resources."""
    documents = []
    for entries in (*([f"arn:aws:s3:::v{number}"] for number in range(1, 5)), resources):
        statement = {"Effect": "Allow", "Action": "s3:*", "Resource": entries}
        documents.append(json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    return aws.make_policy(name, documents)


def _grant(kubeconfig: str, arn: str, namespace: str, name: str) -> Thing:
    inputs = {"policyArn": arn, "resources": OURS, "lease": {"namespace": namespace, "name": name}}
    given = {**inputs, "region": "ap-northeast-2"}
    provider = configured(PolicyGrantProvider, **{"kubernetes:kubeconfig": kubeconfig})
    return Thing(provider, given, {**given, "resources": RENAMED})


@pytest.mark.parametrize("operation", CALLS)
def test_the_calls_of_an_operation_are_these(bench: Bench, operation: str) -> None:
    assert bench.calls_of(operation) == CALLS[operation]


@pytest.mark.parametrize("case", cases(DISTURBED, whole="create"))
def test_an_operation_completes_or_says_why_and_the_next_run_completes_it(bench: Bench, case: Case) -> None:
    bench.prove(case)
