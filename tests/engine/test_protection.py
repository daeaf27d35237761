"""What bears data is deleted only when somebody has said so: protection, retention, and data that may go."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from local import inventory
from local.platform import Platform
from tests.support.engine.drifting import Hand
from tests.support.engine.workspaces import Workspace

pytestmark = pytest.mark.engine

CONSUMER = "arn:aws:iam::123456789012:role/role-eks-an2-ai-conductor-ai-conductor-sa"
SMALL: dict[str, Any] = {"nodeGroups": None, "grafana": None}
PROTECTED = {
    "aws:s3/bucket:Bucket",
    "kubernetes:kubeflow.org/v1:Profile",
    "pulumi-python:dynamic/kubeflow:NamespaceGuard",
    "pulumi-python:dynamic/conductor:Workspace",
    "pulumi-python:dynamic/conductor:WorkspaceGuard",
    "pulumi-python:dynamic/lifecycle:TeardownGuard",
}


def protected(demo: Workspace) -> set[str]:
    return {found["type"] for found in demo.resources() if found.get("protect")}


def test_production_is_protected_until_the_settings_say_otherwise(
    platform: Platform, before: inventory.Inventory, workspace: Callable[..., Workspace]
) -> None:
    access = {"mode": "bucket-policy", "principals": [CONSUMER]}
    demo = workspace("precious", environment="prod", access=access, **SMALL)
    demo.up()
    assert protected(demo) == PROTECTED
    whole = inventory.take(platform)

    refused = demo.destroy()
    assert refused.code != 0
    assert "protected" in refused.output
    assert inventory.differences(whole, inventory.take(platform)) == []
    assert demo.preview("--expect-no-changes").code == 0

    demo.write(protect=False)
    demo.up()
    assert protected(demo) == set()
    destroyed = demo.destroy()
    assert destroyed.code == 0, destroyed.output
    assert inventory.differences(before, inventory.take(platform)) == []


@pytest.mark.thorough
def test_a_bucket_that_is_retained_outlives_its_workspace_with_everything_in_it(
    platform: Platform, before: inventory.Inventory, workspace: Callable[..., Workspace]
) -> None:
    demo = workspace("retained", storage={"retain": True}, **SMALL)
    demo.up()
    bucket, s3 = demo.outputs()["bucketName"], Hand(platform).client("s3")
    s3.put_object(Bucket=bucket, Key="model.bin", Body=b"weights")
    settings = (s3.get_public_access_block, s3.get_bucket_versioning, s3.get_bucket_policy, s3.get_bucket_encryption)

    def seen() -> list[Any]:
        answers = [ask(Bucket=bucket) for ask in settings]
        return [{key: value for key, value in answer.items() if key != "ResponseMetadata"} for answer in answers]

    secured = seen()
    destroyed = demo.destroy()
    assert destroyed.code == 0, destroyed.output
    assert s3.get_object(Bucket=bucket, Key="model.bin")["Body"].read() == b"weights"
    assert seen() == secured
    left = inventory.differences(before, inventory.take(platform))
    assert left != []
    assert [line for line in left if bucket not in line] == []

    for version in s3.list_object_versions(Bucket=bucket)["Versions"]:
        s3.delete_object(Bucket=bucket, Key=version["Key"], VersionId=version["VersionId"])
    s3.delete_bucket(Bucket=bucket)
    assert inventory.differences(before, inventory.take(platform)) == []


@pytest.mark.thorough
def test_data_that_may_go_goes_with_versions_and_delete_markers(
    platform: Platform, before: inventory.Inventory, workspace: Callable[..., Workspace]
) -> None:
    demo = workspace("emptied", **SMALL)
    demo.up()
    bucket, s3 = demo.outputs()["bucketName"], Hand(platform).client("s3")
    for body in (b"one", b"two"):
        s3.put_object(Bucket=bucket, Key="model.bin", Body=body)
    s3.delete_object(Bucket=bucket, Key="model.bin")
    assert "Contents" not in s3.list_objects_v2(Bucket=bucket), "it looks empty"
    refused = demo.destroy()
    assert refused.code != 0
    assert "2 old versions and 1 delete marker" in refused.output

    demo.write(deleteData=True)
    demo.up()
    destroyed = demo.destroy()
    assert destroyed.code == 0, destroyed.output
    assert inventory.differences(before, inventory.take(platform)) == []
