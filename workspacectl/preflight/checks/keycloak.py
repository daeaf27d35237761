"""Keycloak, where the workspace's client is made."""

from __future__ import annotations

from project_workspace.keycloak.connection import client_for
from project_workspace.remote.errors import CredentialsError, NotFoundError
from workspacectl.preflight.answers import Answer, failed, ok, refused
from workspacectl.preflight.sites import WorkspaceSite


def keycloak(site: WorkspaceSite) -> Answer | None:
    """Keycloak answers, has the realm, takes the administrator's login, and lets it manage clients and users there."""
    options = site.options.oidc_client
    if not options.url:
        return None
    realm = client_for(site.config, options.url, str(options.realm), options.admin_realm)
    if not realm.has_realm():
        remedy = "correct 'oidcClient.realm', or the URL, which needs '/auth' at some sites"
        return failed(f"no realm '{options.realm}' at {realm.url}", "the realm", remedy)
    try:
        clients, users = realm.may_manage_clients(), realm.may_manage_users()
    except (CredentialsError, NotFoundError) as error:
        return refused(error, "a login that may manage clients and users")
    missing = [*([] if clients else ["manage-clients"]), *(["manage-users"] if users is False else [])]
    if missing:
        remedy = "give the administrator these roles of 'realm-management' (docs/permissions.md, 'Keycloak')"
        return failed(f"missing: {', '.join(missing)}", "manage-clients, manage-users", remedy)
    unseen = "; manage-users is not to be seen in a realm without users" if users is None else ""
    return ok(f"realm '{options.realm}'; the login is taken and may manage clients and users{unseen}")


CHECKS = (keycloak,)
