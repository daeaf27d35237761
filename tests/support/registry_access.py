"""Whom the stand-in registry lets in.

Owns: its users, by Basic at the registry itself or by a token for one repository and action, and what they sent. The
registry of distribution does both (`auth: htpasswd`, `auth: token`); there the server of the tokens is another program,
so that no contract holds that part. Source: Distribution, "Token Authentication Specification".
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

SERVICE = "stand-in"


@dataclass
class Access:
    """Who may do what. Without users everybody may do everything."""

    users: Mapping[str, str] = field(default_factory=dict[str, str])
    """Passwords by user."""
    basic: bool = False
    """Whether the registry takes passwords itself, as small ones do, instead of tokens."""
    tokens: dict[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    """What each token is good for, as `NAME:ACTION`."""
    logins: list[str] = field(default_factory=list[str])
    """Every user and password that were sent, as `USER:PASSWORD`."""

    def token(self, given: str, target: str) -> str | None:
        """A token for what the query asks; None for whoever has no password, where one is needed."""
        query = parse_qs(urlsplit(target).query)
        if query.get("service") != [SERVICE] or (self.users and not self._is_login(given)):
            return None
        asked = [scope.split(":") for each in query.get("scope", []) for scope in each.split(" ")]
        token = secrets.token_hex(8)
        self.tokens[token] = frozenset(
            f"{name}:{action}" for _, name, actions in asked for action in actions.split(",")
        )
        return token

    def challenge(self, given: str, method: str, name: str, url: str) -> str | None:
        """How to log in for this call; None for whoever may make it. `name` is a repository's, or empty."""
        action = "pull" if method in ("GET", "HEAD") else "push"
        if not self.users or (self._is_login(given) if self.basic else self._is_token(given, name, action)):
            return None
        if self.basic:
            return f'Basic realm="{SERVICE}"'
        scope = f',scope="repository:{name}:{"pull" if action == "pull" else "pull,push"}"' if name else ""
        error = ',error="invalid_token"' if given.partition(" ")[2] else ""
        return f'Bearer realm="{url}/token",service="{SERVICE}"{scope}{error}'

    def _is_login(self, given: str) -> bool:
        kind, _, encoded = given.partition(" ")
        if kind != "Basic":
            return False
        login = base64.b64decode(encoded).decode()
        self.logins.append(login)
        user, _, password = login.partition(":")
        return self.users.get(user) == password

    def _is_token(self, given: str, name: str, action: str) -> bool:
        kind, _, token = given.partition(" ")
        return kind == "Bearer" and token in self.tokens and (not name or f"{name}:{action}" in self.tokens[token])
