"""The KMS key of the bucket: S3 takes any ARN, so it is looked at before."""

from __future__ import annotations

import pytest

from tests.preflight.aws_answers import AwsAnswers
from tests.preflight.checklists import broken, lines_of
from tests.preflight.conftest import REGION, MakeSite, client
from workspacectl.preflight.answers import Answer, Outcome
from workspacectl.preflight.checks.amazon.storage_key import REMEDY, WANTED

OTHER = "arn:aws:kms:eu-central-1:123456789012:key/0123abcd-01ab-23cd-45ef-0123456789ab"
GONE = f"arn:aws:kms:{REGION}:123456789012:key/0123abcd-01ab-23cd-45ef-0123456789ab"


def new_key(spec: str = "SYMMETRIC_DEFAULT", usage: str = "ENCRYPT_DECRYPT") -> str:
    return str(client("kms").create_key(KeySpec=spec, KeyUsage=usage)["KeyMetadata"]["Arn"])


def line(site: MakeSite, key: str) -> Answer:
    return lines_of(site(storage={"kmsKeyArn": key}), only=["storage-key"])["storage-key"]


def test_a_key_that_is_disabled_is_the_one_line_that_changes(site: MakeSite) -> None:
    key = new_key()
    well = lines_of(site(storage={"kmsKeyArn": key}))
    assert well["storage-key"] == Answer(Outcome.OK, f"{key}, Enabled, SYMMETRIC_DEFAULT for ENCRYPT_DECRYPT")
    client("kms").disable_key(KeyId=key.rpartition("/")[2])
    now = lines_of(site(storage={"kmsKeyArn": key}))
    assert broken(well, now) == {"storage-key": Outcome.FAILED}
    seen = f"{key}, Disabled, SYMMETRIC_DEFAULT for ENCRYPT_DECRYPT"
    assert now["storage-key"] == Answer(Outcome.FAILED, seen, WANTED, REMEDY.format(key=key))


@pytest.mark.parametrize(("spec", "usage"), [("RSA_2048", "ENCRYPT_DECRYPT"), ("HMAC_256", "GENERATE_VERIFY_MAC")])
def test_a_key_of_another_kind_fails(site: MakeSite, spec: str, usage: str) -> None:
    key = new_key(spec, usage)
    assert line(site, key) == Answer(
        Outcome.FAILED, f"{key}, Enabled, {spec} for {usage}", WANTED, REMEDY.format(key=key)
    )


def test_a_key_that_is_not_there_or_of_another_region_fails(site: MakeSite, answers: AwsAnswers) -> None:
    assert line(site, GONE) == Answer(Outcome.FAILED, f"no key {GONE}", WANTED, REMEDY.format(key=GONE))
    answers.asked.clear()
    of_region = Answer(Outcome.FAILED, "a key of eu-central-1", f"one of {REGION}", REMEDY.format(key=OTHER))
    assert line(site, OTHER) == of_region
    assert answers.asked == []


def test_a_key_that_may_not_be_looked_at_could_not_be_checked(site: MakeSite, answers: AwsAnswers) -> None:
    key = new_key()
    answers.deny("kms:DescribeKey")
    found = line(site, key)
    assert found.outcome == Outcome.UNKNOWN
    assert found.seen.endswith("Allow kms:DescribeKey on it for your AWS identity.")


def test_a_bucket_whose_encryption_is_others_has_no_line(site: MakeSite) -> None:
    key = new_key()
    assert "storage-key" in lines_of(site(storage={"kmsKeyArn": key}), only=["storage-key"])
    for storage in ({}, {"kmsKeyArn": key, "unmanaged": ["encryption"]}):
        assert lines_of(site(storage=storage), only=["storage-key"]) == {}
