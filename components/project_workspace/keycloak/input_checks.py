"""What the inputs of Keycloak's resources must be, said in a preview without a call; the options' types are the same.

Owns: the rules of Keycloak's own values. Does not own those that others share (`schema/values.py`), nor what only the
server can know. Source: docs/facts/keycloak.md.
"""

from typing import Any

from project_workspace.keycloak.representation import ANY_REDIRECT
from project_workspace.remote.provider import Props
from project_workspace.schema.problem import Problem
from project_workspace.schema.rule import Rule, matches, wrong
from project_workspace.schema.values import OIDC_CLIENT_ID, URL

REALM = Rule("the name of a realm: letters, digits and '._-'", "tmax", matches(r"[A-Za-z0-9][A-Za-z0-9._-]{0,254}"))
REDIRECT_URI = Rule(
    "a URL with https, without query, '*' only at the end of its path",
    "https://notebooks.example.com/oauth/callback",
    matches(r"https://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?(/([\w.~%-]+/)*[\w.~%-]*\*?)?"),
)
USERNAME = Rule(
    "a user name in lower case, without spaces and most punctuation",
    "alice@example.com",
    matches(r"[^\sA-Z<>&\"'$%!#?;:*~/\\|^=(){}\[\]]+", 255),
)
SECRET = Rule("a secret of 1 to 255 characters, without spaces", "four-words-and-more-of-them", matches(r"\S{1,255}"))

_SERVER = {"url": URL, "realm": REALM, "adminRealm": REALM}
_CLIENT = {
    **_SERVER,
    "clientId": OIDC_CLIENT_ID,
    "secret": SECRET,
}
_MEMBER = {**_SERVER, "clientId": OIDC_CLIENT_ID, "username": USERNAME}


def client_problems(inputs: Props) -> list[Problem]:
    """Problems of a client's inputs."""
    uris = inputs.get("redirectUris")
    fit = uris is None or (isinstance(uris, list) and bool(uris) and all(map(_is_redirect, uris)))
    return wrong(inputs, _CLIENT) + ([] if fit else [Problem("redirectUris", REDIRECT_URI.message)])


def member_problems(inputs: Props) -> list[Problem]:
    """Problems of the inputs of a role's member."""
    return wrong(inputs, _MEMBER)


def _is_redirect(uri: Any) -> bool:
    return uri == ANY_REDIRECT or REDIRECT_URI.right(uri)
