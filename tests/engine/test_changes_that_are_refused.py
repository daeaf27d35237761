"""A change that must not be made is refused with nothing touched: what can never change, and what has content."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from local import inventory
from local.aws.seed import REGION
from local.platform import Platform
from tests.support.engine import installation
from tests.support.engine.changes import GUARD, PARTS_LEFT_OUT, WITH_THE_BUCKET, replace, update
from tests.support.engine.changing import Walk, as_operations
from tests.support.engine.replacements import REFUSED
from tests.support.engine.watching import conductor_calls
from tests.support.engine.workspaces import NODE_GROUPS, Workspace

pytestmark = pytest.mark.engine

AS_IT_WAS: dict[str, Any] = {"login": None, "names": None, "aws:region": REGION}


def test_what_can_never_change_is_refused_before_anything_is_touched(
    platform: Platform, workspace: Callable[..., Workspace]
) -> None:
    demo = workspace("refused", nodeGroups=NODE_GROUPS[:1], conductor=None, grafana=None)
    walk = Walk(demo, platform, {})
    demo.up()
    as_made = inventory.take(platform)
    for refusal in REFUSED:
        walk.write(AS_IT_WAS, refusal.to)
        refused = demo.engine.run("up", "--yes", "--skip-preview", "--stack", demo.stack)
        assert refused.code != 0, refusal.to
        assert refusal.says in refused.output, refused.output
    assert inventory.differences(as_made, inventory.take(platform)) == []
    walk.write(AS_IT_WAS)
    assert demo.preview("--expect-no-changes").code == 0
    assert demo.destroy().code == 0


def test_a_bucket_with_content_is_replaced_only_when_its_data_may_be_deleted(
    platform: Platform, before: inventory.Inventory, workspace: Callable[..., Workspace]
) -> None:
    demo = workspace("kept", nodeGroups=None, grafana=None, conductor=None)
    walk = Walk(demo, platform, {})
    demo.up()
    s3, bucket = installation.client(platform, "s3"), "s3-an2-meerkat-dev-kept"
    s3.put_object(Bucket=bucket, Key="model.bin", Body=b"weights")
    with_content = inventory.take(platform)

    for change in ({"names.bucket": "s3-other-kept"}, {"deleteData": True}):
        walk.write(change)  # even then: the bucket itself has not been told yet
        refused = demo.engine.run("up", "--yes", "--stack", demo.stack)
        assert refused.code != 0, change
        assert f"1 object in bucket {bucket}" in refused.output
    assert inventory.differences(with_content, inventory.take(platform)) == []
    assert s3.get_object(Bucket=bucket, Key="model.bin")["Body"].read() == b"weights"

    walk.write({"names": None})
    demo.up()
    walk.write({"names.bucket": "s3-other-kept"})
    steps = walk.up()
    assert as_operations(steps) >= replace(*WITH_THE_BUCKET)
    assert "s3-other-kept" in inventory.take(platform)["buckets"]
    assert bucket not in inventory.take(platform)["buckets"]
    assert demo.destroy().code == 0
    assert inventory.differences(before, inventory.take(platform)) == []


@pytest.mark.thorough
def test_a_conductor_workspace_with_content_is_neither_replaced_nor_left_out(
    platform: Platform, before: inventory.Inventory, workspace: Callable[..., Workspace]
) -> None:
    pinned = {"user": "aic-user-filled-ws", "namespace": "aic-ns-filled-ws"}
    demo = workspace("filled", nodeGroups=None, grafana=None, names=pinned, deleteData=True)
    walk = Walk(demo, platform, {"names": pinned, "conductor": {"url": "${AIC_FRONTEND_URL}"}})
    demo.up()
    scope = {"workspace_id": demo.outputs()["conductorWorkspaceId"]}
    with installation.conductor(platform) as client:
        posted = client.post("solutions", params=scope, json={"metadata_json": {"name": "defects"}})
        filled = inventory.take(platform)

        for change in ({"names.workspace": "other-ws"}, {"names": pinned, "conductor": None}):
            walk.write(change)
            asked = conductor_calls(platform)
            assert demo.preview().code == 0
            assert conductor_calls(platform) == asked, "no preview logs in to AI Conductor"
            refused = demo.engine.run("up", "--yes", "--stack", demo.stack)
            assert refused.code != 0, change
            assert "1 AI solution(s): defects" in refused.output
        assert inventory.differences(filled, inventory.take(platform)) == []

        client.delete(f"solutions/{posted.json()['id']}", params=scope).raise_for_status()
    # The teardown guard was told of the change by the `up` that was refused.
    assert as_operations(walk.up()) == PARTS_LEFT_OUT[1][0].does - update(GUARD)
    assert demo.destroy().code == 0
    assert inventory.differences(before, inventory.take(platform)) == []
