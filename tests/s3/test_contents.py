"""What the guard before a teardown is told about a bucket."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from project_workspace.remote.provider import StackConfig
from project_workspace.s3 import contents
from project_workspace.s3.contents import content_of

REGION = "ap-northeast-2"


def content(bucket: str) -> str | None:
    return content_of(StackConfig({}.get), {"bucket": bucket, "region": REGION})


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    with mock_aws():
        client = boto3.client("s3", region_name=REGION)
        client.create_bucket(Bucket="demo", CreateBucketConfiguration={"LocationConstraint": REGION})
        yield client


def test_a_missing_or_empty_bucket_is_empty(s3: Any) -> None:
    assert content("missing") is None
    assert content("demo") is None
    assert content("demo") is None


def test_objects_old_versions_and_delete_markers_are_content(s3: Any) -> None:
    s3.put_bucket_versioning(Bucket="demo", VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket="demo", Key="a", Body=b"1")
    assert content("demo") == "1 object in bucket demo"
    s3.put_object(Bucket="demo", Key="a", Body=b"2")
    s3.put_object(Bucket="demo", Key="b", Body=b"1")
    assert content("demo") == "2 objects and 1 old version in bucket demo"
    s3.delete_object(Bucket="demo", Key="a")
    s3.delete_object(Bucket="demo", Key="b")
    assert content("demo") == "3 old versions and 2 delete markers in bucket demo"
    assert content("demo") is not None


def test_a_long_list_is_not_counted_to_its_end(s3: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contents, "LOOK_AT", 2)
    for key in "abc":
        s3.put_object(Bucket="demo", Key=key, Body=b"1")
    assert content("demo") == "at least 2 objects in bucket demo"
