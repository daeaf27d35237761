"""A registry of images: whether it has an image, asked as a node would ask, without a download.

Owns: references, the credentials of a pull secret, and the calls: HEAD of a manifest, with Basic or with a token, as
the registry says. Does not own which images are needed. Sources: OCI Distribution Specification 1.1, "Pulling
manifests"; Distribution, "Token Authentication Specification"; Kubernetes, "Images", section "Interpretation of
config.json" (which entry of a pull secret is for which registry).

A registry on the loopback address is asked by plain HTTP, as every container runtime does; all others by HTTPS.
Credentials are sent to the registry, and to the token server that it names; both must be HTTPS unless they are local.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from urllib.parse import urlsplit

import httpx

from project_workspace.remote.errors import CredentialsError, RefusedError, UnreachableError

HUB = "docker.io"
HUB_API = "registry-1.docker.io"
HUB_KEY = "index.docker.io"
"""How Docker Hub is called in references, where its API is, and how it is called in pull secrets."""
MANIFESTS = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)
UNAUTHORIZED, FORBIDDEN, NOT_FOUND = 401, 403, 404
SECONDS = 10.0
"""Time limit of one call."""
LOOPBACK = re.compile(r"(localhost|127(\.\d+){3}|\[::1\])(:\d+)?")
CHALLENGE = re.compile(r'(\w+)="([^"]*)"')


@dataclass(frozen=True)
class Reference:
    """Which image: `registry/path:tag`."""

    registry: str
    path: str
    tag: str
    """Empty where the version is not known."""

    def __str__(self) -> str:
        return f"{self.registry}/{self.path}:{self.tag}"


@dataclass(frozen=True)
class Login:
    """A user of a registry."""

    user: str
    password: str = field(repr=False)


def reference(text: str) -> Reference:
    """An image's name as people write it: without a registry it is Docker Hub's, without a tag it is `latest`."""
    first, _, rest = text.partition("/")
    is_registry = bool(rest) and ("." in first or ":" in first or first == "localhost")
    registry, named = (first, rest) if is_registry else (HUB, text)
    path, _, tag = named.rpartition(":") if ":" in named.rpartition("/")[2] else (named, "", "latest")
    if registry == HUB and "/" not in path:
        path = f"library/{path}"
    return Reference(registry, path, tag)


def login_of(docker_config: str, image: Reference) -> Login | None:
    """The entry of a pull secret's `.dockerconfigjson` that is for this image; None without one.

    Raises `ValueError` where the text is not of that form.
    """
    document = json.loads(docker_config)
    entries = document.get("auths") if isinstance(document, dict) else None
    if not isinstance(entries, dict):
        raise ValueError("no 'auths'")
    fitting = [key for key in entries if _is_for(str(key), image)]
    return _login(entries[max(fitting, key=len)]) if fitting else None


def _is_for(key: str, image: Reference) -> bool:
    bare = key.partition("://")[2] or key
    host, _, path = bare.rstrip("/").partition("/")
    hosts = {HUB, HUB_API, HUB_KEY} if image.registry == HUB else {image.registry}
    # Docker itself writes `/v1/` and `/v2/` behind a host; any other path is a beginning of the image's.
    of_the_api = path in ("", "v1", "v2")
    return any(fnmatchcase(each, host) for each in hosts) and (of_the_api or f"{image.path}/".startswith(f"{path}/"))


def _login(entry: Mapping[str, str]) -> Login | None:
    if entry.get("auth"):
        user, separator, password = base64.b64decode(entry["auth"]).decode().partition(":")
        return Login(user, password) if separator else None
    return Login(entry["username"], entry["password"]) if entry.get("username") and entry.get("password") else None


class Registry:
    """One registry, as one user or as nobody. Safe for threads."""

    def __init__(self, name: str, login: Login | None = None) -> None:
        """`name` is its host, with the port, as references have it."""
        self.name = name
        self.host = HUB_API if name == HUB else name
        self.scheme = "http" if LOOPBACK.fullmatch(name) else "https"
        self._login = login
        # By plain HTTP nothing is checked by certificates, which take a tenth of a second to load.
        self._client = httpx.Client(timeout=SECONDS, follow_redirects=True, verify=self.scheme == "https")

    def has(self, image: Reference) -> bool:
        """Whether the registry has this image. Raises `RemoteError` where it does not say."""
        url = f"{self.scheme}://{self.host}/v2/{image.path}/manifests/{image.tag}"
        answer = self._authorised("HEAD", url, f"repository:{image.path}:pull", f"image {image}")
        if answer.status_code == NOT_FOUND:
            return False
        self._require(answer, f"ask for {image}")
        return True

    def tags(self, path: str) -> list[str]:
        """The versions that it has of an image, none where it has not the image. Raises `RemoteError`."""
        url = f"{self.scheme}://{self.host}/v2/{path}/tags/list"
        answer = self._authorised("GET", url, f"repository:{path}:pull", f"the versions of {path}")
        if answer.status_code == NOT_FOUND:
            return []
        self._require(answer, f"ask for the versions of {path}")
        try:
            return [str(tag) for tag in answer.json().get("tags") or []]
        except (ValueError, AttributeError):
            raise self._no_json(f"the versions of {path}") from None

    def answers(self) -> None:
        """That it speaks the registries' API, and takes the login. Raises `RemoteError`."""
        answer = self._authorised("GET", f"{self.scheme}://{self.host}/v2/", "", "the API")
        if answer.status_code == NOT_FOUND:
            raise RefusedError(
                "It is no registry of images", where=self.name, remedy="Correct the server of the images."
            )
        self._require(answer, "ask for the API")

    def _require(self, answer: httpx.Response, work: str) -> None:
        if answer.is_success:
            return
        if answer.status_code in (UNAUTHORIZED, FORBIDDEN):
            who = f"user '{self._login.user}'" if self._login else "anybody without a login"
            raise CredentialsError(
                f"Could not {work}: the registry does not let {who} pull it",
                where=self.name,
                remedy="Correct the pull secret, or the rights of its user.",
            )
        raise UnreachableError(
            f"Could not {work}: status {answer.status_code}", where=self.name, remedy="Run it again when it is well."
        )

    def _authorised(self, method: str, url: str, scope: str, what: str) -> httpx.Response:
        answer = self._call(method, url, what)
        if answer.status_code != UNAUTHORIZED:
            return answer
        kind, _, rest = answer.headers.get("www-authenticate", "").partition(" ")
        if kind.lower() == "bearer":
            return self._call(method, url, what, f"Bearer {self._token(dict(CHALLENGE.findall(rest)), scope)}")
        if kind.lower() == "basic" and self._login:
            return self._call(method, url, what, self._basic)
        return answer

    def _token(self, challenge: Mapping[str, str], scope: str) -> str:
        realm = challenge.get("realm", "")
        asked = {"service": challenge.get("service", ""), "scope": scope}
        parts = urlsplit(realm)
        if parts.scheme != "https" and not LOOPBACK.fullmatch(parts.netloc):
            raise RefusedError(
                "Its token server is not asked, because that is not HTTPS", where=self.name, remedy="Ask its people."
            )
        given = {name: text for name, text in asked.items() if text}
        answer = self._call("GET", str(httpx.URL(realm, params=given)), "a token", self._basic)
        self._require(answer, "get a token")
        try:
            document = answer.json()
            return str(document.get("token") or document["access_token"])
        except (ValueError, KeyError, AttributeError):
            raise self._no_json("a token") from None

    def _no_json(self, what: str) -> UnreachableError:
        return UnreachableError(
            f"Could not read {what}: the answer has none", where=self.name, remedy="Run it again when it is well."
        )

    @property
    def _basic(self) -> str:
        if not self._login:
            return ""
        return "Basic " + base64.b64encode(f"{self._login.user}:{self._login.password}".encode()).decode()

    def _call(self, method: str, url: str, what: str, authorization: str = "") -> httpx.Response:
        headers = dict(_headers(authorization))
        try:
            return self._client.request(method, url, headers=headers)
        except httpx.HTTPError as error:
            raise UnreachableError(
                f"Could not ask for {what}: {str(error) or type(error).__name__}",
                where=self.name,
                remedy="Check the server of the images, and the network from here to there.",
            ) from None


def _headers(authorization: str) -> Iterator[tuple[str, str]]:
    yield "Accept", ", ".join(MANIFESTS)
    if authorization:
        yield "Authorization", authorization
