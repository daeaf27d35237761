"""The client and the role's members, at a real Keycloak."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from project_workspace.remote.provider import ProviderError
from tests.keycloak.conftest import REDIRECT, SECRET, Site
from tests.support.keycloak import audience_of, roles_in
from tests.support.real_cluster import outs


def test_a_client_is_confidential_bound_to_its_urls_and_marked(site: Site) -> None:
    uuid, outputs = site.made()
    found = site.realm.client(site.client_id)
    [mapper] = found.pop("protocolMappers")
    # What Keycloak itself adds differs by its version.
    attributes = {key: value for key, value in found["attributes"].items() if key.startswith("project-workspace/")}
    assert {key: found[key] for key in WHOLE} == {
        "id": uuid,
        "clientId": site.client_id,
        "enabled": True,
        "clientAuthenticatorType": "client-secret",
        "secret": SECRET,
        "redirectUris": [REDIRECT, "https://studio.example.com/*"],
        "webOrigins": [],
        "bearerOnly": False,
        "consentRequired": False,
        "standardFlowEnabled": True,
        "implicitFlowEnabled": False,
        "directAccessGrantsEnabled": False,
        "serviceAccountsEnabled": False,
        "publicClient": False,
        "frontchannelLogout": False,
        "protocol": "openid-connect",
        "fullScopeAllowed": True,
    }
    assert set(found) - WHOLE == OF_KEYCLOAK
    assert attributes == {
        "project-workspace/pulumi-project": "project-workspace",
        "project-workspace/pulumi-stack": "demo-dev",
    }
    assert {key: value for key, value in mapper.items() if key != "id"} == {
        "name": site.client_id,
        "protocol": "openid-connect",
        "protocolMapper": "oidc-audience-mapper",
        "consentRequired": False,
        "config": {
            "included.client.audience": site.client_id,
            "access.token.claim": "true",
            "id.token.claim": "false",
            "userinfo.token.claim": "false",
        },
    }
    assert site.realm.roles(site.client_id) == [site.role]
    assert outputs == site.wanted()


WHOLE = {
    *("id", "clientId", "enabled", "clientAuthenticatorType", "secret", "redirectUris", "webOrigins", "bearerOnly"),
    *("consentRequired", "standardFlowEnabled", "implicitFlowEnabled", "directAccessGrantsEnabled"),
    *("serviceAccountsEnabled", "publicClient", "frontchannelLogout", "protocol", "fullScopeAllowed"),
}
OF_KEYCLOAK = {
    *("access", "alwaysDisplayInConsole", "attributes", "authenticationFlowBindingOverrides", "defaultClientScopes"),
    *("nodeReRegistrationTimeout", "notBefore", "optionalClientScopes", "surrogateAuthRequired"),
}
"""What Keycloak sets by itself."""


def test_the_token_of_who_has_the_role_carries_it_and_a_removed_role_is_gone_from_the_next(site: Site) -> None:
    uuid, _ = site.made()
    alice, bob = f"alice-{site.client_id}@example.com", f"bob-{site.client_id}@example.com"
    for name in (alice, bob):
        site.realm.new_user(name)
    member = site.members.create(site.member(uuid, alice))

    hers = site.realm.access_token(site.client_id, SECRET, REDIRECT, alice)
    assert roles_in(hers, site.client_id) == [site.role]
    assert site.client_id in audience_of(hers)
    # The mapper says whom a token is for, whoever got it: who may is what the role says.
    his = site.realm.access_token(site.client_id, SECRET, REDIRECT, bob)
    assert roles_in(his, site.client_id) == []
    assert site.client_id in audience_of(his)

    site.members.delete(member.id, outs(member))
    assert roles_in(site.realm.access_token(site.client_id, SECRET, REDIRECT, alice), site.client_id) == []


def test_a_token_of_another_client_carries_role_and_audience_of_who_has_the_role_alone(site: Site) -> None:
    uuid, _ = site.made()
    other = Site(site.realm, f"{site.client_id}-other")
    other.made()
    alice, bob = f"alice-{other.client_id}@example.com", f"bob-{other.client_id}@example.com"
    for name in (alice, bob):
        site.realm.new_user(name)
    site.members.create(site.member(uuid, alice))

    hers, his = (site.realm.access_token(other.client_id, SECRET, REDIRECT, name) for name in (alice, bob))
    assert (roles_in(hers, site.client_id), site.client_id in audience_of(hers)) == ([site.role], True)
    assert (roles_in(his, site.client_id), site.client_id in audience_of(his)) == ([], False)


def _secret_works(site: Site, secret: str) -> bool:
    """Whether Keycloak knows the client by it: it then asks for the code, which is wrong."""
    form = {"grant_type": "authorization_code", "code": "x", "redirect_uri": REDIRECT}
    url = f"{site.realm.url}/realms/{site.realm.name}/protocol/openid-connect/token"
    answer = httpx.post(url, data=form, auth=(site.client_id, secret), trust_env=False, timeout=60).json()
    assert answer["error"] in ("invalid_grant", "unauthorized_client")
    return answer["error"] == "invalid_grant"


def test_another_secret_takes_the_place_of_the_old_one_at_once(site: Site) -> None:
    uuid, outputs = site.made()
    assert _secret_works(site, SECRET)
    site.clients.update(uuid, outputs, site.wanted(secret="another-secret"))
    assert (_secret_works(site, SECRET), _secret_works(site, "another-secret")) == (False, True)


def _set(**fields: Any) -> Callable[[Site, str], None]:
    def change(site: Site, uuid: str) -> None:
        # As the console does: all of it, so that nothing is derived anew.
        site.realm.call("PUT", f"/clients/{uuid}", {**site.realm.client(site.client_id), **fields})

    return change


def _mapper(site: Site, uuid: str) -> str:
    [mapper] = site.realm.client(site.client_id)["protocolMappers"]
    return f"/clients/{uuid}/protocol-mappers/models/{mapper['id']}"


def _change_mapper(site: Site, uuid: str) -> None:
    [mapper] = site.realm.client(site.client_id)["protocolMappers"]
    mapper["config"]["access.token.claim"] = "false"
    site.realm.call("PUT", _mapper(site, uuid), mapper)


def _drop_mapper(site: Site, uuid: str) -> None:
    site.realm.call("DELETE", _mapper(site, uuid))


def _drop_role(site: Site, uuid: str) -> None:
    site.realm.call("DELETE", f"/clients/{uuid}/roles/{site.role}")


def _drop_mark(site: Site, uuid: str) -> None:
    _set(attributes={"project-workspace/pulumi-stack": ""})(site, uuid)


def _settings(**changed: Any) -> Callable[[Site], dict[str, Any]]:
    return lambda site: {"settings": {**site.wanted()["settings"], **changed}}


DRIFTS: dict[str, tuple[Callable[[Site, str], None], Callable[[Site], dict[str, Any]]]] = {
    "a redirect URI more": (
        _set(redirectUris=[REDIRECT, "https://studio.example.com/*", "https://evil.example.com/*"]),
        lambda _: {"redirectUris": ["https://evil.example.com/*", REDIRECT, "https://studio.example.com/*"]},
    ),
    "switched off": (_set(enabled=False), _settings(enabled=False)),
    "public": (_set(publicClient=True), _settings(publicClient=True)),
    "another flow": (_set(directAccessGrantsEnabled=True), _settings(directAccessGrantsEnabled=True)),
    "an origin": (_set(webOrigins=["https://evil.example.com"]), _settings(webOrigins=["https://evil.example.com"])),
    "a secret of the console's": (
        lambda site, uuid: site.realm.call("POST", f"/clients/{uuid}/client-secret"),
        lambda _: {"secret": "another one, set in Keycloak"},
    ),
    "a mapper that is off": (
        _change_mapper,
        lambda site: {"audience": {**site.wanted()["audience"], "access.token.claim": "false"}},
    ),
    "no mapper": (_drop_mapper, lambda _: {"audience": {}}),
    "no role": (_drop_role, lambda _: {"role": ""}),
    "no mark": (_drop_mark, lambda _: {"pulumiProject": "", "pulumiStack": ""}),
}


@pytest.mark.parametrize("name", DRIFTS)
def test_what_others_changed_is_drift_of_one_property_and_an_update_puts_it_right(site: Site, name: str) -> None:
    change, expected = DRIFTS[name]
    uuid, outputs = site.made()
    assert site.drift(uuid, outputs) == {}
    before = _stable(site)
    change(site, uuid)
    assert site.drift(uuid, outputs) == expected(site)

    site.clients.update(uuid, {**outputs, **expected(site)}, site.wanted())
    assert site.drift(uuid, outputs) == {}
    assert _stable(site) == before


def _stable(site: Site) -> dict[str, Any]:
    """The whole client without what is new by nature."""
    found = site.realm.client(site.client_id)
    # Keycloak notes there when it drew a secret.
    attributes = {key: value for key, value in found["attributes"].items() if key != "client.secret.creation.time"}
    mappers = [{key: value for key, value in each.items() if key != "id"} for each in found["protocolMappers"]]
    return {
        **found,
        "redirectUris": sorted(found["redirectUris"]),
        "attributes": attributes,
        "protocolMappers": mappers,
    }


def test_what_others_add_to_a_client_stays_and_is_no_drift(site: Site) -> None:
    uuid, outputs = site.made()
    groups = {"name": "groups", "protocol": "openid-connect", "protocolMapper": "oidc-group-membership-mapper"}
    site.realm.call("POST", f"/clients/{uuid}/protocol-mappers/models", {**groups, "config": {"claim.name": "groups"}})
    site.realm.call("POST", f"/clients/{uuid}/roles", {"name": "reader"})
    _set(description="Notebooks", attributes={"login_theme": "keycloak"})(site, uuid)
    assert site.drift(uuid, outputs) == {}
    site.clients.update(uuid, outputs, site.wanted(redirectUris=[REDIRECT]))
    found = site.realm.client(site.client_id)
    assert (found["description"], found["attributes"]["login_theme"]) == ("Notebooks", "keycloak")
    assert {mapper["name"] for mapper in found["protocolMappers"]} == {site.client_id, "groups"}
    assert site.realm.roles(site.client_id) == sorted([site.role, "reader"])


def test_a_client_of_somebody_else_is_refused_untouched_and_taken_over_with_adopt(site: Site) -> None:
    by_hand = {"clientId": site.client_id, "redirectUris": ["*"], "description": "by hand", "secret": "its-own"}
    uuid = site.realm.call("POST", "/clients", by_hand)
    before = site.realm.client(site.client_id)
    with pytest.raises(ProviderError, match=r"exists and is not this stack's; it was left untouched \(http.*adopt"):
        site.made()
    assert site.realm.client(site.client_id) == before

    taken, outputs = site.made(adopt=True, secret="its-own")
    found = site.realm.client(site.client_id)
    assert (taken, found["secret"], found["description"]) == (uuid, "its-own", "by hand")
    assert (sorted(found["redirectUris"]), found["webOrigins"]) == (site.wanted()["redirectUris"], [])
    assert site.drift(taken, outputs) == {}


def test_a_client_of_another_stack_is_refused_by_its_name_and_one_of_this_stack_is_taken_up(site: Site) -> None:
    uuid, _ = site.made()
    with pytest.raises(ProviderError, match="is of stack 'demo-dev' of Pulumi project 'project-workspace'"):
        site.made(pulumiStack="other-dev")
    # A run was killed before the role was made, and the next one draws another secret.
    _drop_role(site, uuid)
    again, outputs = site.made(secret="drawn-again")
    assert again == uuid
    assert site.drift(again, outputs) == {}
    assert site.realm.client(site.client_id)["secret"] == "drawn-again"


def test_the_end_takes_client_and_role_and_leaves_realm_and_people(site: Site) -> None:
    alice = f"alice-{site.client_id}"
    site.realm.new_user(alice)
    uuid, outputs = site.made()
    member = site.members.create(site.member(uuid, alice))
    person = site.realm.user(alice)
    site.clients.delete(uuid, outputs)
    assert site.realm.clients(site.client_id) == []
    assert site.realm.user(alice) == person
    # Again, in any order: gone is done.
    site.clients.delete(uuid, outputs)
    site.members.delete(member.id, outs(member))
    assert site.clients.read(uuid, outputs).id == site.members.read(member.id, outs(member)).id == ""
    with pytest.raises(ProviderError, match=r"is gone .*Run 'pulumi up --refresh', which makes it again."):
        site.clients.update(uuid, outputs, site.wanted(redirectUris=[REDIRECT]))


def test_each_member_is_by_itself(site: Site) -> None:
    uuid, _ = site.made()
    names = [f"{name}-{site.client_id}" for name in ("alice", "bob")]
    for name in names:
        site.realm.new_user(name)
    alice, bob = (site.members.create(site.member(uuid, name)) for name in names)
    site.members.delete(bob.id, outs(bob))
    assert [site.realm.roles_of(name, site.client_id) for name in names] == [[site.role], []]
    assert site.members.read(alice.id, outs(alice)).id == alice.id
    assert site.members.read(bob.id, outs(bob)).id == ""
    # By hand, and what this program makes of it.
    site.members.create(site.member(uuid, names[0]))
    assert site.realm.roles_of(names[0], site.client_id) == [site.role]


def test_somebody_whom_the_realm_does_not_know_is_named(site: Site) -> None:
    uuid, _ = site.made()
    site.realm.new_user(f"alice-{site.client_id}-longer")
    with pytest.raises(ProviderError) as error:
        site.members.create(site.member(uuid, f"alice-{site.client_id}"))
    assert str(error.value) == (
        f"There is no user 'alice-{site.client_id}', or not for this administrator ({site.realm.url}, realm "
        f"'{site.realm.name}'). Have the user made there, say in 'oidcClient.users' who gets the role, or give the "
        "administrator the right manage-users."
    )
