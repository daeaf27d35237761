"""Logins of registries: in a pull secret, and where the docker of this machine keeps them.

Owns: which entry is for which image, and which credential helper is asked for a registry. Does not own how a helper is
asked (`credential_helper.py`), nor the calls of a registry (`client.py`). A pull secret's helpers are not asked:
kubelets do not ask them, and no document of a cluster starts a program here. Sources: Kubernetes, "Images", section
"Interpretation of config.json" (which entry of a pull secret is for which registry); docker/cli, `cli/config` and
google/go-containerregistry, `pkg/authn/keychain.go` (helpers).
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

from project_workspace.images.reference import DOCKER_HUB, Reference
from project_workspace.remote.errors import CredentialsError
from workspacectl.registries import credential_helper

HUB_API = "registry-1.docker.io"
HUB_KEY = "index.docker.io"
HUB_SERVER = f"https://{HUB_KEY}/v1/"
"""Where Docker Hub's API is, how pull secrets call it, and how helpers and docker's own file do."""


@dataclass(frozen=True)
class Login:
    """A user of a registry."""

    user: str
    password: str = field(repr=False)

    @property
    def who(self) -> str:
        """For sentences."""
        return f"user '{self.user}'"


@dataclass(frozen=True)
class Nobody:
    """No login. `why` follows "anybody without a login" in sentences, where it was looked for in vain."""

    why: str = ""

    @property
    def who(self) -> str:
        """For sentences."""
        return f"anybody without a login{self.why}"


def login_of(docker_config: str, image: Reference) -> Login | None:
    """The entry of a pull secret's `.dockerconfigjson` that is for this image; None without one.

    Raises `ValueError` where the text is not of that form.
    """
    document = json.loads(docker_config)
    return _entry_of(document.get("auths") if isinstance(document, dict) else None, image)


def _entry_of(entries: Any, image: Reference) -> Login | None:
    if not isinstance(entries, dict):
        raise ValueError("no 'auths'")
    fitting = [key for key in entries if _is_for(str(key), image)]
    return _login(entries[max(fitting, key=len)]) if fitting else None


def _is_for(key: str, image: Reference) -> bool:
    bare = key.partition("://")[2] or key
    host, _, path = bare.rstrip("/").partition("/")
    hosts = {DOCKER_HUB, HUB_API, HUB_KEY} if image.registry == DOCKER_HUB else {image.registry}
    # Docker itself writes `/v1/` and `/v2/` behind a host; any other path is a beginning of the image's.
    of_the_api = path in ("", "v1", "v2")
    return any(fnmatchcase(each, host) for each in hosts) and (of_the_api or f"{image.path}/".startswith(f"{path}/"))


def _login(entry: Any) -> Login | None:
    if not isinstance(entry, dict):
        raise ValueError("an entry of 'auths' is none")
    if entry.get("auth"):
        user, separator, password = base64.b64decode(entry["auth"]).decode().partition(":")
        return Login(user, password) if separator else None
    return Login(entry["username"], entry["password"]) if entry.get("username") and entry.get("password") else None


class DockerLogins:
    """The logins of whoever runs this command, as docker and crane read them. Safe for threads.

    The helper of a registry (`credHelpers`), else that of all (`credsStore`), is asked instead of `auths`, once. Where
    it has no login there is none.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        """`environment` has PATH, and perhaps DOCKER_CONFIG, the folder of config.json; default: `~/.docker`."""
        self._environment = environment
        self._file = Path(environment.get("DOCKER_CONFIG") or Path.home() / ".docker") / "config.json"
        self._asked: dict[str, Login | Nobody | CredentialsError] = {}
        self._one_at_a_time = Lock()

    def of(self, image: Reference) -> Login | Nobody:
        """That for the registry of an image. Raises `CredentialsError`."""
        server = HUB_SERVER if image.registry == DOCKER_HUB else image.registry
        try:
            helper = (self._config.get("credHelpers") or {}).get(server) or self._config.get("credsStore")
            if not helper:
                return _entry_of(self._config.get("auths") or {}, image) or Nobody()
        except (OSError, ValueError, AttributeError) as error:
            what = error.strerror if isinstance(error, OSError) else "expected JSON as docker writes it"
            raise CredentialsError(
                f"Could not read docker's logins: {what}", where=str(self._file), remedy="Correct it, or log in anew."
            ) from None
        with self._one_at_a_time:  # a helper may ask a person
            if server not in self._asked:
                self._asked[server] = self._of_helper(str(helper), server)
            found = self._asked[server]
        if isinstance(found, CredentialsError):
            raise found
        return found

    @cached_property
    def _config(self) -> Mapping[str, Any]:
        try:
            return dict(json.loads(self._file.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return {}
        except TypeError as error:
            raise ValueError(str(error)) from None

    def _of_helper(self, helper: str, server: str) -> Login | Nobody | CredentialsError:
        try:
            found = credential_helper.ask(helper, server, self._environment)
        except CredentialsError as error:
            return error
        if found is None:
            return Nobody(f", and {credential_helper.program(helper)} has none for it,")
        return Login(*found)
