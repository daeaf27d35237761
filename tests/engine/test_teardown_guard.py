"""The guard: a destroy of a workspace with content in it is refused before anything was deleted.

Where the guard has gone already, what holds the content is still not deleted.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

import botocore.session
import httpx
import pytest

from local import inventory
from local.aws.seed import REGION
from local.kube.objects import Objects
from local.platform import Platform
from tests.support.engine.workspaces import Workspace

pytestmark = [pytest.mark.engine, pytest.mark.official]


def s3(platform: Platform) -> Any:
    return botocore.session.Session().create_client(
        "s3",
        region_name=REGION,
        endpoint_url=platform.url("aws"),
        aws_access_key_id="local",
        aws_secret_access_key="local",
    )


def test_a_bucket_with_content_stops_the_destroy_until_it_may_go(
    platform: Platform, before: inventory.Inventory, workspace: Callable[..., Workspace]
) -> None:
    demo = workspace("guarded")
    demo.up()
    s3(platform).put_object(Bucket="s3-an2-meerkat-dev-guarded", Key="model.bin", Body=b"weights")
    with_demo = inventory.take(platform)

    refused = demo.destroy()
    assert refused.code != 0
    assert "s3-an2-meerkat-dev-guarded" in refused.output
    assert "deleteData: true" in refused.output
    assert inventory.differences(with_demo, inventory.take(platform)) == []
    assert demo.preview("--expect-no-changes").code == 0

    demo.write(deleteData=True)
    demo.up()
    allowed = demo.destroy()
    assert allowed.code == 0, allowed.output
    assert inventory.differences(before, inventory.take(platform)) == []


@contextmanager
def conductor(platform: Platform) -> Generator[httpx.Client]:
    """AI Conductor, logged in as its administrator: what a data scientist's tool would do."""
    admin = platform.credentials
    with httpx.Client(base_url=f"{platform.url('ai-conductor')}/api/v1/", trust_env=False) as client:
        body = {"login_id": admin.conductor_user, "login_pw": admin.conductor_password}
        client.post("auth/login", json=body).raise_for_status()
        yield client


@pytest.mark.thorough
def test_a_conductor_workspace_with_content_stops_the_destroy_until_it_may_go(
    platform: Platform, before: inventory.Inventory, workspace: Callable[..., Workspace]
) -> None:
    demo = workspace("solved", nodeGroups=None, grafana=None)
    demo.up()
    scope = {"workspace_id": demo.outputs()["conductorWorkspaceId"]}
    with conductor(platform) as client:
        client.post("solutions", params=scope, json={"metadata_json": {"name": "defects"}}).raise_for_status()
    with_demo = inventory.take(platform)

    refused = demo.destroy()
    assert refused.code != 0
    assert "defects" in refused.output
    assert "deleteData: true" in refused.output
    assert inventory.differences(with_demo, inventory.take(platform)) == []

    demo.write(deleteData=True)
    demo.up()
    allowed = demo.destroy()
    assert allowed.code == 0, allowed.output
    assert inventory.differences(before, inventory.take(platform)) == []


def volume(platform: Platform, namespace: str) -> None:
    """What a notebook of Kubeflow leaves behind: a claim with a team's work in it."""
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "10Gi"}}}
    metadata = {"name": "data", "namespace": namespace}
    claim = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": metadata, "spec": spec}
    objects = Objects.connect(platform.kubeconfig)
    objects.create(claim, "notebook")
    # Without nodes nothing uses it, and nobody would take the finalizer away that protects a used one.
    objects.merge(claim, {"metadata": {"finalizers": None}})


def test_work_in_the_namespace_stops_whatever_would_take_the_profile_away(
    platform: Platform, before: inventory.Inventory, workspace: Callable[..., Workspace]
) -> None:
    demo = workspace("inhabited", nodeGroups=None, grafana=None, conductor=None, login={"enabled": False})
    demo.up()
    namespace = demo.outputs()["namespace"]
    (profile,) = [each["urn"] for each in demo.resources() if each["type"].endswith(":Profile")]
    volume(platform, namespace)
    inhabited = inventory.take(platform)

    for name, command in {
        "a preview of a replacement": ("preview", "--replace", profile),
        "a replacement, whatever caused it": ("up", "--yes", "--skip-preview", "--replace", profile),
        "another name": ("up", "--yes", "--skip-preview"),
        "a destroy": ("destroy", "--yes", "--skip-preview"),
    }.items():
        demo.write(names={"namespace": "aic-ns-another"} if name == "another name" else None)
        refused = demo.engine.run(*command, "--stack", demo.stack)
        assert refused.code != 0, f"{name}: {refused.output}"
        assert f"1 volume (data) in namespace {namespace}" in refused.output, f"{name}: {refused.output}"
        assert "deleteData: true" in refused.output
        assert inventory.differences(inhabited, inventory.take(platform)) == [], name
    demo.write(names=None)
    assert demo.preview("--expect-no-changes").code == 0

    demo.write(deleteData=True)
    demo.up()
    demo.engine.checked("up", "--yes", "--skip-preview", "--replace", profile, "--stack", demo.stack)
    assert demo.destroy().code == 0
    assert inventory.differences(before, inventory.take(platform)) == []


@pytest.mark.thorough
def test_a_destroy_that_has_taken_the_guard_away_still_loses_no_data_when_it_is_repeated(
    platform: Platform, before: inventory.Inventory, workspace: Callable[..., Workspace]
) -> None:
    demo = workspace("halved", nodeGroups=None, grafana=None, conductor=None, login={"enabled": False})
    demo.up()
    namespace = demo.outputs()["namespace"]
    (guard,) = [each["urn"] for each in demo.resources() if each["type"].endswith(":TeardownGuard")]
    demo.engine.checked("destroy", "--yes", "--skip-preview", "--target", guard, "--stack", demo.stack)
    volume(platform, namespace)
    content = {"Bucket": "s3-an2-meerkat-dev-halved", "Key": "model.bin"}
    s3(platform).put_object(**content, Body=b"weights")

    refused = demo.destroy()
    assert refused.code != 0
    assert "BucketNotEmpty" in refused.output
    assert s3(platform).get_object(**content)["Body"].read() == b"weights"
    assert "PersistentVolumeClaim" in str(inventory.take(platform)["kubernetes"])

    s3(platform).delete_object(**content)
    versions = s3(platform).list_object_versions(Bucket=content["Bucket"])
    for each in [*versions.get("Versions", []), *versions.get("DeleteMarkers", [])]:
        s3(platform).delete_object(**content, VersionId=each["VersionId"])
    refused = demo.destroy()
    assert refused.code != 0
    assert f"1 volume (data) in namespace {namespace}" in refused.output
    assert "PersistentVolumeClaim" in str(inventory.take(platform)["kubernetes"])

    demo.write(deleteData=True)
    demo.up()
    assert demo.destroy().code == 0
    assert inventory.differences(before, inventory.take(platform)) == []
