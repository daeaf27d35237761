"""One setting draws another password, in place: the old one is dead, the new one works, dex restarts once."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from local.dex.login import login
from local.dex.pod import starts
from local.platform import Platform
from tests.support.engine.watching import operations
from tests.support.engine.workspaces import Workspace

pytestmark = pytest.mark.engine

USER = ("update", "pulumi-python:dynamic/dex:User")
ACCOUNT = ("update", "pulumi-python:dynamic/conductor:Account")
DRAWN = "random:index/randomPassword:RandomPassword"


def edge_login(platform: Platform, outputs: dict[str, str], password: str) -> int:
    """What AI Conductor answers to a login of the workspace's system account."""
    body = {"login_id": outputs["systemAccount"], "login_pw": password}
    url = f"{platform.url('ai-conductor')}/api/v1/auth/login"
    return httpx.post(url, json=body, trust_env=False).status_code


def test_a_rotation_replaces_passwords_and_nothing_else(
    platform: Platform, workspace: Callable[..., Workspace]
) -> None:
    demo = workspace("rotated", nodeGroups=None, grafana=None)
    demo.up()
    first = demo.outputs()
    ids = {found["urn"]: found.get("id") for found in demo.resources() if found["type"] != DRAWN}
    assert login(platform.issuer, first["kubeflowUser"], first["kubeflowPassword"]).accepted
    assert edge_login(platform, first, first["systemAccountPassword"]) == 200

    for date, replaced in (("2026-11-23", set[tuple[str, str]]()), ("2026-12-24", {("replace", DRAWN)})):
        before, restarts = demo.outputs(), len(starts(platform.data / "dex"))
        conductor = {"url": "${AIC_FRONTEND_URL}", "systemAccountPasswordRotation": date}
        demo.write(login={"passwordRotation": date}, conductor=conductor)
        # The first rotation of the system account's password makes what draws it; the user's is drawn already.
        made = replaced or {("create", DRAWN), ("replace", DRAWN)}
        assert operations(demo) == {USER, ACCOUNT, *made}
        demo.up()

        after = demo.outputs()
        user = after["kubeflowUser"]
        assert login(platform.issuer, user, after["kubeflowPassword"]).accepted
        assert not login(platform.issuer, user, before["kubeflowPassword"]).accepted
        assert edge_login(platform, after, after["systemAccountPassword"]) == 200
        assert edge_login(platform, after, before["systemAccountPassword"]) != 200
        assert len(starts(platform.data / "dex")) == restarts + 1
        assert demo.preview("--expect-no-changes").code == 0

    kept = {found["urn"]: found.get("id") for found in demo.resources() if found["type"] != DRAWN}
    assert kept == ids
