"""A stand-in for a container registry: OCI's distribution API, version 1.1, in this process, kept in memory.

Owns: what a registry keeps, and what it refuses as the registry of github.com/distribution/distribution refuses it: an
upload without a digest or with another one's, a manifest whose blobs are not there or whose media type is none, a name
or tag of other letters, and whoever may not. `tests/images/test_registry_contract.py` asks the same of both. Does not
own who may (`registry_access.py`), nor images (`registry_content.py`); deletion, uploads in parts with ranges and
referrers are not there.
"""

from __future__ import annotations

import base64
import json
import re
import secrets
import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from local.http_serving import serving
from tests.support.registry_access import Access
from tests.support.registry_content import (
    DOCKER_LIST,
    INDEXES,
    MANIFESTS,
    OCI_MANIFEST,
    Repository,
    digest_of,
)

NAME = re.compile(r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*")
TAG = re.compile(r"\w[\w.-]{0,127}", re.ASCII)
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


@dataclass
class Registry:
    """One registry."""

    access: Access = field(default_factory=Access)
    is_registry: bool = True
    """Otherwise it is some other server, which knows none of the API's paths."""
    names_digests: bool = True
    """Otherwise it leaves `Docker-Content-Digest` away, which the specification allows."""
    repositories: dict[str, Repository] = field(default_factory=dict[str, Repository])
    calls: list[str] = field(default_factory=list[str])
    """Every request, as `METHOD path`."""
    url: str = ""
    """Its address while it serves."""
    uploads: dict[str, bytes] = field(default_factory=dict[str, bytes])
    """By number and state, as the address of an upload has them: another address is none."""
    lock: threading.RLock = field(default_factory=threading.RLock)

    @property
    def host(self) -> str:
        """As a reference names it, for example `127.0.0.1:5000`."""
        return urlsplit(self.url).netloc

    def put(self, name: str, tag: str, *, platforms: int = 1, content: str = "") -> str:
        """Keep a small image, an index of so many platforms if there are several; answers its digest."""
        return self.repositories.setdefault(name, Repository()).put(tag, content or name, platforms)

    def docker_config(self, user: str, password: str) -> str:
        """The text of docker's config.json, or of a pull secret, with a login for this registry."""
        auth = base64.b64encode(f"{user}:{password}".encode()).decode()
        return json.dumps({"auths": {self.host: {"auth": auth}}})


@contextmanager
def registry_serving(registry: Registry | None = None) -> Generator[Registry]:
    """A registry at an address of its own until the block ends."""
    registry = registry or Registry()
    with serving(ThreadingHTTPServer(("127.0.0.1", 0), _handler(registry))) as url:
        registry.url = url
        yield registry


class _RefusalError(Exception):
    """The answer is an error of the distribution API."""

    def __init__(self, status: int, code: str, **headers: str) -> None:
        super().__init__(code)
        self.status, self.code, self.headers = status, code, headers


@dataclass(frozen=True)
class _Answer:
    status: int
    content: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


def _handler(registry: Registry) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            request = _Request(self.command, self.path, dict(self.headers.items()), body)
            with registry.lock:
                registry.calls.append(f"{request.method} {request.path}")
                try:
                    answer = _answer(registry, request)
                except _RefusalError as refusal:
                    errors = {"errors": [{"code": refusal.code, "message": refusal.code.lower(), "detail": {}}]}
                    answer = _Answer(refusal.status, json.dumps(errors).encode(), refusal.headers)
            self._send(answer)

        def _send(self, answer: _Answer) -> None:
            self.send_response(answer.status)
            headers = {"Content-Length": str(len(answer.content)), "Docker-Distribution-Api-Version": "registry/2.0"}
            for name, value in {**headers, **answer.headers}.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer.content)

        do_GET = do_HEAD = do_POST = do_PATCH = do_PUT = do_DELETE = _any  # noqa: N815 - the names of the base

        def log_message(self, format: str, *args: Any) -> None:
            """Silent."""

    return Handler


class _Request:
    def __init__(self, method: str, target: str, headers: dict[str, str], body: bytes) -> None:
        self.method, self.body, self.target = method, body, target
        self.headers = {name.lower(): value for name, value in headers.items()}
        self.path, self.query = urlsplit(target).path, parse_qs(urlsplit(target).query)

    @property
    def authorization(self) -> str:
        """What it says of its sender."""
        return self.headers.get("authorization", "")

    def asked(self, name: str) -> str:
        """One value of the query; empty when it is not there."""
        return self.query.get(name, [""])[0]


def _answer(registry: Registry, request: _Request) -> _Answer:
    if not registry.is_registry:
        raise _RefusalError(404, "NOT_FOUND")
    if request.path == "/token":
        return _token(registry, request)
    if request.path == "/v2/":
        _require_access(registry, request, "")
        return _Answer(200, b"{}", {"Content-Type": "application/json"})
    found = re.fullmatch(r"/v2/(.+)/(manifests|blobs|tags)/(.+?)", request.path)
    if not found:
        raise _RefusalError(404, "UNSUPPORTED")
    name, kind, reference = found.groups()
    if kind == "blobs" and reference.removeprefix("uploads").strip("/") and reference.startswith("uploads"):
        kind = "uploads"
    if not NAME.fullmatch(name):
        raise _RefusalError(400, "NAME_INVALID")
    _require_access(registry, request, name)
    return _KINDS[kind](registry, request, name, reference)


def _token(registry: Registry, request: _Request) -> _Answer:
    token = registry.access.token(request.authorization, request.target)
    if token is None:
        raise _RefusalError(401, "UNAUTHORIZED")
    return _Answer(200, json.dumps({"token": token}).encode(), {"Content-Type": "application/json"})


def _require_access(registry: Registry, request: _Request, name: str) -> None:
    challenge = registry.access.challenge(request.authorization, request.method, name, registry.url)
    if challenge:
        raise _RefusalError(401, "UNAUTHORIZED", WWW_Authenticate=challenge)


def _manifests(registry: Registry, request: _Request, name: str, reference: str) -> _Answer:
    if not (DIGEST.fullmatch(reference) or TAG.fullmatch(reference)):
        raise _RefusalError(404, "MANIFEST_UNKNOWN")
    if request.method == "PUT":
        return _put_manifest(registry, request, name, reference)
    kept = registry.repositories.get(name)
    if kept is None:
        raise _RefusalError(404, "NAME_UNKNOWN" if request.method == "GET" else "MANIFEST_UNKNOWN")
    digest = kept.tags.get(reference, reference)
    if digest not in kept.manifests:
        raise _RefusalError(404, "MANIFEST_UNKNOWN")
    kind, content = kept.manifests[digest]
    # As registry 3.1 decides (registry/handlers/manifests.go): `*/*` is no media type of a manifest.
    accepted = [each.split(";")[0].strip() for each in request.headers.get("accept", "").split(",")]
    if kind in (OCI_MANIFEST, DOCKER_LIST) and kind not in accepted:
        raise _RefusalError(404, "MANIFEST_UNKNOWN")
    named = {"Docker-Content-Digest": digest} if registry.names_digests else {}
    return _Answer(200, content, {"Content-Type": kind, **named})


def _put_manifest(registry: Registry, request: _Request, name: str, reference: str) -> _Answer:
    """Refused unless it is one, and all that it names is there."""
    kept = registry.repositories.setdefault(name, Repository())
    kind, digest = request.headers.get("content-type", ""), digest_of(request.body)
    if DIGEST.fullmatch(reference) and reference != digest:
        raise _RefusalError(400, "DIGEST_INVALID")
    try:
        manifest = json.loads(request.body)
        parts = manifest["manifests"] if kind in INDEXES else [manifest["config"], *manifest["layers"]]
        named = [part["digest"] for part in parts]
    except (ValueError, KeyError, TypeError):
        raise _RefusalError(400, "MANIFEST_INVALID") from None
    if kind not in (*INDEXES, *MANIFESTS) or manifest.get("mediaType", kind) != kind:
        raise _RefusalError(400, "MANIFEST_INVALID")
    there = kept.manifests if kind in INDEXES else kept.blobs
    if any(each not in there for each in named):
        raise _RefusalError(400, "MANIFEST_BLOB_UNKNOWN")
    kept.manifests[digest] = (kind, request.body)
    if not DIGEST.fullmatch(reference):
        kept.tags[reference] = digest
    where = f"{registry.url}/v2/{name}/manifests/{digest}"
    return _Answer(201, headers={"Location": where, "Docker-Content-Digest": digest})


def _blobs(registry: Registry, request: _Request, name: str, reference: str) -> _Answer:
    if reference in ("uploads", "uploads/"):
        return _begin_upload(registry, request, name)
    content = registry.repositories.get(name, Repository()).blobs.get(reference)
    if not DIGEST.fullmatch(reference):
        raise _RefusalError(400, "DIGEST_INVALID")
    if content is None:
        raise _RefusalError(404, "BLOB_UNKNOWN")
    headers = {"Content-Type": "application/octet-stream", "Docker-Content-Digest": reference}
    return _Answer(200, content, headers)


def _begin_upload(registry: Registry, request: _Request, name: str) -> _Answer:
    """A new one, or a blob of another repository of this registry at once."""
    kept = registry.repositories.setdefault(name, Repository())
    mounted, source = request.asked("mount"), registry.repositories.get(request.asked("from"))
    if mounted and source and mounted in source.blobs:
        kept.blobs[mounted] = source.blobs[mounted]
        where = f"{registry.url}/v2/{name}/blobs/{mounted}"
        return _Answer(201, headers={"Location": where, "Docker-Content-Digest": mounted})
    upload = f"{secrets.token_hex(8)}?_state={secrets.token_hex(8)}"
    registry.uploads[upload] = b""
    return _Answer(202, headers={"Location": f"{registry.url}/v2/{name}/blobs/uploads/{upload}", "Range": "0-0"})


def _uploads(registry: Registry, request: _Request, name: str, reference: str) -> _Answer:
    upload = f"{reference.removeprefix('uploads/')}?_state={request.asked('_state')}"
    if upload not in registry.uploads:
        raise _RefusalError(404, "BLOB_UPLOAD_UNKNOWN")
    registry.uploads[upload] += request.body
    content, where = registry.uploads[upload], f"{registry.url}/v2/{name}/blobs"
    if request.method == "PATCH":
        return _Answer(202, headers={"Location": f"{where}/uploads/{upload}", "Range": f"0-{len(content) - 1}"})
    if request.method != "PUT" or request.asked("digest") != digest_of(content):
        raise _RefusalError(400, "DIGEST_INVALID")
    registry.repositories[name].blobs[digest_of(content)] = registry.uploads.pop(upload)
    digest = digest_of(content)
    return _Answer(201, headers={"Location": f"{where}/{digest}", "Docker-Content-Digest": digest})


def _tags(registry: Registry, request: _Request, name: str, reference: str) -> _Answer:
    kept = registry.repositories.get(name)
    if kept is None or reference != "list":
        raise _RefusalError(404, "NAME_UNKNOWN")
    return _Answer(200, json.dumps({"name": name, "tags": sorted(kept.tags)}).encode())


_KINDS = {"manifests": _manifests, "blobs": _blobs, "uploads": _uploads, "tags": _tags}
