"""What a change takes from a bucket that stays is said whole, first, and stops an adoption."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from workspacectl.adopt import report
from workspacectl.adopt.plan import Plan, Planned
from workspacectl.review import events, markdown, terminal
from workspacectl.review.losses import losses
from workspacectl.review.risk import may_not_pass

S3 = "aws:s3"
LIFECYCLE = f"{S3}/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
POLICY = f"{S3}/bucketPolicy:BucketPolicy"
ENCRYPTION = f"{S3}/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
BUCKET = f"{S3}/bucket:Bucket"
ARCHIVE: dict[str, Any] = {
    "id": "archive",
    "status": "Enabled",
    "filter": {"and": {"prefix": "models/" + "x" * 200, "tags": {"keep": "long"}}},
    "transitions": [{"days": 30, "storageClass": "GLACIER"}],
}
TMP: dict[str, Any] = {"id": "tmp", "status": "Enabled", "filter": {"prefix": "tmp/"}, "expiration": {"days": 7}}
OLD = {"id": "old", "status": "Enabled", "noncurrentVersionExpiration": {"noncurrentDays": 90}}
MARKERS = {"id": "markers", "status": "Enabled", "expiration": {"expiredObjectDeleteMarker": True}}
PARTNER: dict[str, Any] = {
    "Sid": "Partner",
    "Effect": "Allow",
    "Principal": {"AWS": "arn:aws:iam::210987654321:root"},
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::s3-demo/*",
}


def rules(*given: dict[str, Any]) -> dict[str, Any]:
    return {"bucket": "s3-demo", "rules": list(given)}


def policy(*given: dict[str, Any]) -> dict[str, Any]:
    return {"policy": json.dumps({"Version": "2012-10-17", "Statement": list(given)})}


def encryption(algorithm: str, key: str | None = None) -> dict[str, Any]:
    return {"rules": [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": algorithm, "kmsMasterKeyId": key}}]}


def whole(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


LOST: list[tuple[str, dict[str, Any], dict[str, Any], list[str]]] = [
    (LIFECYCLE, rules(ARCHIVE, TMP), rules(TMP), [f"lifecycle rule 'archive' goes: {whole(ARCHIVE)}"]),
    (LIFECYCLE, rules(ARCHIVE), {}, [f"lifecycle rule 'archive' goes: {whole(ARCHIVE)}"]),
    (
        LIFECYCLE,
        rules(TMP),
        rules(shorter := {**TMP, "expiration": {"days": 1}}),
        [f"lifecycle rule 'tmp' changes from {whole(TMP)} to {whole(shorter)}"],
    ),
    (
        LIFECYCLE,
        {},
        rules(OLD, MARKERS, TMP),
        [f"lifecycle rule '{each['id']}' begins to remove what is in the bucket: {whole(each)}" for each in (OLD, TMP)],
    ),
    (POLICY, policy(PARTNER), policy(), [f"bucket policy's statement 'Partner' goes: {whole(PARTNER)}"]),
    (POLICY, policy(PARTNER), {}, [f"bucket policy's statement 'Partner' goes: {whole(PARTNER)}"]),
    (
        POLICY,
        policy(PARTNER, unnamed := {**PARTNER, "Sid": ""}),
        policy(narrower := {**PARTNER, "Resource": "arn:aws:s3:::s3-demo/a/*"}),
        [
            f"bucket policy's statement 'Partner' changes from {whole(PARTNER)} to {whole(narrower)}",
            f"bucket policy's statement number 2 goes: {whole(unnamed)}",
        ],
    ),
    (
        ENCRYPTION,
        encryption("aws:kms", "arn:key"),
        encryption("AES256"),
        ["new objects are no longer encrypted with aws:kms, key arn:key"],
    ),
    (ENCRYPTION, encryption("aws:kms:dsse"), encryption("aws:kms", "arn:key"), [
        "new objects are no longer encrypted with aws:kms:dsse",
    ]),
    (
        f"{S3}/bucketVersioning:BucketVersioning",
        {"versioningConfiguration": {"status": "Enabled"}},
        {"versioningConfiguration": {"status": "Suspended"}},
        ["overwritten and deleted objects are no longer kept"],
    ),
    (
        f"{S3}/bucketLogging:BucketLogging",
        {"targetBucket": "s3-logs", "targetPrefix": "demo/"},
        {},
        ["requests are no longer logged below 'demo/' in bucket s3-logs"],
    ),
]  # fmt: skip
KEPT: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    (LIFECYCLE, rules(ARCHIVE, TMP), rules(TMP, {**ARCHIVE, "prefix": "", "__defaults": []}, MARKERS)),
    (LIFECYCLE, {}, rules({**TMP, "status": "Disabled"}, ARCHIVE)),
    (
        POLICY,
        policy(PARTNER),
        policy({**PARTNER, "Effect": "Deny", "Sid": "x"}, {**PARTNER, "Action": ["s3:GetObject"]}),
    ),
    (POLICY, policy({**PARTNER, "Sid": ""}), policy({**PARTNER, "Sid": ""}, PARTNER)),
    (POLICY, policy(PARTNER), policy(PARTNER)),
    (ENCRYPTION, encryption("AES256"), encryption("aws:kms", "arn:key")),
    (f"{S3}/bucketLogging:BucketLogging", {}, {"targetBucket": "s3-logs", "targetPrefix": "demo/"}),
    (f"{S3}/bucketVersioning:BucketVersioning", {}, {"versioningConfiguration": {"status": "Enabled"}}),
    (BUCKET, {"tags": {"team": "vision"}}, {}),
]


@pytest.mark.parametrize(("type_", "before", "after", "sentences"), LOST)
def test_what_goes_is_said_whole(type_: str, before: Any, after: Any, sentences: list[str]) -> None:
    assert losses(type_, before, after) == sentences


@pytest.mark.parametrize(("type_", "before", "after"), KEPT)
def test_what_stays_or_comes_is_no_loss(type_: str, before: Any, after: Any) -> None:
    assert losses(type_, before, after) == []


def engine_said(*steps: tuple[str, str, Any, Any], adopt: bool) -> events.Preview:
    """A preview with these steps, as the engine's events have them."""
    told: list[dict[str, Any]] = [
        {"sequence": 0, "preludeEvent": {"config": {"project-workspace:adopt": str(adopt).lower()}}}
    ]
    for op, type_, before, after in steps:
        urn = f"urn:pulumi:demo-dev::project-workspace::project-workspace:s3:Storage${type_}::demo"
        states = {"old": before and {"inputs": before}, "new": after and {"inputs": after}}
        told.append({"sequence": 1, "resourcePreEvent": {"metadata": {"op": op, "urn": urn, "type": type_, **states}}})
    return events.read("\n".join(json.dumps(each) for each in told), "demo-dev")


TAKES = (
    ("update", LIFECYCLE, rules(ARCHIVE), rules(TMP)),
    ("update", POLICY, policy({**PARTNER, "Sid": "@anna"}), policy()),
)


def test_it_stands_first_in_the_comment_and_at_the_terminal_and_stops_an_adoption() -> None:
    preview = engine_said(*TAKES, adopt=True)
    body = markdown.comment([preview], marker="<!-- marker -->")
    first = body.partition("| stack |")[0]
    for part in ("**Look at these first:**", "x" * 200, "lifecycle rule 'tmp' begins to remove", "210987654321:root"):
        assert part in first
    assert "@anna" not in first, "nobody is called"
    assert body.count("adoption-takes-nothing-away") == 3
    assert may_not_pass([preview])
    said = StringIO()
    terminal.show(Console(file=said, width=200, soft_wrap=True), [preview])
    assert f"demo, lifecycle rule 'archive' goes: {whole(ARCHIVE)}" in said.getvalue()


def test_outside_an_adoption_it_is_said_and_may_pass() -> None:
    preview = engine_said(*TAKES, adopt=False)
    assert "**Look at these first:**" in markdown.comment([preview], marker="<!-- marker -->")
    assert not may_not_pass([preview])


@pytest.mark.parametrize("operation", ["create", "delete"])
def test_of_a_bucket_that_comes_or_goes_as_a_whole_nothing_else_is_said(operation: str) -> None:
    is_new = operation == "create"
    lifecycle = (operation, LIFECYCLE, None if is_new else rules(OLD), rules(OLD) if is_new else None)
    alone = engine_said(lifecycle, adopt=True)
    assert "lifecycle rule 'old'" in markdown.comment([alone], marker="<!-- marker -->")
    named = {"bucket": "s3-demo"}
    bucket = (operation, BUCKET, None if is_new else named, named if is_new else None)
    together = engine_said(lifecycle, bucket, adopt=True)
    assert "lifecycle rule 'old'" not in markdown.comment([together], marker="<!-- marker -->")


def test_what_others_have_changed_is_drift_and_no_loss() -> None:
    drift = engine_said(("refresh", LIFECYCLE, rules(ARCHIVE), rules(TMP)), adopt=True)
    assert [step.losses for step in drift.steps] == [[] for _ in drift.steps]


def planned(operation: str, type_: str, before: Any, inputs: Any) -> Planned:
    return Planned(operation, type_, "demo", before, inputs, ("rules",))


def test_the_adoptions_preview_begins_with_it() -> None:
    bucket = planned("same", BUCKET, {}, {})
    shown = list(report.lines({}, Plan([planned("create", LIFECYCLE, {}, rules(OLD)), bucket], {}), []))
    assert shown[:3] == [
        "LOOK AT THESE FIRST: 'pulumi up' takes this away. Correct the stack's file to keep it (1):",
        "  BucketLifecycleConfiguration demo: lifecycle rule 'old' begins to remove what is in the bucket: "
        f"{whole(OLD)}",
        "",
    ]
    gone = list(report.lines({}, Plan([planned("delete", LIFECYCLE, rules(ARCHIVE), rules(ARCHIVE)), bucket], {}), []))
    assert f"lifecycle rule 'archive' goes: {whole(ARCHIVE)}" in gone[1]


def test_the_adoptions_preview_says_nothing_of_a_bucket_that_is_new() -> None:
    steps = [planned("create", LIFECYCLE, {}, rules(OLD)), planned("create", BUCKET, {}, {})]
    assert "LOOK" not in "\n".join(report.lines({}, Plan(steps, {}), []))


def test_a_long_value_is_never_cut() -> None:
    long = "x" * 5000
    step = planned("update", BUCKET, {"rules": "a"}, {"rules": long})
    assert f'      rules: "a" -> "{long}"' in list(report.lines({}, Plan([step], {}), []))
