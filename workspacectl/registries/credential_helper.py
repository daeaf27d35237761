"""A credential helper: the program `docker-credential-NAME` that keeps logins of registries for docker.

Owns: how one is asked, and the sentence when it does not answer. Does not own which is asked (`logins.py`),
nor `store`, `erase` and `list`, which are not called. What a helper writes is never repeated: it may be the secret.
Source: docker/docker-credential-helpers, `client/client.go`, `credentials/error.go`.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping

from project_workspace.remote.errors import CredentialsError

LIMIT_SECONDS = 30.0
"""How long one may take: some ask a cloud for a token, or a person to unlock a keychain. docker waits for ever."""
HAS_NONE = "credentials not found in native keychain"
"""What a helper says, with an exit code other than 0, when it has no login for a server."""
OF_AN_IDENTITY_TOKEN = "<token>"  # noqa: S105
"""The user's name where the secret is no password: a token for `oauth2/token` of the registry."""


def program(name: str) -> str:
    """The program of a helper's name, as docker's configuration has it."""
    return f"docker-credential-{name}"


def ask(name: str, server: str, environment: Mapping[str, str]) -> tuple[str, str] | None:
    """User and password that a helper keeps for a server, None where it has none. Raises `CredentialsError`."""
    answer = _run(name, server, environment)
    if answer is None:
        return None
    try:
        document = json.loads(answer)
        user, secret = document["Username"], document["Secret"]
    except (ValueError, KeyError, TypeError):
        user = secret = None
    if not (isinstance(user, str) and isinstance(secret, str) and user and secret):
        raise _error(name, server, "answered, and not with JSON that has a 'Username' and a 'Secret'")
    if user == OF_AN_IDENTITY_TOKEN:
        raise _error(name, server, "has an identity token, which is not taken here: expected a user and a password")
    return user, secret


def _run(name: str, server: str, environment: Mapping[str, str]) -> bytes | None:
    found = shutil.which(program(name), path=environment.get("PATH"))
    if found is None:
        raise CredentialsError(
            f"Could not get a login: docker's configuration names '{program(name)}', which is not on the PATH",
            where=server,
            remedy="Install it, or take it out of 'credHelpers' or 'credsStore'.",
        )
    try:
        # Nothing after the server's name, not even an end of line: that is how docker asks.
        done = subprocess.run(
            [found, "get"],
            input=server.encode(),
            env=dict(environment),
            capture_output=True,
            timeout=LIMIT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _error(name, server, f"did not answer within {LIMIT_SECONDS:g} s") from None
    except OSError as error:
        raise _error(name, server, f"cannot be run: {error.strerror}") from None
    if done.returncode == 0:
        return done.stdout
    if done.stdout.decode(errors="replace").strip() == HAS_NONE:
        return None
    raise _error(name, server, f"ended with exit code {done.returncode}")


def _error(name: str, server: str, what: str) -> CredentialsError:
    return CredentialsError(
        f"Could not get a login: {program(name)} {what}",
        where=server,
        remedy=f"Try it: '{program(name)} list' names what it keeps, without secrets; or log in anew.",
    )
