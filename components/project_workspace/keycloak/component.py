"""The workspace's client in Keycloak: the client with its role and mapper, its secret, and who has the role.

Owns: those, in the steps of an installation's manual (docs/facts/keycloak.md, "A client by hand"). Does not own the
realm, its users, or whatever logs people in with the client: that is given the outputs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Optional

import pulumi

from project_workspace.keycloak.options import OidcClientOptions
from project_workspace.keycloak.provider import Client, ClientArgs, RoleMember, RoleMemberArgs
from project_workspace.keycloak.representation import ANY_REDIRECT, audience, role_of
from project_workspace.passwords import generated
from project_workspace.schema.secret import secret_output
from project_workspace.stack_mark import StackMark


@dataclass(kw_only=True)
class OidcClientArgs:
    """One client."""

    options: OidcClientOptions
    """With a URL."""
    client_id: str
    users: Sequence[str]
    """Who gets the role."""
    mark: StackMark
    """Whose the client is."""
    adopt: bool = False
    """Take over a client of this client ID that somebody else made."""


class OidcClient(pulumi.ComponentResource):
    """Ready when people who have the role can log in with it."""

    client_id: str
    secret: pulumi.Output[str]
    """Secret."""
    issuer: str
    """Where OpenID Connect's discovery begins."""

    def __init__(self, name: str, args: OidcClientArgs, opts: Optional[pulumi.ResourceOptions] = None) -> None:
        super().__init__("project-workspace:keycloak:OidcClient", name, {}, opts)
        options, child = args.options, pulumi.ResourceOptions(parent=self)
        assert options.url, "without a URL this part is left out"
        assert options.realm, "a URL comes with a realm"
        realm: dict[str, Any] = {"url": options.url, "realm": options.realm, "admin_realm": options.admin_realm}
        role = role_of(args.client_id)
        given = secret_output(options.secret)
        self.secret = (
            generated(f"{name}-oidc-client", options.secret_rotation, child).result if given is None else given
        )
        client = Client(
            name,
            ClientArgs(
                **realm,
                client_id=args.client_id,
                secret=self.secret,
                redirect_uris=[ANY_REDIRECT] if options.any_redirect else options.redirect_uris,
                role=role,
                audience=audience(args.client_id),
                pulumi_project=args.mark.project,
                pulumi_stack=args.mark.stack,
                adopt=args.adopt,
            ),
            opts=child,
        )
        for user in args.users:
            member = RoleMemberArgs(**realm, client_uuid=client.id, client_id=args.client_id, role=role, username=user)
            RoleMember(f"{name}-{user}", member, opts=child)
        self.client_id, self.issuer = args.client_id, f"{options.url.rstrip('/')}/realms/{options.realm}"
        self.register_outputs({"clientId": self.client_id, "issuer": self.issuer})
