"""The notebooks' client in a real Keycloak: as the program makes it all is well, and each broken thing is one line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from local.keycloak import server
from project_workspace.ai_devops.options import CLIENT_ID
from project_workspace.keycloak import connection
from project_workspace.keycloak.provider import ClientProvider, RoleMemberProvider
from project_workspace.keycloak.representation import SETTINGS, audience, role_of
from tests.preflight.ai_devops.conftest import STACK, MakeSite, lines_of
from tests.preflight.checklists import broken
from tests.support.faults.operations import configured
from tests.support.keycloak import Admin, Realm
from tests.support.real_cluster import outs
from tests.support.rows import first_of_each
from workspacectl.preflight.answers import Outcome
from workspacectl.preflight.sites import AiDevopsSite

OK, WARNING, FAILED = Outcome.OK, Outcome.WARNING, Outcome.FAILED
REDIRECT = "https://notebook.tmaxcloud.org/oauth/callback"
ALICE = "alice@example.com"


@pytest.fixture
def place(realm: Realm) -> dict[str, Any]:
    return {"url": realm.url, "realm": realm.name, "adminRealm": "master", "clientId": CLIENT_ID}


@pytest.fixture
def client(realm: Realm, keycloak: Admin, place: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> str:
    """The client as `pulumi up` makes it, with one person's role; its UUID."""
    monkeypatch.setattr(connection, "_clients", {})
    monkeypatch.setenv("KEYCLOAK_ADMIN_USER", server.ADMIN)
    monkeypatch.setenv("KEYCLOAK_ADMIN_PASSWORD", keycloak.password)
    for left in realm.clients(CLIENT_ID):
        realm.call("DELETE", f"/clients/{left['id']}")
    if not realm.call("GET", "/users", username=ALICE, exact="true"):
        realm.new_user(ALICE)
    made = configured(ClientProvider)().create(
        {
            **place,
            "secret": "client-secret-4711",
            "redirectUris": [REDIRECT],
            "role": role_of(CLIENT_ID),
            "audience": audience(CLIENT_ID),
            "settings": dict(SETTINGS),
            "pulumiProject": "ai-devops",
            "pulumiStack": STACK,
            "adopt": False,
        }
    )
    uuid = str(made.id)
    assert outs(made)
    member = {**place, "clientUuid": uuid, "role": role_of(CLIENT_ID), "username": ALICE}
    configured(RoleMemberProvider)().create(member)
    return uuid


@pytest.fixture
def there(site: MakeSite, realm: Realm) -> Callable[..., AiDevopsSite]:
    """The site of a stack with the client."""

    def make(**changes: Any) -> AiDevopsSite:
        section = {"url": realm.url, "realm": realm.name, "redirectUris": [REDIRECT], "users": [ALICE], **changes}
        return site(oidcClient=section, installer={"customDomain": "tmaxcloud.org"})

    return make


def test_a_client_as_the_program_makes_it_is_well(
    there: Callable[..., AiDevopsSite], realm: Realm, client: str
) -> None:
    found = lines_of(there())
    names = ("hyperauth", "notebook-client", "notebook-role", "notebook-mapper", "notebook-users")
    assert {name: found[name].outcome for name in names} == dict.fromkeys(names, OK)


def _change(realm: Realm, client: str, **fields: Any) -> None:
    realm.call("PUT", f"/clients/{client}", {**realm.client(CLIENT_ID), **fields})


def _public(realm: Realm, client: str) -> None:
    _change(realm, client, publicClient=True)


def _any_redirect(realm: Realm, client: str) -> None:
    _change(realm, client, redirectUris=["*"])


def _of_another_stack(realm: Realm, client: str) -> None:
    attributes = {**realm.client(CLIENT_ID)["attributes"], "project-workspace/pulumi-stack": "other-dev"}
    _change(realm, client, attributes=attributes)


def _without_mapper(realm: Realm, client: str) -> None:
    [mapper] = [each for each in realm.client(CLIENT_ID)["protocolMappers"] if each["name"] == CLIENT_ID]
    realm.call("DELETE", f"/clients/{client}/protocol-mappers/models/{mapper['id']}")


def _without_role_of_hers(realm: Realm, client: str) -> None:
    role = realm.call("GET", f"/clients/{client}/roles/{role_of(CLIENT_ID)}")
    realm.call("DELETE", f"/users/{realm.user(ALICE)['id']}/role-mappings/clients/{client}", [role])


def _without_her(realm: Realm, client: str) -> None:
    realm.call("DELETE", f"/users/{realm.user(ALICE)['id']}")


BROKEN: list[tuple[Callable[[Realm, str], None], dict[str, Outcome], str]] = [
    (_public, {"notebook-client": FAILED}, "publicClient is True"),
    (_any_redirect, {"notebook-client": FAILED}, "redirectUris is ['*']"),
    (
        _of_another_stack,
        {"notebook-client": FAILED},
        f"'{CLIENT_ID}' is of stack 'other-dev' of Pulumi project 'ai-devops'",
    ),
    (
        _without_mapper,
        {"notebook-mapper": FAILED},
        f"no mapper '{CLIENT_ID}' that puts the client into the audience",
    ),
    (_without_role_of_hers, {"notebook-users": WARNING}, f"without the role: {ALICE}"),
    (_without_her, {"notebook-users": FAILED}, f"not in the realm: {ALICE}"),
]


@pytest.mark.parametrize(
    "case", first_of_each(BROKEN, lambda case: next(iter(case[1]))), ids=lambda case: case[0].__name__
)
def test_what_is_broken_in_hyperauth_is_exactly_its_line(
    there: Callable[..., AiDevopsSite], realm: Realm, client: str, case: Any
) -> None:
    breaks, lines, said = case
    well = lines_of(there())
    breaks(realm, client)
    now = lines_of(there())
    assert broken(well, now) == lines
    [line] = lines
    assert now[line].seen == said
    assert "client-secret-4711" not in str(now)


def test_a_role_that_is_gone_is_its_line_and_nobody_has_it(
    there: Callable[..., AiDevopsSite], realm: Realm, client: str
) -> None:
    well = lines_of(there())
    realm.call("DELETE", f"/clients/{client}/roles/{role_of(CLIENT_ID)}")
    assert broken(well, lines_of(there())) == {"notebook-role": FAILED, "notebook-users": WARNING}


def test_before_the_first_up_the_client_is_a_warning_and_its_parts_are_no_lines(
    there: Callable[..., AiDevopsSite], realm: Realm, client: str
) -> None:
    realm.call("DELETE", f"/clients/{client}")
    found = lines_of(there(users=[]))
    assert found["notebook-client"].outcome == WARNING
    assert {"notebook-role", "notebook-mapper", "notebook-users"}.isdisjoint(found)


def test_a_realm_that_is_not_there_fails_its_line(
    there: Callable[..., AiDevopsSite], realm: Realm, client: str
) -> None:
    found = lines_of(there(realm="nowhere"))
    assert found["hyperauth"].outcome == FAILED
    assert found["hyperauth"].seen == f"no realm 'nowhere' at {realm.url}"
