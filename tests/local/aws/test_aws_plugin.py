"""The plugin as a whole: previews, provider settings, errors of the way to AWS, start and end of the process."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import urllib.request
from typing import Any

import pytest

from local.checkout import CHECKOUT
from local.plugins.aws.connection import Aws
from local.plugins.provider import PluginError

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
BUCKET, GROUP = "aws:s3/bucket:Bucket", "aws:eks/nodeGroup:NodeGroup"


def test_a_preview_shows_what_is_known_and_makes_nothing(engine: Any, client: Any) -> None:
    shown = engine.preview(BUCKET, "x", {"bucket": "previewed-only", "tags": {"a": "b"}})
    assert shown == {
        "arn": UNKNOWN,
        "bucket": "previewed-only",
        "bucketDomainName": UNKNOWN,
        "bucketRegion": UNKNOWN,
        "bucketRegionalDomainName": UNKNOWN,
        "forceDestroy": False,
        "hostedZoneId": UNKNOWN,
        "region": "ap-northeast-2",
        "tags": {"a": "b"},
        "tagsAll": {"a": "b"},
    }
    assert "previewed-only" not in [b["Name"] for b in client("s3").list_buckets()["Buckets"]]


def test_a_preview_takes_values_that_are_not_known_yet(engine: Any) -> None:
    inputs = {
        "clusterName": UNKNOWN, "nodeRoleArn": UNKNOWN, "subnetIds": UNKNOWN, "instanceTypes": [UNKNOWN],
        "scalingConfig": {"minSize": 0, "maxSize": 1, "desiredSize": UNKNOWN},
        "launchTemplate": {"id": UNKNOWN, "version": UNKNOWN}, "tags": UNKNOWN,
    }  # fmt: skip
    shown = engine.preview(GROUP, "gpu", inputs)
    assert shown["resources"] == UNKNOWN
    assert shown["tagsAll"] == UNKNOWN
    assert shown["nodeGroupName"].startswith("gpu-")


def test_a_value_that_becomes_unknown_is_a_change(engine: Any) -> None:
    made = engine.create(BUCKET, "x", {"bucket": "becomes-unknown"})
    found = engine.diff(made, {"bucket": UNKNOWN})
    assert (found.changed, found.replaces) == (["bucket"], ["bucket"])
    engine.delete(made)


def test_default_tags_are_on_everything_and_are_not_drift(channel: Any, endpoint: str, provider_settings: Any) -> None:
    driver = channel()
    driver.configure(provider_settings(endpoint, defaultTags='{"tags": {"team": "ai", "stage": "dev"}}'))
    inputs = {"bucket": "default-tags", "tags": {"stage": "own"}}
    made = driver.create(BUCKET, "x", inputs)
    assert (made.outputs["tags"], made.outputs["tagsAll"]) == ({"stage": "own"}, {"team": "ai", "stage": "own"})
    assert driver.read(made) == made
    assert driver.diff(made, inputs).changed == []
    driver.delete(made)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (
            {"region": None},
            "Missing region configuration: expected the setting 'aws:region', for example 'ap-northeast-2'.",
        ),
        (
            {"assumeRoleWithWebIdentity": '{"roleArn": "a"}'},
            "The stand-in for pulumi-aws does not implement the provider setting 'aws:assumeRoleWithWebIdentity'.",
        ),
    ],
)
def test_a_provider_setting_that_cannot_be_honoured_is_refused(
    provider_settings: Any, monkeypatch: Any, more: Any, message: str
) -> None:
    monkeypatch.delenv("AWS_REGION", raising=False)
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    with pytest.raises(PluginError) as caught:
        Aws().configure(provider_settings("http://127.0.0.1:9", **more))
    assert str(caught.value) == message


def test_the_region_is_taken_from_the_environment(monkeypatch: Any) -> None:
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    aws = Aws()
    aws.configure({})
    assert aws.region == "eu-west-1"


def test_a_resource_in_another_region_is_made_and_read_there(engine: Any) -> None:
    made = engine.create(BUCKET, "x", {"bucket": "in-tokyo", "region": "ap-northeast-1"})
    assert (made.outputs["region"], made.outputs["bucketRegion"]) == ("ap-northeast-1", "ap-northeast-1")
    assert engine.read(made) == made
    assert engine.diff(made, {"bucket": "in-tokyo", "region": "ap-northeast-2"}).replaces == ["region"]
    engine.delete(made)


def test_an_endpoint_from_the_environment_is_used(
    channel: Any, endpoint: str, provider_settings: Any, monkeypatch: Any
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    driver = channel()
    driver.configure({**provider_settings(endpoint), "endpoints": "[]"})
    found = driver.invoke("aws:index/getCallerIdentity:getCallerIdentity", {})
    assert found["accountId"] == "123456789012"


def test_a_role_of_the_configuration_is_assumed_and_only_accounts_that_are_allowed_are_reached(
    channel: Any, endpoint: str, provider_settings: Any, refused: Any
) -> None:
    roles = '[{"roleArn": "arn:aws:iam::222222222222:role/deploy"}]'
    driver = channel()
    driver.configure(provider_settings(endpoint, assumeRoles=roles, allowedAccountIds='["222222222222"]'))
    found = driver.invoke("aws:index/getCallerIdentity:getCallerIdentity", {})
    assert found["arn"] == "arn:aws:sts::222222222222:assumed-role/deploy/pulumi"
    with pytest.raises(refused, match="AWS account ID not allowed: 123456789012"):
        channel().configure(provider_settings(endpoint, allowedAccountIds='["222222222222"]'))


def test_aws_out_of_reach_is_one_sentence(channel: Any, provider_settings: Any, refused: Any) -> None:
    driver = channel()
    driver.configure(provider_settings("http://127.0.0.1:9", maxRetries="0"))
    with pytest.raises(refused) as caught:
        driver.create(BUCKET, "x", {"bucket": "nowhere"})
    assert str(caught.value) == (
        'creating S3 Bucket (nowhere): Could not connect to the endpoint URL: "http://127.0.0.1:9/nowhere" '
        "Check that the AWS endpoint is running and that 'aws:endpoints' or AWS_ENDPOINT_URL is right."
    )


def test_a_type_that_the_stand_in_does_not_know_is_refused(engine: Any, refused: Any) -> None:
    with pytest.raises(refused) as caught:
        engine.check("aws:s3/bucketObject:BucketObject", "x", {})
    assert str(caught.value) == (
        "The stand-in for pulumi-aws does not implement resources of type 'aws:s3/bucketObject:BucketObject'."
    )


def test_one_connection_serves_many_threads(engine: Any, seeded: Any) -> None:
    found: list[Any] = []
    ask = lambda: found.append(engine.get("aws:eks/cluster:Cluster", seeded.cluster_name))  # noqa: E731
    threads = [threading.Thread(target=ask) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(found) == 16
    assert all(one == found[0] for one in found)


def test_a_credential_is_never_in_a_message(provider_settings: Any) -> None:
    with pytest.raises(PluginError) as caught:
        Aws().configure({"secretKey": "hunter2", "assumeRoleWithWebIdentity": '{"roleArn": "a"}', "region": "r"})
    assert "hunter2" not in str(caught.value)


def test_neither_starting_nor_checking_imports_botocore() -> None:
    program = (
        "import sys; from local.plugins.aws.plugin import plugin; p = plugin(); p.configure({'region': 'r'});"
        "h = p.handler('aws:s3/bucket:Bucket'); h.changed(*[h.check({'bucket': 'abc'}, b'')[0]] * 2);"
        "sys.exit('botocore' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], cwd=CHECKOUT, timeout=60, check=False).returncode == 0


@pytest.mark.parametrize("module", ["local.plugins.aws", "local.aws.server"])
def test_a_process_prints_where_it_listens_and_ends_when_told_to(module: str) -> None:
    process = subprocess.Popen([sys.executable, "-m", module], cwd=CHECKOUT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        line = process.stdout.readline().strip()
        assert line.rpartition(":")[2].isdigit()
        if line.startswith("http"):
            assert urllib.request.urlopen(f"{line}/moto-api/", timeout=30).status == 200
    finally:
        process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=60) in (0, -signal.SIGTERM)
