"""Rules of editing a shared managed policy, against moto's IAM with the faults of the real one injected."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from moto import mock_aws

from project_workspace import limits
from project_workspace.iam import policy_document
from project_workspace.iam.statements import Grant, Place
from project_workspace.remote.errors import (
    ConflictError,
    CredentialsError,
    NotFoundError,
    RefusedError,
    UnreachableError,
)

ARN = "arn:aws:iam::123456789012:policy/policy-s3-kubeflow-an2-meerkat-dev"
OURS = ["arn:aws:s3:::s3-demo", "arn:aws:s3:::s3-demo/*"]
THEIRS = ["arn:aws:s3:::s3-other", "arn:aws:s3:::s3-other/*"]
ACTIONS = ["s3:ListBucket", "s3:GetObject"]
PLACEHOLDER = "arn:aws:s3:::-no-workspace-"


def _document(resources: Any, **statement: Any) -> dict[str, Any]:
    first = {"Sid": "Workspaces", "Effect": "Allow", "Action": ACTIONS, "Resource": resources, **statement}
    second = {
        "Effect": "Deny",
        "Action": "*",
        "Resource": "arn:aws:s3:::s3-demo/secret",
        "Condition": {"Bool": {"a": "b"}},
    }
    return {"Version": "2012-10-17", "Id": "kept", "Statement": [first, second]}


class Iam:
    """IAM with a policy, whose calls can be spoilt: `faults[operation]` is a list of exceptions or hooks."""

    def __init__(self, resources: Any = THEIRS, document: dict[str, Any] | None = None) -> None:
        self.client: Any = boto3.client("iam", region_name="us-east-1")
        self.document = document or _document(resources)
        text = json.dumps(self.document, indent=2)
        self.client.create_policy(PolicyName=ARN.rsplit("/", 1)[1], PolicyDocument=text)
        self.calls: list[str] = []
        self.faults: dict[str, list[Any]] = {}

    def __getattr__(self, operation: str) -> Any:
        def call(**arguments: Any) -> Any:
            self.calls.append(operation)
            fault = self.faults[operation].pop(0) if self.faults.get(operation) else None
            if isinstance(fault, Exception):
                raise fault
            answer = getattr(self.client, operation)(**arguments)
            if fault:
                fault(answer)
            return answer

        return call

    def now(self) -> str:
        version = self.client.get_policy(PolicyArn=ARN)["Policy"]["DefaultVersionId"]
        found = self.client.get_policy_version(PolicyArn=ARN, VersionId=version)
        return json.dumps(found["PolicyVersion"]["Document"])

    def versions(self) -> list[str]:
        return [each["VersionId"] for each in self.client.list_policy_versions(PolicyArn=ARN)["Versions"]]

    def change(self, *, add: list[str] = [], remove: list[str] = [], **more: Any) -> list[Place]:  # noqa: B006
        had = Grant(remove)
        return policy_document.change_resources(self, ARN, add=add, had=had, sleep=lambda _: None, **more)


@pytest.fixture(autouse=True)
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_IAM", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    with mock_aws():
        yield


def _refusal(code: str, status: int = 400) -> ClientError:
    answer: Any = {"Error": {"Code": code, "Message": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, "Operation")


def test_adding_then_removing_gives_the_document_from_before_key_by_key() -> None:
    iam = Iam()
    before = iam.now()
    assert iam.change(add=OURS) == [Place("Workspaces", arn) for arn in OURS]
    assert iam.now() == json.dumps(_document([*THEIRS, *OURS]))
    assert iam.change(remove=OURS) == []
    assert iam.now() == before


def test_nothing_is_written_when_nothing_changes() -> None:
    iam = Iam([*THEIRS, *OURS])
    assert iam.change(add=OURS) == [Place("Workspaces", arn) for arn in OURS]
    assert iam.change(remove=["arn:aws:s3:::none"]) == []
    assert set(iam.calls) == {"get_policy", "get_policy_version"}


def test_only_what_is_missing_is_added_and_the_order_stays() -> None:
    iam = Iam([OURS[1], *THEIRS])
    iam.change(add=OURS)
    assert iam.now() == json.dumps(_document([OURS[1], *THEIRS, OURS[0]]))


def test_a_single_resource_becomes_a_list() -> None:
    iam = Iam(THEIRS[0])
    iam.change(add=OURS)
    assert iam.now() == json.dumps(_document([THEIRS[0], *OURS]))


def test_a_single_statement_without_a_list_stays_one() -> None:
    document = {**_document([]), "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": THEIRS}}
    iam = Iam(document=document)
    iam.change(add=OURS)
    assert json.loads(iam.now())["Statement"]["Resource"] == [*THEIRS, *OURS]


def test_the_last_entry_leaves_a_placeholder_that_the_next_one_replaces() -> None:
    iam = Iam(OURS)
    iam.change(remove=OURS)
    assert iam.now() == json.dumps(_document([PLACEHOLDER]))
    iam.change(add=THEIRS)
    assert iam.now() == json.dumps(_document(THEIRS))


def test_the_oldest_version_that_is_not_the_default_goes_when_there_are_five() -> None:
    iam = Iam()
    for number in range(4):
        iam.client.create_policy_version(
            PolicyArn=ARN, PolicyDocument=json.dumps(_document([f"arn:aws:s3:::{number}"])), SetAsDefault=False
        )
    iam.change(add=OURS)
    assert sorted(iam.versions()) == ["v1", "v3", "v4", "v5", "v6"]
    assert iam.now() == json.dumps(_document([*THEIRS, *OURS]))


def test_a_document_that_would_be_too_long_is_refused_before_anything_is_written() -> None:
    room = limits.POLICY_DOCUMENT_LIMIT - policy_document.size(_document([*THEIRS, *OURS, "arn:aws:s3:::"]))
    full, over = "arn:aws:s3:::" + "x" * room, "arn:aws:s3:::" + "x" * (room + 1)
    exact = Iam([*THEIRS, full])
    assert exact.change(add=OURS)
    exact.change(remove=[*OURS, full])
    exact.change(add=[over])
    versions = exact.versions()
    with pytest.raises(RefusedError, match=r"would have 6,145 characters, and IAM allows 6,144.*bucket-policy"):
        exact.change(add=OURS)
    assert exact.versions() == versions


def test_a_policy_without_a_place_for_the_bucket_is_refused_before_anything_is_written() -> None:
    iam = Iam(document=_document(THEIRS, Effect="Deny"))
    with pytest.raises(RefusedError, match="has no statement that allows s3:ListBucket, and none that allows"):
        iam.change(add=OURS)
    assert iam.versions() == ["v1"]
    assert iam.change(remove=OURS) == []


def test_after_an_edit_was_undone_only_what_was_ours_at_first_is_taken_out() -> None:
    by_others = {"Sid": "ByOthers", "Effect": "Allow", "Action": "s3:PutBucketTagging", "Resource": OURS[:1]}
    document = {**_document([*THEIRS, *OURS]), "Statement": [*_document([*THEIRS, *OURS])["Statement"], by_others]}
    iam = Iam(document=document)
    iam.faults["create_policy_version"] = [_lost]
    iam.change(remove=OURS)
    assert iam.now() == json.dumps({**document, "Statement": [*_document(THEIRS)["Statement"], by_others]})


FAULTS = {
    "throttled": lambda: _refusal("Throttling"),
    "server error": lambda: _refusal("ServiceFailure", 500),
    "time-out": lambda: ReadTimeoutError(endpoint_url="iam"),
}
CALLS = ["get_policy", "get_policy_version", "list_policy_versions", "delete_policy_version", "create_policy_version"]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("operation", CALLS)
def test_an_edit_survives_a_fault_at_any_call(operation: str, fault: str) -> None:
    iam = Iam()
    for number in range(4):
        document = json.dumps(_document([f"arn:aws:s3:::{number}"]))
        iam.client.create_policy_version(PolicyArn=ARN, PolicyDocument=document, SetAsDefault=False)
    iam.faults[operation] = [FAULTS[fault]()]
    iam.change(add=OURS)
    assert iam.now() == json.dumps(_document([*THEIRS, *OURS]))
    assert not iam.faults[operation]


def _lost(_: Any) -> None:
    raise ReadTimeoutError(endpoint_url="iam")


@pytest.mark.parametrize("operation", CALLS)
def test_an_answer_lost_after_the_call_took_effect_doubles_nothing(operation: str) -> None:
    iam = Iam()
    for number in range(4):
        document = json.dumps(_document([f"arn:aws:s3:::{number}"]))
        iam.client.create_policy_version(PolicyArn=ARN, PolicyDocument=document, SetAsDefault=False)
    iam.faults[operation] = [_lost]
    iam.change(add=OURS)
    assert iam.now() == json.dumps(_document([*THEIRS, *OURS]))


def test_somebody_without_the_lease_who_undoes_the_edit_is_noticed_and_it_is_made_again() -> None:
    iam = Iam()

    def undo(_: Any) -> None:
        document = json.dumps(_document([*THEIRS, "arn:aws:s3:::new"]))
        iam.client.create_policy_version(PolicyArn=ARN, PolicyDocument=document, SetAsDefault=True)

    iam.faults["create_policy_version"] = [undo]
    iam.change(add=OURS)
    assert iam.now() == json.dumps(_document([*THEIRS, "arn:aws:s3:::new", *OURS]))
    iam.change(remove=OURS)
    iam.faults["create_policy_version"] = [
        lambda _: iam.client.set_default_policy_version(PolicyArn=ARN, VersionId="v2")
    ] * 20
    with pytest.raises(ConflictError, match="Somebody else edits it at the same time"):
        iam.change(add=["arn:aws:s3:::once"])


def test_before_every_write_the_lease_is_renewed_and_its_loss_stops_the_edit() -> None:
    iam = Iam()
    for number in range(4):
        document = json.dumps(_document([f"arn:aws:s3:::{number}"]))
        iam.client.create_policy_version(PolicyArn=ARN, PolicyDocument=document, SetAsDefault=False)
    iam.change(add=OURS, before_write=lambda: iam.calls.append("renew"))
    writes = [index for index, call in enumerate(iam.calls) if call.startswith(("delete", "create"))]
    assert [iam.calls[index - 1] for index in writes] == ["renew", "renew"]

    def lost() -> None:
        raise RefusedError("lost", where="lease", remedy="again")

    before = iam.versions()
    with pytest.raises(RefusedError, match="lost"):
        iam.change(remove=OURS, before_write=lost)
    assert iam.versions() == before


@pytest.mark.parametrize(
    ("operation", "fault", "error", "sentence"),
    [
        ("get_policy", _refusal("NoSuchEntity"), NotFoundError, "iam:GetPolicy failed"),
        ("get_policy", _refusal("ExpiredToken"), CredentialsError, "Log in to AWS again"),
        ("create_policy_version", _refusal("AccessDenied"), RefusedError, "Allow iam:CreatePolicyVersion on it"),
        ("create_policy_version", _refusal("MalformedPolicyDocument"), RefusedError, "MalformedPolicyDocument"),
    ],
)
def test_a_refusal_is_told_once_and_not_repeated(
    operation: str, fault: ClientError, error: type[Exception], sentence: str
) -> None:
    iam = Iam()
    iam.faults[operation] = [fault]
    with pytest.raises(error, match=sentence):
        iam.change(add=OURS)
    assert iam.calls.count(operation) == 1


def test_an_iam_that_never_answers_ends_with_a_sentence() -> None:
    iam = Iam()
    iam.faults["get_policy"] = [ReadTimeoutError(endpoint_url="iam")] * 20
    with pytest.raises(UnreachableError, match=r"no usable answer from AWS \(ReadTimeoutError\)"):
        iam.change(add=OURS)
    assert iam.calls.count("get_policy") == policy_document.ATTEMPTS
