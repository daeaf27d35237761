"""The rule about logins with OpenID Connect: where the code of a person who logs in may be sent.

Owns: redirect URIs of the workspace's client in Keycloak. Does not own who may log in. Why: with `*` a link to the real
login page hands the code of whoever follows it to any server, and the program allows that only on request.
"""

from collections.abc import Iterator

from pulumi_policy import EnforcementLevel, ResourceValidationArgs

from rules.reading import resource_rule

CLIENT = "pulumi-python:dynamic/keycloak:Client"


def login_returns_to_known_urls(args: ResourceValidationArgs) -> Iterator[str]:
    if args.resource_type == CLIENT and "*" in (args.props.get("redirectUris") or []):
        yield (
            f"A login with {args.props['clientId']} may return to any URL. Name those there are in "
            "'oidcClient.redirectUris', and leave 'anyRedirect' out."
        )


RULES = [
    resource_rule(
        "login-returns-to-known-urls",
        "What proves a login is sent to one's own servers alone.",
        login_returns_to_known_urls,
        EnforcementLevel.ADVISORY,
    ),
]
