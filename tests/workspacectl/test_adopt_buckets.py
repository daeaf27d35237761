"""A bucket made by hand, as moto's S3 tells of it: what becomes a setting, what is left to others, and what is said."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from project_workspace.aws.client import clients
from project_workspace.aws.settings import AwsSettings
from project_workspace.config import loading
from project_workspace.config.workspace_program import WORKSPACE
from project_workspace.s3.options import StorageOptions
from workspacectl.adopt import buckets
from workspacectl.adopt.buckets import FoundBucket

REGION, BUCKET, LOGS = "ap-northeast-2", "s3-demo", "s3-logs"
KEY = "arn:aws:kms:ap-northeast-2:123456789012:key/0123abcd-01ab-23cd-45ef-0123456789ab"
LEFT = "Without 'lifecycle' in `unmanaged` this program's rules take their place."
NOTHING_EXPIRES = f"Nothing in it expires. {LEFT}"
BLOCK = {"BlockPublicAcls": True, "IgnorePublicAcls": True, "BlockPublicPolicy": True, "RestrictPublicBuckets": True}
EVERYBODY = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{BUCKET}/*"}


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The bucket with nothing set, and one for logs."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        made = boto3.client("s3", region_name=REGION)
        for name in (BUCKET, LOGS):
            made.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
        yield made


def found() -> FoundBucket:
    """The bucket, in settings that the program takes."""
    bucket = buckets.bucket_of(BUCKET, clients(AwsSettings(), REGION))
    assert bucket
    StorageOptions.model_validate(dict(bucket.settings))
    return bucket


def encrypt(s3: Any, algorithm: str, key: str | None = None) -> None:
    by_default = {"SSEAlgorithm": algorithm, **({"KMSMasterKeyID": key} if key else {})}
    rules = [{"ApplyServerSideEncryptionByDefault": by_default}]
    s3.put_bucket_encryption(Bucket=BUCKET, ServerSideEncryptionConfiguration={"Rules": rules})


def allow(s3: Any, statement: dict[str, Any]) -> None:
    s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps({"Statement": [statement]}))


def test_of_a_bucket_with_nothing_set_nothing_begins_to_expire(s3: Any) -> None:
    assert found() == FoundBucket(name=BUCKET, settings={"unmanaged": ["lifecycle"]}, notes=[NOTHING_EXPIRES])


def test_a_bucket_that_is_not_there_is_none(s3: Any) -> None:
    assert buckets.bucket_of("s3-nobodys", clients(AwsSettings(), REGION)) is None


def test_what_the_program_has_settings_for_is_written_as_these(s3: Any) -> None:
    encrypt(s3, "aws:kms", KEY)
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Suspended"})
    s3.put_bucket_tagging(Bucket=BUCKET, Tagging={"TagSet": [{"Key": "Name", "Value": "x"}]})
    allow(s3, statement := {**EVERYBODY, "Principal": {"AWS": "arn:aws:iam::210987654321:root"}})
    log(s3, "logs/demo/")
    assert found().settings == {
        "versioning": False,
        "kmsKeyArn": KEY,
        "accessLogging": {"bucket": LOGS, "prefix": "logs/demo/"},
        "policy": json.dumps({"Statement": [statement]}, indent=2),
        "tags": {"Name": "x"},
        "unmanaged": ["lifecycle"],
    }


def log(s3: Any, prefix: str, **more: Any) -> None:
    statement = {**EVERYBODY, "Principal": {"Service": "logging.s3.amazonaws.com"}, "Action": "s3:PutObject"}
    s3.put_bucket_policy(
        Bucket=LOGS, Policy=json.dumps({"Statement": [{**statement, "Resource": f"arn:aws:s3:::{LOGS}/*"}]})
    )
    target = {"TargetBucket": LOGS, "TargetPrefix": prefix, **more}
    s3.put_bucket_logging(Bucket=BUCKET, BucketLoggingStatus={"LoggingEnabled": target})


def test_the_prefix_that_is_the_programs_own_is_not_said(s3: Any) -> None:
    log(s3, f"{BUCKET}/")
    assert found().settings["accessLogging"] == {"bucket": LOGS}


def test_access_logging_that_no_setting_says_is_left_alone(s3: Any) -> None:
    log(s3, "")
    bucket = found()
    assert bucket.settings == {"unmanaged": ["lifecycle"]}
    assert bucket.notes[1:] == ["It also has access logging in a form of its own, which this program leaves alone."]


def test_rules_and_what_the_program_says_nothing_about_are_named(s3: Any) -> None:
    rules = [
        {"ID": name, "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 7}} for name in ("a", "b")
    ]
    s3.put_bucket_lifecycle_configuration(Bucket=BUCKET, LifecycleConfiguration={"Rules": rules})
    cors = {"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}
    s3.put_bucket_cors(Bucket=BUCKET, CORSConfiguration={"CORSRules": [cors]})
    s3.put_bucket_website(Bucket=BUCKET, WebsiteConfiguration={"IndexDocument": {"Suffix": "index.html"}})
    bucket = found()
    assert bucket.settings == {"unmanaged": ["lifecycle"]}
    assert bucket.notes == [
        f"The bucket's lifecycle rules stay as they are: a and b. {LEFT}",
        "It also has CORS rules and a website, which this program leaves alone.",
    ]


@pytest.mark.parametrize(
    ("algorithm", "key"),
    [("aws:kms", None), ("aws:kms", KEY.rpartition("/")[2]), ("aws:kms", "alias/demo"), ("aws:kms:dsse", KEY)],
)
def test_encryption_that_no_setting_says_is_left_to_others(s3: Any, algorithm: str, key: str | None) -> None:
    encrypt(s3, algorithm, key)
    bucket = found()
    assert bucket.settings == {"unmanaged": ["lifecycle", "encryption"]}
    assert bucket.notes[1:] == ["Its encryption stays as it is: `kmsKeyArn` cannot say it."]


@pytest.mark.parametrize(
    ("statement", "block", "is_left"),
    [
        (EVERYBODY, None, True),
        ({**EVERYBODY, "Principal": {"AWS": ["*"]}}, {**BLOCK, "RestrictPublicBuckets": False}, True),
        (EVERYBODY, BLOCK, False),
        ({**EVERYBODY, "Effect": "Deny"}, None, False),
        ({**EVERYBODY, "Principal": {"Service": "cloudfront.amazonaws.com"}}, None, False),
    ],
)
def test_what_is_public_stays_public(s3: Any, statement: Any, block: Any, is_left: bool) -> None:
    allow(s3, statement)
    if block:
        s3.put_public_access_block(Bucket=BUCKET, PublicAccessBlockConfiguration=block)
    assert found().settings["unmanaged"] == ["lifecycle", *(["publicAccessBlock"] if is_left else [])]


def test_who_is_in_the_access_control_list_stays_in_it(s3: Any) -> None:
    s3.put_bucket_acl(Bucket=BUCKET, ACL="log-delivery-write")
    s3.put_public_access_block(Bucket=BUCKET, PublicAccessBlockConfiguration=BLOCK)
    bucket = found()
    assert bucket.settings == {"unmanaged": ["lifecycle", "ownershipControls"]}
    assert bucket.notes[1:] == [
        "Its ownership controls stay as they are: its access control list has others in it.",
    ]


def test_what_is_found_is_right_in_a_stack_file(s3: Any) -> None:
    encrypt(s3, "aws:kms:dsse", KEY)
    allow(s3, EVERYBODY)
    where = {"project": "demo", "environment": "dev", "infra": "meerkat"}
    texts = {f"project-workspace:{key}": value for key, value in where.items()}
    texts |= {"aws:region": REGION, "project-workspace:storage": json.dumps(dict(found().settings))}
    loaded = loading.load(WORKSPACE, texts, secret_keys=set(), environment={})
    assert json.loads(loaded.storage.policy or "") == {"Statement": [EVERYBODY]}
    assert loaded.storage.unmanaged == ["lifecycle", "encryption", "publicAccessBlock"]
