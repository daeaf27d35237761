"""Log in at dex with e-mail and password: the proof that a user's entry works.

Owns: the password grant and asking dex itself who the token belongs to. Keeps neither token nor password.
"""

from __future__ import annotations

from dataclasses import dataclass

import httpx

from local.processes import PlatformError

CLIENT_ID = "local-login"
"""The public client of the seeded configuration that scripts log in with."""

TIMEOUT_SECONDS = 10.0


@dataclass(frozen=True)
class LoginResult:
    """What came of a login: accepted with the user that dex knows, or refused with dex's reason."""

    accepted: bool
    reason: str = ""
    email: str = ""
    username: str = ""


def login(issuer: str, email: str, password: str) -> LoginResult:
    """One attempt, never repeated. Raises PlatformError when dex cannot be reached.

    `issuer` is dex's address, for example `http://127.0.0.1:5556/dex`.
    """
    form = {
        "grant_type": "password",
        "client_id": CLIENT_ID,
        "username": email,
        "password": password,
        "scope": "openid email profile",
    }
    try:
        with httpx.Client(timeout=TIMEOUT_SECONDS, trust_env=False) as client:
            answer = client.post(f"{issuer}/token", data=form)
            if not answer.is_success:
                return LoginResult(accepted=False, reason=_reason(answer))
            bearer = {"Authorization": f"Bearer {answer.json()['access_token']}"}
            user = client.get(f"{issuer}/userinfo", headers=bearer)
    except httpx.HTTPError as error:
        raise PlatformError(
            f"dex at {issuer} cannot be reached ({type(error).__name__}). Is the local platform running?"
        ) from None
    if not user.is_success:
        return LoginResult(accepted=False, reason=_reason(user))
    claims = user.json()
    return LoginResult(accepted=True, email=claims.get("email", ""), username=claims.get("name", ""))


def _reason(answer: httpx.Response) -> str:
    """dex's own words, for example `access_denied: Invalid username or password`."""
    try:
        said = answer.json()
        return f"{said['error']}: {said.get('error_description', '')}".rstrip(": ")
    except (ValueError, KeyError, TypeError):
        return f"HTTP {answer.status_code}"
