"""What the workspace's client is like in Keycloak, and what of a client that is there differs.

Owns: the fields that make a client confidential and bound to its redirect URIs, its audience mapper, and whose it is.
Does not own the calls (`client.py`), nor what people choose (`options.py`). Fields that are not named here, others'
mappers and others' attributes stay as somebody has set them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from project_workspace.stack_mark import StackMark

Json = dict[str, Any]

SETTINGS: Mapping[str, Any] = {
    "enabled": True,
    "protocol": "openid-connect",
    "publicClient": False,
    "bearerOnly": False,
    "clientAuthenticatorType": "client-secret",
    "standardFlowEnabled": True,
    "implicitFlowEnabled": False,
    "directAccessGrantsEnabled": False,
    "serviceAccountsEnabled": False,
    # Said whenever anything is: without it Keycloak derives some from the redirect URIs.
    "webOrigins": [],
}
"""Confidential, by the authorization code flow alone."""
MAPPER_KIND = "oidc-audience-mapper"
ANY_REDIRECT = "*"
ANOTHER_SECRET = "another one, set in Keycloak"  # noqa: S105 - none of anybody's
"""Stands for a secret that is not the stack's: what it is has no place in a state."""


def audience(client_id: str) -> dict[str, str]:
    """The mapper's configuration: access tokens of this client say that they are for it."""
    others = dict.fromkeys(("id.token.claim", "userinfo.token.claim"), "false")
    return {"included.client.audience": client_id, "access.token.claim": "true", **others}


def role_of(client_id: str) -> str:
    """The role that says who manages what the client stands before."""
    return f"{client_id}-manager"


def wanted_client(inputs: Mapping[str, Any]) -> Json:
    """The client as a whole, without its mapper and role."""
    return {
        **inputs["settings"],
        "clientId": inputs["clientId"],
        "secret": inputs["secret"],
        "redirectUris": sorted(inputs["redirectUris"]),
        "attributes": StackMark.noted(inputs).annotations,
    }


def wanted_mapper(inputs: Mapping[str, Any]) -> Json:
    """The client's audience mapper."""
    return {
        "name": inputs["clientId"],
        "protocol": "openid-connect",
        "protocolMapper": MAPPER_KIND,
        "consentRequired": False,
        "config": dict(inputs["audience"]),
    }


def mapper_in(found: Json, client_id: str) -> Json | None:
    """The mapper of our name among the client's; None without one."""
    mappers: Sequence[Json] = found.get("protocolMappers") or []
    return next((each for each in mappers if each["name"] == client_id), None)


def mapper_stands(present: Json | None, wanted: Json) -> bool:
    """Whether the mapper does what is wanted; what this program does not set may be as it is."""
    if present is None or present["protocolMapper"] != wanted["protocolMapper"]:
        return False
    config = present.get("config") or {}
    return all(config.get(key) == value for key, value in wanted["config"].items())


def seen(found: Json, outputs: Mapping[str, Any]) -> Json:
    """What is there, under the names of the provider's inputs; the secret only if it is the stack's."""
    mapper = mapper_in(found, outputs["clientId"])
    config = (mapper or {}).get("config") or {}
    ours = mapper is not None and mapper["protocolMapper"] == MAPPER_KIND
    mark = mark_in(found)
    # A public client has none.
    kept = found.get("secret") in (None, outputs["secret"])
    return {
        "clientId": found["clientId"],
        "redirectUris": sorted(found.get("redirectUris") or []),
        "settings": {key: found.get(key) for key in outputs["settings"]},
        "audience": {key: config.get(key, "") for key in outputs["audience"]} if ours else {},
        "secret": outputs["secret"] if kept else ANOTHER_SECRET,
        "pulumiProject": mark.project if mark else "",
        "pulumiStack": mark.stack if mark else "",
    }


def mark_in(found: Json) -> StackMark | None:
    """Whose a client is; None when it does not say so."""
    return StackMark.in_annotations(found.get("attributes") or {})
