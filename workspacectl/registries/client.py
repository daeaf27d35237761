"""A registry of images: whether it has an image, asked as a node would ask, without a download.

Owns: the calls: HEAD of a manifest, with Basic or with a token, as the registry says. Does not own which images are
needed, nor whose login is sent (`logins.py`). Sources: OCI Distribution Specification 1.1, "Pulling
manifests"; Distribution, "Token Authentication Specification".

A registry on the loopback address is asked by plain HTTP, as every container runtime does; all others by HTTPS.
Credentials are sent to the registry, and to the token server that it names; both must be HTTPS unless they are local.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

import httpx

from project_workspace.images.reference import DOCKER_HUB, Reference
from project_workspace.remote.errors import CredentialsError, RefusedError, UnreachableError
from workspacectl.registries.logins import HUB_API, Login, Nobody

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
NOBODY = Nobody()


class Registry:
    """One registry, as one user or as nobody. Safe for threads."""

    def __init__(self, name: str, login: Login | Nobody = NOBODY) -> None:
        """`name` is its host, with the port, as references have it."""
        self.name = name
        self.host = HUB_API if name == DOCKER_HUB else name
        self.scheme = "http" if LOOPBACK.fullmatch(name) else "https"
        self._login = login
        # By plain HTTP nothing is checked by certificates, which take a tenth of a second to load.
        self._client = httpx.Client(timeout=SECONDS, follow_redirects=True, verify=self.scheme == "https")

    def has(self, image: Reference) -> bool:
        """Whether the registry has this image. Raises `RemoteError` where it does not say."""
        return self._manifest("HEAD", image) is not None

    def digest(self, image: Reference) -> str | None:
        """The digest of what a reference names; None where there is nothing. Raises `RemoteError`."""
        there = self._manifest("HEAD", image)
        if there is None:
            return None
        if named := there.headers.get("docker-content-digest"):
            return named
        whole = self._manifest("GET", image)
        return None if whole is None else f"sha256:{hashlib.sha256(whole.content).hexdigest()}"

    def _manifest(self, method: str, image: Reference) -> httpx.Response | None:
        url = f"{self.scheme}://{self.host}/v2/{image.path}/manifests/{image.pulled}"
        answer = self._authorised(method, url, f"repository:{image.path}:pull", f"image {image}")
        if answer.status_code == NOT_FOUND:
            return None
        self._require(answer, f"ask for {image}")
        return answer

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
            raise CredentialsError(
                f"Could not {work}: the registry does not let {self._login.who} pull it",
                where=self.name,
                remedy="Correct the login, or the rights of its user.",
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
        if kind.lower() == "basic" and self._basic:
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
        if isinstance(self._login, Nobody):
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
