"""The whole life of a workspace's client in Keycloak, at a real one: the local platform has none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import httpx
import pytest

from local.keycloak import server
from local.platform import Platform
from tests.support.engine.leaks import Secret, command_lines, files_with, kinds_in, leaks_in
from tests.support.engine.watching import operations
from tests.support.engine.workspaces import Workspace
from tests.support.keycloak import Admin, Realm, audience_of, roles_in

pytestmark = pytest.mark.engine

CLIENT = "pulumi-python:dynamic/keycloak:Client"
MEMBER = "pulumi-python:dynamic/keycloak:RoleMember"
DRAWN = "random:index/randomPassword:RandomPassword"
REDIRECT = "https://notebooks.example.com/oauth/callback"
ALICE, BOB = "alice@notebooks.example.com", "bob@notebooks.example.com"


@pytest.mark.thorough
def test_a_client_is_made_used_repaired_rotated_and_taken_away(
    platform: Platform, workspace: Callable[..., Workspace], realm: Realm, keycloak: Admin
) -> None:
    client_id = "oidc-an2-meerkat-dev-notebooks"
    people = {name: realm.new_user(name) for name in (ALICE, BOB)}
    section = {"url": realm.url, "realm": realm.name, "redirectUris": [REDIRECT]}
    demo = workspace(
        "notebooks", nodeGroups=None, grafana=None, conductor=None, members=[{"email": ALICE}], oidcClient=section
    )
    # No preview logs in: nobody has said with what.
    assert ("create", CLIENT) in operations(demo)
    login = {"KEYCLOAK_ADMIN_USER": server.ADMIN, "KEYCLOAK_ADMIN_PASSWORD": keycloak.password}
    demo.engine = replace(demo.engine, environment={**demo.engine.environment, **login})
    secrets = [Secret("administrator's password", keycloak.password)]
    shown: list[str] = []

    # Somebody else's is refused before anything is made.
    strange = realm.call("POST", "/clients", {"clientId": client_id})
    refused = demo.engine.run("up", "--yes", "--skip-preview", "--stack", demo.stack)
    shown.append(refused.output)
    said = " ".join(refused.output.split())
    assert f"The client '{client_id}' of Keycloak's realm '{realm.name}' exists already" in said
    assert "(names.oidcClient)" in said
    realm.call("DELETE", f"/clients/{strange}")

    with command_lines() as lines:
        shown.append(demo.up("--diff"))
    first = demo.outputs()
    secret = first["oidcClientSecret"]
    secrets.append(Secret("the client's secret", secret))
    assert (first["oidcClientId"], first["oidcIssuer"]) == (client_id, f"{realm.url}/realms/{realm.name}")
    hers, his = (realm.access_token(client_id, secret, REDIRECT, name) for name in (ALICE, BOB))
    assert (roles_in(hers, client_id), client_id in audience_of(hers)) == ([f"{client_id}-manager"], True)
    assert roles_in(his, client_id) == []
    assert demo.preview("--expect-no-changes").code == 0

    # What others change is put right, and a secret of theirs is in no state.
    found = realm.client(client_id)
    realm.call("PUT", f"/clients/{found['id']}", {**found, "redirectUris": ["*"], "enabled": False})
    theirs = Secret("theirs", realm.call("POST", f"/clients/{found['id']}/client-secret")["value"])
    refresh = ("refresh", "--yes", "--skip-preview", "--diff", "--stack", demo.stack)
    shown.append(demo.engine.checked(*refresh).output)
    with_secrets = demo.engine.checked("stack", "export", "--show-secrets", "--stack", demo.stack).stdout
    assert kinds_in(with_secrets, [*secrets, theirs]) == {"the client's secret"}
    role = realm.call("GET", f"/clients/{found['id']}/roles/{client_id}-manager")
    realm.call("DELETE", f"/users/{people[ALICE]}/role-mappings/clients/{found['id']}", [role])
    shown.append(demo.up("--refresh", "--diff"))
    assert _without_marks(realm.client(client_id)) == _without_marks(found)
    assert realm.roles_of(ALICE, client_id) == [f"{client_id}-manager"]

    # A rotation and one more person touch nothing of the other's.
    demo.write(oidcClient={**section, "users": [ALICE, BOB], "secretRotation": 2})
    assert operations(demo) == {("replace", DRAWN), ("update", CLIENT), ("create", MEMBER)}
    shown.append(demo.up("--diff"))
    rotated = demo.outputs()["oidcClientSecret"]
    secrets += [Secret("the rotated secret", rotated), theirs]
    assert rotated != secret
    assert roles_in(realm.access_token(client_id, rotated, REDIRECT, BOB), client_id) == [f"{client_id}-manager"]
    with pytest.raises(httpx.HTTPStatusError, match="401"):
        realm.access_token(client_id, secret, REDIRECT, BOB)

    # Another name is another client, with the same people and the same secret; nothing of the old one stays.
    other = "notebooks-gatekeeper"
    demo.write(names={"oidcClient": other})
    assert operations(demo) == {("replace", CLIENT), ("replace", MEMBER)}
    shown.append(demo.up("--diff"))
    assert realm.clients(client_id) == []
    assert roles_in(realm.access_token(other, rotated, REDIRECT, BOB), other) == [f"{other}-manager"]

    assert [leaks_in(text, secrets) for text in shown] == [set()] * len(shown)
    assert {line for line in lines if leaks_in(line, secrets)} == set()
    assert files_with(platform.folder, secrets) == files_with(demo.engine.project, secrets) == {}
    everybody = [realm.user(name) for name in (ALICE, BOB)]
    assert demo.destroy().code == 0
    assert realm.clients(other) == []
    assert [realm.user(name) for name in (ALICE, BOB)] == everybody


def _without_marks(found: dict[str, object]) -> dict[str, object]:
    """The client without what Keycloak notes about its secret."""
    attributes = found["attributes"]
    assert isinstance(attributes, dict)
    kept = {key: value for key, value in attributes.items() if not key.startswith("client.secret")}
    return {**found, "attributes": kept}
