"""The stacks that the repository shows do what they say: each is made, is as it says, and goes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import yaml

from local import inventory
from local.checkout import CHECKOUT
from local.keycloak import server
from local.kube.objects import Objects
from local.platform import Platform
from tests.support.engine.workspaces import Workspace
from tests.support.keycloak import Realm
from tests.support.real_cluster import eventually

pytestmark = [pytest.mark.engine, pytest.mark.thorough]

OF_THE_INSTALLATION = ("common", "tags")
"""What these stacks take from common files, which name an installation that is not the platform."""


def own_settings(stack: str) -> dict[str, Any]:
    config = yaml.safe_load((CHECKOUT / "stacks" / f"Pulumi.{stack}.yaml").read_text())["config"]
    found = {key.removeprefix("project-workspace:"): value for key, value in config.items() if key != "aws:region"}
    return {key: value for key, value in found.items() if key not in OF_THE_INSTALLATION}


@pytest.fixture
def made(workspace: Callable[..., Workspace]) -> Callable[..., Workspace]:
    def make(stack: str, **others: Any) -> Workspace:
        settings = own_settings(stack)
        demo = workspace(settings.pop("project"), **{"nodeGroups": None, "grafana": None, **settings, **others})
        demo.up()
        unchanged = demo.preview("--expect-no-changes")
        assert unchanged.code == 0, unchanged.output
        return demo

    return make


def destroyed(demo: Workspace, platform: Platform, before: inventory.Inventory) -> None:
    gone = demo.destroy()
    assert gone.code == 0, gone.output
    assert inventory.differences(before, inventory.take(platform)) == []


def test_vision_has_a_role_of_its_own(
    platform: Platform, before: inventory.Inventory, made: Callable[..., Workspace]
) -> None:
    demo = made("vision-dev")
    assert demo.outputs()["workspaceRoleArn"].endswith("role/role-an2-meerkat-dev-vision-ws-pods")
    destroyed(demo, platform, before)


@pytest.fixture
def logged_in(realm: Realm, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Realm:
    """The realm, for runs that log in to it."""
    login = {"KEYCLOAK_ADMIN_USER": server.ADMIN, "KEYCLOAK_ADMIN_PASSWORD": realm.admin.password}
    for name, value in login.items():
        monkeypatch.setitem(environment, name, value)
    return realm


def test_research_has_people_volumes_and_a_client(
    platform: Platform, before: inventory.Inventory, made: Callable[..., Workspace], logged_in: Realm
) -> None:
    realm = logged_in
    client = {**own_settings("research-dev")["oidcClient"], "url": realm.url, "realm": realm.name, "users": []}
    demo = made("research-dev", oidcClient=client)
    outputs = demo.outputs()
    assert {*outputs["memberPasswords"]} == {"carol@example.com"}
    assert outputs["oidcClientSecret"]
    objects = Objects.connect(platform.kubeconfig)
    claims = objects.list_all("v1", "PersistentVolumeClaim", outputs["namespace"])[0]
    assert sorted(each["metadata"]["name"] for each in claims) == ["datasets", "models"]
    destroyed(demo, platform, before)


@pytest.fixture
def team(platform: Platform) -> Iterator[None]:
    objects = Objects.connect(platform.kubeconfig)
    objects.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "team-gpus"}}, "kubectl")
    yield
    objects.delete("v1", "Namespace", "team-gpus")
    eventually("the team has left", lambda: objects.get("v1", "Namespace", "team-gpus") is None, 60)


@pytest.mark.usefixtures("team")
def test_gpus_puts_a_run_ai_project_into_a_teams_namespace_and_takes_it_away(
    platform: Platform, made: Callable[..., Workspace], request: pytest.FixtureRequest
) -> None:
    before = request.getfixturevalue("before")
    demo = made("gpus-dev")
    found = Objects.connect(platform.kubeconfig).get("v1", "Namespace", "team-gpus")
    assert found
    labels = found["metadata"]["labels"]
    assert (labels["runai/queue"], labels["cost-center"]) == ("gpus", "ai-platform")
    destroyed(demo, platform, before)
