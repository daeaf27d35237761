"""The check of Keycloak, at a real one: the realm, the login, which is tried once, and what it may do."""

from __future__ import annotations

from typing import Any

import pytest

from project_workspace.keycloak import connection
from tests.preflight.checklists import broken, lines_of
from tests.preflight.conftest import MakeSite
from tests.support.keycloak import Realm
from workspacectl.preflight.answers import Answer, Outcome


@pytest.fixture(autouse=True)
def nobody_is_logged_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "_clients", {})


def log_in_as(monkeypatch: pytest.MonkeyPatch, account: tuple[str, str]) -> None:
    monkeypatch.setattr(connection, "_clients", {})
    for name, value in zip(("KEYCLOAK_CLIENT_ID", "KEYCLOAK_CLIENT_SECRET"), account, strict=True):
        monkeypatch.setenv(name, value)


def settings(realm: Realm, *, of: str = "") -> dict[str, Any]:
    """A client in the realm, or in one of another name."""
    client = {"url": realm.url, "realm": of or realm.name, "adminRealm": realm.name, "anyRedirect": True}
    return {"oidcClient": client}


def test_the_realm_the_login_and_its_rights_are_one_line(
    site: MakeSite, realm: Realm, monkeypatch: pytest.MonkeyPatch
) -> None:
    realm.new_user("somebody")
    log_in_as(monkeypatch, realm.service_account("manage-clients", "manage-users"))
    well = lines_of(site(**settings(realm)))
    said = f"realm '{realm.name}'; the login is taken and may manage clients and users"
    assert well["keycloak"] == Answer(Outcome.OK, said)
    log_in_as(monkeypatch, realm.service_account("view-clients", "view-users"))
    viewer = lines_of(site(**settings(realm)))
    assert broken(well, viewer) == {"keycloak": Outcome.FAILED}
    assert viewer["keycloak"].seen == "missing: manage-clients, manage-users"
    log_in_as(monkeypatch, realm.service_account("manage-clients", "view-users"))
    assert lines_of(site(**settings(realm)))["keycloak"].seen == "missing: manage-users"
    log_in_as(monkeypatch, realm.service_account("manage-clients"))
    assert "Keycloak answered 403" in lines_of(site(**settings(realm)))["keycloak"].seen


def test_a_realm_that_is_not_there_and_a_login_that_is_wrong_or_not_given_fail_its_line(
    site: MakeSite, realm: Realm, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = realm.service_account("manage-clients", "manage-users")
    log_in_as(monkeypatch, account)
    well = lines_of(site(**settings(realm)))
    elsewhere = lines_of(site(**settings(realm, of="nowhere")))
    unseen = {"name-collisions": Outcome.UNKNOWN}
    assert broken(well, elsewhere) == {"keycloak": Outcome.FAILED, **unseen}
    assert elsewhere["keycloak"].seen == f"no realm 'nowhere' at {realm.url}"
    log_in_as(monkeypatch, (account[0], "a-wrong-secret-4711"))
    wrong = lines_of(site(**settings(realm)))
    assert broken(well, wrong) == {"keycloak": Outcome.FAILED, **unseen}
    assert "a-wrong-secret-4711" not in str(wrong)
    monkeypatch.setattr(connection, "_clients", {})
    monkeypatch.delenv("KEYCLOAK_CLIENT_SECRET")
    absent = lines_of(site(**settings(realm)))
    assert broken(well, absent) == {"keycloak": Outcome.FAILED, **unseen}
    for name in ("KEYCLOAK_ADMIN_USER", "KEYCLOAK_CLIENT_SECRET"):
        assert name in absent["keycloak"].seen
    assert "'keycloakClientSecret' (with --secret)" in absent["keycloak"].remedy


def test_a_wrong_password_is_tried_once_by_all_checks_together(
    site: MakeSite, realm: Realm, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = realm.new_user("preflight-administrator")
    realm.call("PUT", "", {"bruteForceProtected": True})
    monkeypatch.delenv("KEYCLOAK_CLIENT_ID", raising=False)
    monkeypatch.setenv("KEYCLOAK_ADMIN_USER", "preflight-administrator")
    monkeypatch.setenv("KEYCLOAK_ADMIN_PASSWORD", "a-wrong-pass-4711")
    now = lines_of(site(**settings(realm)))
    assert now["keycloak"].outcome == Outcome.FAILED
    assert realm.call("GET", f"/attack-detection/brute-force/users/{person}")["numFailures"] == 1
