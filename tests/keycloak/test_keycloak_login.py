"""Who runs it: the least rights, one wrong password, tokens that end."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from local.keycloak import server
from project_workspace.keycloak import connection
from project_workspace.remote.provider import ProviderError
from tests.keycloak.conftest import Site
from tests.support.keycloak import Admin
from tests.support.real_cluster import outs


@pytest.fixture(autouse=True)
def nobody_is_logged_in(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "_clients", {})


def _as(monkeypatch: pytest.MonkeyPatch, account: tuple[str, str]) -> None:
    for name, value in zip(("KEYCLOAK_CLIENT_ID", "KEYCLOAK_CLIENT_SECRET"), account, strict=True):
        monkeypatch.setenv(name, value)


def test_manage_clients_and_manage_users_are_enough(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    _as(monkeypatch, site.realm.service_account("manage-clients", "manage-users"))
    alice = f"alice-{site.client_id}"
    site.realm.new_user(alice)
    wanted = site.wanted(adminRealm=site.realm.name)
    made = site.clients.create(wanted)
    member = site.members.create({**site.member(made.id, alice), "adminRealm": site.realm.name})
    assert site.realm.roles_of(alice, site.client_id) == [site.role]
    assert outs(site.clients.read(made.id, outs(made))) == outs(made)
    assert site.members.read(member.id, outs(member)).id == member.id
    site.clients.update(made.id, outs(made), {**wanted, "secret": "another-secret"})
    site.members.delete(member.id, outs(member))
    site.clients.delete(made.id, outs(made))
    assert site.realm.clients(site.client_id) == []


def test_a_preview_with_refresh_needs_to_look_alone(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    uuid, outputs = site.made()
    alice = f"alice-{site.client_id}"
    site.realm.new_user(alice)
    member = site.members.create(site.member(uuid, alice))
    _as(monkeypatch, site.realm.service_account("view-clients", "view-users"))
    here = {"adminRealm": site.realm.name}
    assert outs(site.clients.read(uuid, {**outputs, **here})) == {**outputs, **here}
    assert site.members.read(member.id, {**outs(member), **here}).id == member.id


@pytest.mark.parametrize(
    ("rights", "work"),
    [
        (("manage-users", "query-clients"), "create the client"),
        (("manage-clients",), "look for the user"),
        (("manage-clients", "view-users"), "give the role '.*' to a user"),
    ],
)
def test_without_one_of_them_the_missing_right_is_named(
    site: Site, monkeypatch: pytest.MonkeyPatch, rights: tuple[str, ...], work: str
) -> None:
    alice = f"alice-{site.client_id}"
    site.realm.new_user(alice)
    _as(monkeypatch, site.realm.service_account(*rights))

    def make() -> None:
        made = site.clients.create(site.wanted(adminRealm=site.realm.name))
        site.members.create({**site.member(made.id, alice), "adminRealm": site.realm.name})

    with pytest.raises(ProviderError, match=rf"Could not {work}.*: Keycloak answered 403.*manage-clients and manage"):
        make()


def test_a_wrong_password_is_tried_once_whatever_asks(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    name = f"administrator-{site.client_id}"
    person = site.realm.new_user(name)
    site.realm.call("PUT", "", {"bruteForceProtected": True})
    monkeypatch.setenv("KEYCLOAK_ADMIN_USER", name)
    monkeypatch.setenv("KEYCLOAK_ADMIN_PASSWORD", "a-wrong-pass-4711")
    wanted = site.wanted(adminRealm=site.realm.name)

    def create(_: int) -> str:
        with pytest.raises(ProviderError) as error:
            site.clients.create(wanted)
        return str(error.value)

    with ThreadPoolExecutor(4) as pool:
        said = set(pool.map(create, range(4)))
    assert said == {
        f"Keycloak refused the login in the realm '{site.realm.name}': Invalid user credentials ({site.realm.url}). It "
        "was not tried again. Correct the administrator's name and password (KEYCLOAK_ADMIN_USER, "
        "KEYCLOAK_ADMIN_PASSWORD), then run it again."
    }
    assert site.realm.call("GET", f"/attack-detection/brute-force/users/{person}")["numFailures"] == 1


def test_a_wrong_secret_of_a_service_account_names_its_variables(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    _as(monkeypatch, ("nobody", "nothing"))
    with pytest.raises(ProviderError, match="KEYCLOAK_CLIENT_ID, KEYCLOAK_CLIENT_SECRET") as error:
        site.made()
    assert "nothing" not in str(error.value).replace("nothing was", "")


def test_without_any_login_both_ways_to_give_one_are_named(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KEYCLOAK_ADMIN_PASSWORD")
    with pytest.raises(ProviderError) as error:
        site.made()
    assert str(error.value) == (
        "Expected the login of a Keycloak administrator (KEYCLOAK_ADMIN_USER and KEYCLOAK_ADMIN_PASSWORD, or "
        "KEYCLOAK_CLIENT_ID and KEYCLOAK_CLIENT_SECRET). Set either pair in the environment, or 'keycloakAdminUser' "
        "and 'keycloakAdminPassword', or 'keycloakClientId' and 'keycloakClientSecret' (with --secret), in the stack's "
        "configuration."
    )


def test_a_token_that_has_ended_is_renewed(site: Site, keycloak: Admin) -> None:
    uuid, outputs = site.made()
    [admin] = keycloak.call("GET", "/master/users", username=server.ADMIN)
    keycloak.call("POST", f"/master/users/{admin['id']}/logout")
    assert site.drift(uuid, outputs) == {}
