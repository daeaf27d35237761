"""The notebooks' client in HyperAuth, as the installer's guide makes it by hand in "Step 0".

Owns: these checks, which log in once. Does not own what a client is like (`keycloak/representation.py`). Before the
first `up` the client is not there, which is a warning: an `up` makes it, and the installer's script needs it.
"""

from __future__ import annotations

from project_workspace.ai_devops.options import CLIENT_ID
from project_workspace.keycloak.representation import (
    ANY_REDIRECT,
    SETTINGS,
    audience,
    mapper_in,
    mapper_stands,
    mark_in,
    role_of,
    wanted_mapper,
)
from workspacectl.preflight.answers import Answer, failed, ok, warning
from workspacectl.preflight.sites import AiDevopsSite


def hyperauth(site: AiDevopsSite) -> Answer | None:
    """HyperAuth answers, and has the realm; asked without a login."""
    options = site.options.oidc_client
    if not options.url:
        return None
    if site.keycloak.has_realm():
        return ok(f"realm '{options.realm}' at {site.keycloak.url}")
    remedy = "correct 'oidcClient.realm', or the URL, which needs '/auth' at its end as HyperAuth has it"
    return failed(f"no realm '{options.realm}' at {site.keycloak.url}", "the realm", remedy)


def notebook_client(site: AiDevopsSite) -> Answer | None:
    """The client is there, confidential, with the stack's redirect URIs, and this stack's ("Step 0", client)."""
    options = site.options.oidc_client
    if not options.url:
        return None
    up = f"pulumi up -s {site.stack}"
    if site.client is None:
        return warning(f"no client '{CLIENT_ID}' yet", "it", up)
    whose = mark_in(dict(site.client))
    if whose != site.mark and not site.options.adopt:
        told = f"of {whose}" if whose else "of no stack"
        return failed(f"'{CLIENT_ID}' is {told}", "this stack's", "set 'adopt: true' to take it over, or remove it")
    wanted = {**SETTINGS, "redirectUris": [ANY_REDIRECT] if options.any_redirect else sorted(options.redirect_uris)}
    there = {**site.client, "redirectUris": sorted(site.client.get("redirectUris") or [])}
    others = [f"{key} is {there.get(key)!r}" for key, value in wanted.items() if there.get(key) != value]
    if others:
        return failed(
            "; ".join(others), "; ".join(f"{key} {value!r}" for key, value in wanted.items()), f"{up} --refresh"
        )
    return ok(f"'{CLIENT_ID}', confidential")


def notebook_role(site: AiDevopsSite) -> Answer | None:
    """The client has its role ("Step 0", roles)."""
    if not site.options.oidc_client.url or site.client is None:
        return None
    role = role_of(CLIENT_ID)
    if site.keycloak.find_role(site.client["id"], role):
        return ok(role)
    return failed(f"no role '{role}' of the client", "it", f"pulumi up --refresh -s {site.stack}")


def notebook_mapper(site: AiDevopsSite) -> Answer | None:
    """The client's tokens are for it: the audience mapper ("Step 0", mappers)."""
    if not site.options.oidc_client.url or site.client is None:
        return None
    wanted = wanted_mapper({"clientId": CLIENT_ID, "audience": audience(CLIENT_ID)})
    if mapper_stands(mapper_in(dict(site.client), CLIENT_ID), wanted):
        return ok(f"'{CLIENT_ID}', {wanted['protocolMapper']}")
    seen = f"no mapper '{CLIENT_ID}' that puts the client into the audience"
    return failed(seen, "it", f"pulumi up --refresh -s {site.stack}")


def notebook_users(site: AiDevopsSite) -> Answer | None:
    """Those who are to use notebooks are in the realm, and have the role ("Step 0", role mappings)."""
    users = site.options.oidc_client.users or []
    if not site.options.oidc_client.url or not users:
        return None
    ids = {user: site.keycloak.find_user(user) for user in users}
    missing = [user for user, id_ in ids.items() if id_ is None]
    if missing:
        remedy = "have them made there, or correct 'oidcClient.users'"
        return failed(f"not in the realm: {', '.join(missing)}", "all of them", remedy)
    without = [user for user, id_ in ids.items() if not _has_the_role(site, str(id_))]
    if without:
        return warning(f"without the role: {', '.join(without)}", "all with it", f"pulumi up --refresh -s {site.stack}")
    return ok(f"{len(users)} with the role")


def _has_the_role(site: AiDevopsSite, user: str) -> bool:
    if site.client is None:
        return False
    return role_of(CLIENT_ID) in [role["name"] for role in site.keycloak.roles_of(user, site.client["id"])]


CHECKS = (hyperauth, notebook_client, notebook_role, notebook_mapper, notebook_users)
