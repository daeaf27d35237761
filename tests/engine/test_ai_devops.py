"""The life of an ai-devops stack on the real engine: made, unchanged, repaired, destroyed, everything as it was."""

from __future__ import annotations

import stat
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from local import inventory
from local.keycloak import server
from local.platform import Platform
from project_workspace.ai_devops.options import CLIENT_ID
from project_workspace.volumes.places import DEFAULT
from tests.ai_devops.conftest import Classes
from tests.support.engine.ai_devops import classes, stack
from tests.support.engine.drifting import seen_by_refresh
from tests.support.engine.leaks import Secret, command_lines, files_with, leaks_in
from tests.support.engine.workspaces import Workspace
from tests.support.keycloak import Admin, Realm, audience_of, roles_in

__all__ = ["classes", "stack"]

pytestmark = pytest.mark.engine

CLASS = "pulumi-python:dynamic/ai_devops:DefaultStorageClass ai-devops"
REDIRECT = "https://notebook.tmaxcloud.org/oauth/callback"
ALICE = "alice@ai-devops.example.com"
MARK = DEFAULT[0]


def test_one_class_is_the_default_for_as_long_as_the_stack_is_there(
    platform: Platform, before: inventory.Inventory, stack: Callable[..., Workspace], classes: Classes
) -> None:
    demo = stack(storageClass={"name": "gp2"})
    annotations = classes.seen()
    refused = demo.preview()
    assert refused.code != 0
    assert "Expected no default StorageClass beside 'gp2'" in " ".join(refused.output.split())
    assert classes.seen() == annotations

    demo.write(storageClass={"name": "gp2", "takeOverDefault": True})
    demo.up()
    assert classes.defaults() == ["gp2"]
    assert demo.outputs() == {"storageClass": "gp2"}
    unchanged = demo.preview("--refresh", "--expect-no-changes")
    assert unchanged.code == 0, unchanged.output

    classes.annotate("efs", **{MARK: "true"})
    assert seen_by_refresh(demo) == {CLASS: {"defaults": (["gp2"], ["efs", "gp2"])}}
    demo.up("--refresh")
    assert classes.defaults() == ["gp2"]

    classes.annotate("efs", **{MARK: None})
    gone = demo.destroy()
    assert gone.code == 0, gone.output
    assert classes.seen() == annotations
    assert inventory.differences(before, inventory.take(platform)) == []


@pytest.mark.thorough
def test_the_notebooks_client_lets_people_in_and_the_installers_file_has_its_secret(
    platform: Platform, stack: Callable[..., Workspace], realm: Realm, keycloak: Admin, tmp_path: Path
) -> None:
    realm.new_user(ALICE)
    section = {"url": realm.url, "realm": realm.name, "redirectUris": [REDIRECT], "users": [ALICE]}
    demo = stack(oidcClient=section, installer={"customDomain": "tmaxcloud.org"})
    assert demo.preview().code == 0, "no preview logs in: nobody has said with what"
    login = {"KEYCLOAK_ADMIN_USER": server.ADMIN, "KEYCLOAK_ADMIN_PASSWORD": keycloak.password}
    demo.engine = replace(demo.engine, environment={**demo.engine.environment, **login})
    with command_lines() as lines:
        shown = demo.up("--diff")
    assert demo.preview("--expect-no-changes").code == 0

    file = tmp_path / "written" / "ai-devops.config"
    command = [sys.executable, "-m", "workspacectl", "ai-devops", "config", "-s", demo.stack, "--to", str(file)]
    said = subprocess.run(
        command,
        cwd=demo.engine.project,
        env=dict(demo.engine.environment),
        capture_output=True,
        text=True,
        check=True,
    )
    assert (said.stdout, said.stderr) == (f"Wrote {file}.\n", "")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    sourced = ["bash", "-c", f'source {file}; printf %s "$CLIENT_SECRET"']
    secret = subprocess.run(sourced, capture_output=True, text=True, check=True).stdout
    token = realm.access_token(CLIENT_ID, secret, REDIRECT, ALICE)
    assert roles_in(token, CLIENT_ID) == [f"{CLIENT_ID}-manager"]
    assert CLIENT_ID in audience_of(token)

    file.unlink()
    secrets = [Secret("the client's secret", secret), Secret("administrator's password", keycloak.password)]
    assert leaks_in(shown + said.stdout, secrets) == set()
    assert {line for line in lines if leaks_in(line, secrets)} == set()
    assert files_with(platform.folder, secrets) == files_with(demo.engine.project, secrets) == {}
    assert demo.destroy().code == 0
    assert realm.clients(CLIENT_ID) == []
