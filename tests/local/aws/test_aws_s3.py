"""Buckets and their settings: made, read, changed, drifted, removed, against the local AWS."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.engine import installation

BUCKET = "aws:s3/bucket:Bucket"
SETTINGS: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    # token -> (inputs, the outputs where they differ, changed inputs)
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": (
        {"blockPublicAcls": True, "blockPublicPolicy": True, "ignorePublicAcls": True, "restrictPublicBuckets": True},
        {},
        {"blockPublicAcls": True, "blockPublicPolicy": False, "ignorePublicAcls": True, "restrictPublicBuckets": True},
    ),
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": (
        {"rule": {"objectOwnership": "BucketOwnerEnforced"}},
        {},
        {"rule": {"objectOwnership": "ObjectWriter"}},
    ),
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": (
        {"rules": [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}]},
        {"rules": [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}, "bucketKeyEnabled": False}]},
        {
            "rules": [
                {
                    "applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": "key"},
                    "bucketKeyEnabled": True,
                }
            ]
        },
    ),
    "aws:s3/bucketVersioning:BucketVersioning": (
        {"versioningConfiguration": {"status": "Enabled"}},
        {},
        {"versioningConfiguration": {"status": "Suspended"}},
    ),
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": (
        {
            "rules": [
                {"id": "uploads", "status": "Enabled", "abortIncompleteMultipartUpload": {"daysAfterInitiation": 7}},
                {"id": "old", "status": "Enabled", "filter": {"prefix": "tmp/"}, "expiration": {"days": 3}},
            ]
        },
        {
            "rules": [
                {
                    "id": "uploads",
                    "status": "Enabled",
                    "filter": {"prefix": ""},
                    "abortIncompleteMultipartUpload": {"daysAfterInitiation": 7},
                },
                {"id": "old", "status": "Enabled", "filter": {"prefix": "tmp/"}, "expiration": {"days": 3}},
            ]
        },
        {
            "rules": [
                {"id": "v", "status": "Disabled", "filter": {}, "noncurrentVersionExpiration": {"noncurrentDays": 30}},
                {
                    "id": "one",
                    "status": "Enabled",
                    "filter": {"tag": {"key": "keep", "value": "short"}},
                    "expiration": {"days": 3},
                },
                {
                    "id": "both",
                    "status": "Enabled",
                    "filter": {"and": {"prefix": "a/", "tags": {"keep": "long", "b": "c"}}},
                    "transitions": [{"days": 30, "storageClass": "GLACIER"}],
                },
            ]
        },
    ),
    "aws:s3/bucketLogging:BucketLogging": (
        {"targetBucket": installation.LOG_BUCKET, "targetPrefix": "a/"},
        {},
        {"targetBucket": installation.LOG_BUCKET, "targetPrefix": "b/"},
    ),
    "aws:s3/bucketPolicy:BucketPolicy": (
        {"policy": "DENY-HTTP"},
        {},
        {"policy": "ALLOW-ACCOUNT"},
    ),
}


def policy(name: str, bucket: str) -> str:
    statements = {
        "DENY-HTTP": {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        },
        "ALLOW-ACCOUNT": {
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
            "Action": "s3:GetObject",
            "Resource": f"arn:aws:s3:::{bucket}/*",
        },
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statements[name]]})


def given(bucket: str, inputs: dict[str, Any]) -> dict[str, Any]:
    values = {"bucket": bucket, **inputs}
    return values | ({"policy": policy(values["policy"], bucket)} if "policy" in values else {})


@pytest.fixture
def bucket(engine: Any, client: Any) -> Any:
    made = engine.create(BUCKET, "data", {"forceDestroy": True})
    yield made
    engine.delete(made)


@pytest.fixture(autouse=True)
def log_bucket(client: Any) -> Iterator[None]:
    with installation.log_bucket(client("s3")):
        yield


def test_a_bucket_answers_the_documented_outputs(engine: Any) -> None:
    made = engine.create(BUCKET, "x", {"bucket": "s3-an2-meerkat-dev-outputs", "tags": {"project": "outputs"}})
    name = "s3-an2-meerkat-dev-outputs"
    assert made.id == name
    assert made.outputs == {
        "arn": f"arn:aws:s3:::{name}",
        "bucket": name,
        "bucketDomainName": f"{name}.s3.amazonaws.com",
        "bucketRegion": "ap-northeast-2",
        "bucketRegionalDomainName": f"{name}.s3.ap-northeast-2.amazonaws.com",
        "forceDestroy": False,
        "hostedZoneId": "Z3W03O7B5YMIYP",
        "objectLockEnabled": False,
        "region": "ap-northeast-2",
        "requestPayer": "BucketOwner",
        "tags": {"project": "outputs"},
        "tagsAll": {"project": "outputs"},
    }
    assert engine.read(made) == made
    engine.delete(made)
    assert engine.read(made) is None
    engine.delete(made)  # already gone counts as done


def test_a_bucket_without_a_name_gets_one_from_its_logical_name_and_keeps_it(engine: Any, bucket: Any) -> None:
    assert bucket.id.startswith("data-")
    assert len(bucket.id) == len("data-") + 7
    assert engine.diff(bucket, {"forceDestroy": True}).changed == []


def test_a_change_of_tags_is_made_in_place_and_a_change_of_the_name_replaces(engine: Any, bucket: Any) -> None:
    assert engine.diff(bucket, {"forceDestroy": True, "tags": {"a": "1"}}).replaces == []
    tagged = engine.update(bucket, {"forceDestroy": True, "tags": {"a": "1"}})
    assert tagged.outputs["tagsAll"] == {"a": "1"}
    assert engine.read(engine.update(tagged, {"forceDestroy": True})).outputs["tagsAll"] == {}
    other = engine.diff(bucket, {"forceDestroy": True, "bucket": "another-name"})
    assert (other.replaces, other.deletes_first) == (["bucket"], False)


def test_tags_set_by_somebody_else_show_as_drift(engine: Any, bucket: Any, client: Any) -> None:
    client("s3").put_bucket_tagging(Bucket=bucket.id, Tagging={"TagSet": [{"Key": "who", "Value": "else"}]})
    refreshed = engine.read(bucket)
    assert refreshed.inputs["tags"] == {"who": "else"}
    assert engine.diff(refreshed, {"forceDestroy": True}).changed == ["tags"]


def test_a_bucket_with_content_is_only_deleted_by_force(engine: Any, client: Any, refused: Any) -> None:
    made = engine.create(BUCKET, "full", {})
    client("s3").put_bucket_versioning(Bucket=made.id, VersioningConfiguration={"Status": "Enabled"})
    for key in ("a", "a", "b"):
        client("s3").put_object(Bucket=made.id, Key=key, Body=b"1")
    client("s3").delete_object(Bucket=made.id, Key="a")
    client("s3").delete_object(Bucket=made.id, Key="b")
    with pytest.raises(refused) as caught:
        engine.delete(made)
    assert str(caught.value) == (
        f"deleting S3 Bucket ({made.id}): operation error DeleteBucket, https response error StatusCode: 409, "
        "api error BucketNotEmpty: The bucket you tried to delete is not empty"
    )
    forced = engine.update(made, {"forceDestroy": True})
    engine.delete(forced)
    assert engine.read(forced) is None


def test_versions_of_a_bucket_whose_versioning_was_suspended_are_deleted_one_by_one(
    engine: Any, bucket: Any, client: Any
) -> None:
    s3 = client("s3")
    for status in ("Enabled", "Suspended"):
        s3.put_bucket_versioning(Bucket=bucket.id, VersioningConfiguration={"Status": status})
        if status == "Enabled":
            for body in (b"one", b"two"):
                s3.put_object(Bucket=bucket.id, Key="k", Body=body)
            s3.delete_object(Bucket=bucket.id, Key="k")

    def versions() -> list[tuple[str, str]]:
        found = s3.list_object_versions(Bucket=bucket.id)
        return [(v["Key"], v["VersionId"]) for v in [*found.get("DeleteMarkers", []), *found.get("Versions", [])]]

    there = versions()
    assert len(there) == 3
    for count, (key, version) in enumerate(there, 1):
        s3.delete_object(Bucket=bucket.id, Key=key, VersionId=version)
        assert versions() == there[count:]


def test_a_name_that_is_taken_is_refused(engine: Any, bucket: Any, refused: Any) -> None:
    with pytest.raises(refused, match=r"creating S3 Bucket \(data-\w+\): .*BucketAlreadyOwnedByYou"):
        engine.create(BUCKET, "again", {"bucket": bucket.id})


@pytest.mark.parametrize(
    ("inputs", "failure"),
    [
        ({"bucket": "UPPER"}, "bucket: Expected a bucket name of 3 to 63 of a-z, 0-9, '.' and '-', got 'UPPER'."),
        ({"acl": "private"}, "acl: The stand-in does not implement the argument 'acl'."),
        ({"tags": ["a"]}, "tags: Expected a map for 'tags'."),
        ({"forceDestroy": "true"}, "forceDestroy: Expected true or false for 'forceDestroy'."),
        ({"bucket": "abc", "bucketPrefix": "a"}, "bucketPrefix: Conflicting arguments: 'bucket' and 'bucketPrefix'."),
    ],
)
def test_wrong_arguments_of_a_bucket_are_named(engine: Any, inputs: dict[str, Any], failure: str) -> None:
    assert engine.check(BUCKET, "x", inputs)[1] == [failure]


@pytest.mark.parametrize("token", sorted(SETTINGS))
def test_a_setting_is_made_read_changed_and_removed(engine: Any, bucket: Any, token: str) -> None:
    first, computed, second = SETTINGS[token]
    inputs = given(bucket.id, first)
    made = engine.create(token, "setting", inputs)
    assert (made.id, made.outputs) == (bucket.id, {**inputs, **computed, "region": "ap-northeast-2"})
    assert engine.read(made) == made
    assert engine.diff(made, inputs).changed == []
    changed = engine.update(made, given(bucket.id, second))
    assert engine.read(changed) == changed
    assert changed.outputs != made.outputs
    engine.delete(changed)
    after = engine.read(changed)
    assert after is None or after.outputs["versioningConfiguration"] == {"status": "Suspended"}
    engine.delete(changed)


@pytest.mark.parametrize("token", sorted(SETTINGS))
def test_a_setting_of_a_bucket_that_is_gone_is_gone(engine: Any, token: str) -> None:
    home = engine.create(BUCKET, "home", {})
    made = engine.create(token, "setting", given(home.id, SETTINGS[token][0]))
    engine.delete(home)
    assert engine.read(made) is None
    engine.delete(made)


@pytest.mark.parametrize("token", sorted(SETTINGS))
def test_a_setting_is_imported_by_the_buckets_name(engine: Any, bucket: Any, token: str) -> None:
    inputs = given(bucket.id, SETTINGS[token][0])
    made = engine.create(token, "setting", inputs)
    found = engine.get(token, bucket.id)
    assert found.outputs == made.outputs
    assert engine.diff(found, inputs).changed == []
    engine.delete(made)


def test_a_bucket_for_logs_must_exist_and_let_them_in(engine: Any, bucket: Any, refused: Any) -> None:
    """As S3 does: InvalidTargetBucketForLogging (S3 User Guide, "Enabling Amazon S3 server access logging")."""
    token = "aws:s3/bucketLogging:BucketLogging"
    for target, why in (("s3-of-nobody", "does not exist"), (bucket.id, "provide the necessary permissions")):
        with pytest.raises(refused, match=rf"creating S3 Bucket Logging .*InvalidTargetBucketForLogging: .*{why}"):
            engine.create(token, "logging", {"bucket": bucket.id, "targetBucket": target, "targetPrefix": "a/"})


def test_a_policy_in_another_writing_is_no_change(engine: Any, bucket: Any) -> None:
    token = "aws:s3/bucketPolicy:BucketPolicy"
    text = policy("ALLOW-ACCOUNT", bucket.id)
    made = engine.create(token, "p", {"bucket": bucket.id, "policy": text})
    document = json.loads(text)
    document["Statement"][0]["Action"] = ["s3:GetObject"]
    assert engine.diff(made, {"bucket": bucket.id, "policy": json.dumps(document, indent=4)}).changed == []
    assert engine.diff(made, {"bucket": bucket.id, "policy": document}).changed == []
    document["Statement"][0]["Action"] = ["s3:PutObject"]
    assert engine.diff(made, {"bucket": bucket.id, "policy": json.dumps(document)}).changed == ["policy"]


def test_a_setting_taken_off_by_somebody_else_is_reported_as_gone(engine: Any, bucket: Any, client: Any) -> None:
    token = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
    made = engine.create(token, "block", given(bucket.id, SETTINGS[token][0]))
    assert engine.read(made) == made
    client("s3").delete_public_access_block(Bucket=bucket.id)
    assert engine.read(made) is None


def test_the_default_of_an_argument_is_filled_in_and_named(engine: Any) -> None:
    token = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
    inputs, failures = engine.check(token, "x", {"bucket": "abc", "blockPublicAcls": True})
    assert failures == []
    assert inputs == {
        "__defaults": ["blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"],
        "blockPublicAcls": True,
        "blockPublicPolicy": False,
        "bucket": "abc",
        "ignorePublicAcls": False,
        "restrictPublicBuckets": False,
    }
