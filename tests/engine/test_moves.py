"""A state that an earlier commit has written is taken on by today's program: read, kept, destroyed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from local import inventory
from local.checkout import CHECKOUT
from local.dex.login import login
from local.keycloak import server
from local.kube.objects import Objects
from local.platform import Platform
from tests.support.engine.installation import LOG_BUCKET, client, log_bucket
from tests.support.engine.kept_states import FOLDER, TEAM, WORKSPACES, fitted, kept_by, name_of, neutral
from tests.support.engine.watching import operations
from tests.support.engine.workspaces import Workspace
from tests.support.keycloak import Realm
from tests.support.real_cluster import eventually

pytestmark = [pytest.mark.engine, pytest.mark.official]

CHANGELOG = CHECKOUT / "CHANGELOG.md"
GRAPHS = CHECKOUT / "tests" / "workspace" / "graphs"


def kinds_of_the_program() -> set[str]:
    """Every kind of resource that the program declares."""
    rows = [row for path in GRAPHS.glob("*.json") for row in json.loads(path.read_text())]
    return {row["type"] for row in rows if "read" not in row}


def kinds(resources: list[dict[str, Any]]) -> set[str]:
    return {resource["type"] for resource in resources}


@pytest.fixture
def moved(
    request: pytest.FixtureRequest,
    platform: Platform,
    workspace: Callable[..., Workspace],
    environment: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Callable[[dict[str, Any]], Workspace]]:
    """Makes the workspace of a state, where its bucket for logs and somebody else's namespace are.

    Today's Keycloak takes the place of the one of the state, as a platform's other addresses do; it takes half a minute
    to start, so only where there is a client.
    """
    objects = Objects.connect(platform.kubeconfig)
    objects.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": TEAM}}, "kubectl")

    def make(settings: dict[str, Any]) -> Workspace:
        if not (client_of_keycloak := settings.get("oidcClient")):
            return workspace("moved", **settings)
        realm: Realm = request.getfixturevalue("realm")
        for member in settings["members"]:
            if not realm.call("GET", "/users", username=member["email"], exact="true"):
                realm.new_user(member["email"])
        login = {"KEYCLOAK_ADMIN_USER": server.ADMIN, "KEYCLOAK_ADMIN_PASSWORD": realm.admin.password}
        for name, value in {**login, "KEYCLOAK_URL": realm.url}.items():
            monkeypatch.setitem(environment, name, value)
        return workspace("moved", **{**settings, "oidcClient": {**client_of_keycloak, "realm": realm.name}})

    with log_bucket(client(platform, "s3")):
        yield make
    objects.delete("v1", "Namespace", TEAM)
    eventually("it is gone", lambda: objects.get("v1", "Namespace", TEAM) is None, 60)


@pytest.mark.parametrize("special", WORKSPACES)
def test_the_release_has_its_states(request: pytest.FixtureRequest, special: str) -> None:
    """`--renew` writes those of a release that is being prepared; one that was released is never written anew."""
    file = FOLDER / f"{name_of(version('project-workspace'), special)}.json"
    if request.config.getoption("--renew"):
        demo = request.getfixturevalue("moved")(WORKSPACES[special])
        demo.up()
        exported = demo.engine.checked("stack", "export", "--show-secrets", "--stack", demo.stack).stdout
        file.write_text(json.dumps(neutral(json.loads(exported)), indent=1) + "\n")
    assert file.exists()


def test_the_kept_states_have_every_kind_of_resource() -> None:
    newest = sorted(FOLDER.glob("*.json"))[-1].stem.partition("-")[0]
    kept = [json.loads(path.read_text()) for path in FOLDER.glob(f"{newest}*.json")]
    assert len(kept) == len(WORKSPACES)
    found = set().union(*(kinds(each["deployment"]["resources"]) for each in kept))
    assert sorted(kinds_of_the_program() - found) == []


def states() -> Iterator[Any]:
    """Every kept state; that of a release in preparation is today's program's own."""
    for path in sorted(FOLDER.glob("*.json")):
        release = path.stem.partition("-")[0]
        prepared = release == version("project-workspace") and "(not released)" in CHANGELOG.read_text()
        yield pytest.param(path, marks=pytest.mark.thorough if prepared else (), id=path.stem)


@pytest.mark.parametrize("path", list(states()))
def test_a_state_of_an_earlier_release_is_brought_up_to_date_and_one_that_was_refreshed_is_destroyed(
    path: Path,
    platform: Platform,
    moved: Callable[[dict[str, Any]], Workspace],
    before: inventory.Inventory,
    tmp_path: Path,
) -> None:
    demo = moved(kept_by(path.stem))
    demo.up()
    made = demo.outputs()
    current = json.loads(demo.engine.checked("stack", "export", "--show-secrets", "--stack", demo.stack).stdout)
    kept = json.loads(path.read_text())
    file = tmp_path / "kept.json"
    file.write_text(json.dumps(fitted(kept, current)))
    back = ("stack", "import", "--file", str(file), "--stack", demo.stack)

    demo.engine.checked(*back)
    demo.up()
    assert demo.preview("--expect-no-changes").code == 0
    now = demo.outputs()
    assert now == made
    assert login(platform.issuer, now["kubeflowUser"], now["kubeflowPassword"]).accepted

    demo.engine.checked(*back)
    demo.engine.checked("refresh", "--yes", "--skip-preview", "--stack", demo.stack)
    there = kinds(kept["deployment"]["resources"])
    assert sorted(there - kinds(demo.resources())) == [], "everything is found again"
    replaced_or_gone = {(op, type_) for op, type_ in operations(demo) if op not in ("create", "update")}
    assert replaced_or_gone == set()
    destroyed = demo.destroy()
    assert destroyed.code == 0, destroyed.output
    left = inventory.differences(before, inventory.take(platform))
    assert [each for each in left if LOG_BUCKET not in each] == [], "the logs of a bucket outlive it"
