"""What people choose of the workspace's client in Keycloak: the section `oidcClient` of a stack file."""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Optional

from project_workspace.keycloak.input_checks import REALM, REDIRECT_URI, SECRET, USERNAME
from project_workspace.passwords import Rotation, rotation_problem
from project_workspace.schema.problem import Problem
from project_workspace.schema.secret import Secret
from project_workspace.schema.section import Section, Together
from project_workspace.schema.values import Url

Realm = Annotated[str, REALM]
RedirectUri = Annotated[str, REDIRECT_URI]
Username = Annotated[str, USERNAME]
ClientSecret = Annotated[Secret, SECRET]


def _realm(options: "OidcClientOptions") -> Iterator[Problem]:
    if options.url and not options.realm:
        yield Problem("realm", f"Expected the realm of the client, for example '{REALM.example}'.")


def _redirects(options: "OidcClientOptions") -> Iterator[Problem]:
    if options.any_redirect and options.redirect_uris:
        yield Problem("redirectUris", "Expected none beside 'anyRedirect: true', for example '[]'.")
    elif options.url and not (options.any_redirect or options.redirect_uris):
        sentence = f"Expected at least one URL that a login may return to, for example '[{REDIRECT_URI.example}]'."
        yield Problem("redirectUris", sentence)


def _users(options: "OidcClientOptions") -> Iterator[Problem]:
    users = options.users or []
    for index, user in enumerate(users):
        if user in users[:index]:
            yield Problem(
                f"users[{index}]", f"Expected a user that is not named yet, for example '{USERNAME.example}'."
            )


def _rotation(options: "OidcClientOptions") -> Iterator[Problem]:
    if message := rotation_problem(options.secret_rotation, options.secret):
        yield Problem("secretRotation", message)


class OidcClientOptions(Section):
    """A client in Keycloak, by which the workspace's services let people log in with OpenID Connect: confidential, with
    a role and an audience of its own. Left out without a URL.
    """

    url: Optional[Url] = None
    """Keycloak's URL, with `/auth` at its end where the site has it, as HyperAuth; `${NAME}` takes the value of that
    environment variable. Default: the workspace has no client."""
    realm: Optional[Realm] = None
    """Realm in which the client is made. Needed with `url`. Nothing moves to another realm: another one makes another
    client."""
    admin_realm: Realm = "master"
    """Realm that the administrator logs in to, whose login `pulumi` is run with."""
    redirect_uris: list[RedirectUri] = []
    """URLs that a login may return to. `*` only at the end of a path. At least one is needed with `url`."""
    any_redirect: bool = False
    """Whether a login may return to any URL (`*`), as some installations' manuals have it: whoever gets a person to
    open a link then receives that person's authorization code. Give `redirectUris` instead."""
    users: Optional[list[Username]] = None
    """User names of those in the realm who get the client's role. The users exist already and are not touched.
    Default: the e-mail addresses of `members`, nobody where a program has none."""
    secret: Optional[ClientSecret] = None
    """Secret of the client; given encrypted. Default: drawn."""
    secret_rotation: Optional[Rotation] = None
    """Draws the secret again with every other value. The old one is refused at once, so what logs people in must be
    told the new one."""

    together: ClassVar[tuple[Together, ...]] = (
        Together(("url", "realm"), _realm),
        Together(("url", "redirect_uris", "any_redirect"), _redirects),
        Together(("users",), _users),
        Together(("secret", "secret_rotation"), _rotation),
    )
