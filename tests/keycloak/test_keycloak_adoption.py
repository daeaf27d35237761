"""What is there already: refused by name, shown before an adoption, and taken up after a killed run."""

from __future__ import annotations

import json
from typing import Any

from project_workspace.config.workspace_program import WORKSPACE
from project_workspace.lifecycle import collision_looks
from project_workspace.lifecycle.collision_looks import Look, Seen
from project_workspace.remote.provider import StackConfig
from project_workspace.stack_mark import StackMark
from tests.keycloak.conftest import REDIRECT, SECRET, Site
from workspacectl.adopt.plan import Plan, Planned
from workspacectl.adopt.takeovers import Takeover, takeovers
from workspacectl.recover import carried

CLIENT = "pulumi-python:dynamic/keycloak:Client"
MEMBER = "pulumi-python:dynamic/keycloak:RoleMember"
CONFIG = StackConfig({}.get)


def _seen(site: Site) -> list[Seen]:
    return list(collision_looks.seen(Look(CONFIG, {"oidcClient": site.place}), "oidcClient"))


def test_the_look_for_what_exists_says_whose_a_client_is(site: Site) -> None:
    assert _seen(site) == []
    thing = f"The client '{site.client_id}' of Keycloak's realm '{site.realm.name}'"
    by_hand = site.realm.call("POST", "/clients", {"clientId": site.client_id})
    assert _seen(site) == [Seen(thing, "names.oidcClient", None)]
    site.realm.call("DELETE", f"/clients/{by_hand}")
    site.made()
    assert _seen(site) == [Seen(thing, "names.oidcClient", StackMark("project-workspace", "demo-dev"))]


def _taken(site: Site, *, secret: str | None) -> list[Takeover]:
    step = Planned("create", CLIENT, "demo", {}, site.wanted(secret="[secret]", adopt=True), ())
    config = {f"{WORKSPACE.namespace}:oidcClient": json.dumps({"secret": secret} if secret else {})}
    nothing: Any = None
    return takeovers(Plan([step], {}), config, nothing, nothing)


def test_an_adoption_shows_what_it_would_change_and_whether_the_secret_stays(site: Site) -> None:
    assert _taken(site, secret=None) == []
    by_hand = {"clientId": site.client_id, "redirectUris": ["*"], "webOrigins": [], "secret": SECRET}
    site.realm.call("POST", "/clients", {**by_hand, "directAccessGrantsEnabled": True})
    [found] = _taken(site, secret=None)
    assert found.thing == f"Keycloak client {site.client_id}"
    assert found.changes == [
        ("redirectUris", ["*"], [REDIRECT, "https://studio.example.com/*"]),
        ("directAccessGrantsEnabled", True, False),
        *((key, None, value) for key, value in site.wanted()["audience"].items()),
    ]
    assert found.notes == ["Its secret is replaced by this stack's: give it as 'oidcClient.secret' to keep it."]
    [kept] = _taken(site, secret=SECRET)
    assert kept.notes == ["Its secret stays."]


def test_what_a_killed_run_had_begun_is_carried_through_or_taken_away(site: Site) -> None:
    alice = f"alice-{site.client_id}"
    site.realm.new_user(alice)
    begun = site.realm.call("POST", "/clients", {"clientId": site.client_id, "attributes": MARK})
    uuid, outputs = carried.through(CLIENT, site.wanted(), CONFIG)
    assert (uuid, outputs) == (begun, site.wanted())
    carried.through(MEMBER, site.member(uuid, alice), CONFIG)
    assert site.realm.roles_of(alice, site.client_id) == [site.role]
    carried.away(MEMBER, site.member(uuid, alice), CONFIG)
    carried.away(CLIENT, site.wanted(), CONFIG)
    assert site.realm.clients(site.client_id) == []


MARK = StackMark("project-workspace", "demo-dev").annotations
