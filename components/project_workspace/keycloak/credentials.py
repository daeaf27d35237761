"""The administrator's login at Keycloak: what it is called, and where it comes from.

Owns: the two kinds there are, a person's or a service account's, and the form that each sends. Does not own what is
done with it (`session.py`).
"""

from collections.abc import Mapping

from project_workspace.remote.credential import Credential
from project_workspace.remote.errors import CredentialsError
from project_workspace.remote.provider import StackConfig

USER = Credential("KEYCLOAK_ADMIN_USER", "keycloakAdminUser")
PASSWORD = Credential("KEYCLOAK_ADMIN_PASSWORD", "keycloakAdminPassword")
CLIENT = Credential("KEYCLOAK_CLIENT_ID", "keycloakClientId")
CLIENT_SECRET = Credential("KEYCLOAK_CLIENT_SECRET", "keycloakClientSecret")

ADMIN_CLIENT = "admin-cli"
"""The client that every realm has for its administrators' tools."""


def grant(config: StackConfig) -> Mapping[str, str]:
    """The form by which a token is asked for: a service account's where there is one, else a person's."""
    client, secret = config.credential(CLIENT), config.credential(CLIENT_SECRET)
    if client and secret:
        return {"grant_type": "client_credentials", "client_id": client, "client_secret": secret}
    user, password = config.credential(USER), config.credential(PASSWORD)
    if user and password:
        return {"grant_type": "password", "client_id": ADMIN_CLIENT, "username": user, "password": password}
    raise CredentialsError(
        "Expected the login of a Keycloak administrator",
        where=f"{USER.variable} and {PASSWORD.variable}, or {CLIENT.variable} and {CLIENT_SECRET.variable}",
        remedy=f"Set either pair in the environment, or '{USER.key}' and '{PASSWORD.key}', or '{CLIENT.key}' and "
        f"'{CLIENT_SECRET.key}' (with --secret), in the stack's configuration.",
    )
