"""The client of a workspace in Keycloak."""

from typing import TYPE_CHECKING, Optional

from project_workspace.workspace.assembly import Assembly

if TYPE_CHECKING:
    from project_workspace.keycloak.component import OidcClient


def make_oidc_client(workspace: Assembly) -> "Optional[OidcClient]":
    """The client, with its role for the workspace's people; None without a Keycloak."""
    args, options = workspace.args, workspace.args.oidc_client
    if not options.url:
        return None
    from project_workspace.keycloak.component import OidcClient, OidcClientArgs

    members = [member.email for member in args.members]
    part = OidcClient(
        workspace.name,
        OidcClientArgs(
            options=options,
            client_id=workspace.names.oidc_client,
            users=members if options.users is None else options.users,
            mark=workspace.mark,
            adopt=args.adopt,
        ),
        opts=workspace.next(),
    )
    workspace.made(part)
    return part
