"""The guard: a destroy of a workspace with content in it is refused before anything was deleted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import botocore.session
import pytest

from local import inventory
from local.aws.seed import REGION
from local.platform import Platform
from tests.engine.conftest import Workspace

pytestmark = pytest.mark.engine


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
    with_demo = inventory.take(platform)
    s3(platform).put_object(Bucket="s3-an2-meerkat-dev-guarded", Key="model.bin", Body=b"weights")

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


def test_a_conductor_workspace_with_content_stops_the_destroy(
    platform: Platform, workspace: Callable[..., Workspace], conductor_session: Any
) -> None:
    demo = workspace("solved", nodeGroups=None, grafana=None)
    demo.up()
    with_demo = inventory.take(platform)
    solution = conductor_session.register_solution(demo.outputs()["conductorWorkspaceId"])

    refused = demo.destroy()
    assert refused.code != 0
    assert "deleteData: true" in refused.output

    conductor_session.delete_solution(solution)
    assert inventory.differences(with_demo, inventory.take(platform)) == []
    assert demo.destroy().code == 0
