"""Somebody on the platform's cluster who may do what a file under docs/permissions gives, and nothing else.

Owns: a service account with a token, its roles, its kubeconfig, and the list of what it asked the API server: the
kubeconfig leads through a proxy. Does not own the rules, which are the file's; only the subjects of the bindings, a
group there, are replaced.
"""

from __future__ import annotations

import re
import ssl
from base64 import b64decode
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import yaml
from kubernetes import config
from kubernetes.client import AuthenticationV1TokenRequest, CoreV1Api, V1TokenRequestSpec

from local.kube.objects import Object, Objects
from local.platform import Platform
from tests.support.faults.proxy import Dialect, Script, proxy
from tests.support.permissions import documents, right

NAMESPACE = "default"
_OBJECT = re.compile(
    r"/(?:api/v1|apis/(?P<group>[^/]+)/[^/]+)"
    r"(?:/namespaces/(?P<namespace>[^/]+)(?=/[^/]+))?/(?P<resource>[a-z]+)(?:/(?P<name>[^/]+))?$"
)
_VERBS = {"POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}


@dataclass(frozen=True)
class Identity:
    """One service account. `files` are those of its rules, for example `kubernetes-update.yaml`."""

    name: str
    files: tuple[str, ...]
    kubeconfig: str
    refused: list[str]
    """What the API server did not let it do, in the words of `asked`: the program leaves some of it for later."""
    _objects: Objects
    _script: Script

    def permit(self, *, without: tuple[str, str] | None = None) -> None:
        """Give it what its files give; `without` leaves a verb on a resource out, for example `patch` on `pods`."""
        for document in _documents(self.files):
            self._objects.apply(self._own(document, without), "tests", force=True)

    def asked(self) -> set[str]:
        """What it asked since it was made, for example `get configmaps/dex in auth`."""
        return {call.label for call in self._script.calls if not call.label.startswith("discovery")}

    def _own(self, document: dict[str, Any], without: tuple[str, str] | None) -> dict[str, Any]:
        if "subjects" in document:
            return {**document, "subjects": [{"kind": "ServiceAccount", "name": self.name, "namespace": NAMESPACE}]}
        rules = [
            {**rule, "verbs": [verb for verb in rule["verbs"] if (verb, *rule["resources"]) != without]}
            for rule in document["rules"]
        ]
        return {**document, "rules": rules}


@contextmanager
def identity(platform: Platform, name: str, *files: str) -> Generator[Identity]:
    """An identity without any rights yet."""
    admin = yaml.safe_load(platform.kubeconfig.read_text())
    script, dialect = Script(), Dialect(_label, {})
    objects = Objects.connect(platform.kubeconfig)
    account: Object = {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {"name": name, "namespace": NAMESPACE},
    }
    objects.apply(account, "tests")
    refused: list[str] = []
    with _remote(admin, refused) as remote, proxy(remote, dialect, script) as url:
        kubeconfig = yaml.safe_dump(_led_to(url, admin, _token(platform, name)))
        yield Identity(name, files, kubeconfig, refused, objects, script)
        for each in (*_documents(files), account):
            objects.delete(
                each["apiVersion"], each["kind"], each["metadata"]["name"], each["metadata"].get("namespace")
            )


def _documents(files: tuple[str, ...]) -> list[dict[str, Any]]:
    return [document for file in files for document in documents(file)]


def _remote(admin: dict[str, Any], refused: list[str]) -> httpx.Client:
    cluster = admin["clusters"][0]["cluster"]
    context = ssl.create_default_context(cadata=b64decode(cluster["certificate-authority-data"]).decode())

    def note(response: httpx.Response) -> None:
        if response.status_code == 403:
            refused.append(_label(response.request.method, response.request.url.raw_path.decode(), b""))

    return httpx.Client(
        base_url=cluster["server"], verify=context, trust_env=False, timeout=60, event_hooks={"response": [note]}
    )


def _token(platform: Platform, name: str) -> str:
    api: Any = CoreV1Api(config.new_client_from_config(str(platform.kubeconfig)))
    request = AuthenticationV1TokenRequest(spec=V1TokenRequestSpec(audiences=[]))
    return api.create_namespaced_service_account_token(name, NAMESPACE, request).status.token


def _led_to(url: str, admin: dict[str, Any], token: str) -> dict[str, Any]:
    names = {kind: admin[kind][0]["name"] for kind in ("clusters", "users")}
    return {
        **admin,
        "clusters": [{"name": names["clusters"], "cluster": {"server": url}}],
        "users": [{"name": names["users"], "user": {"token": token}}],
    }


def _label(method: str, path: str, _body: bytes) -> str:
    """A request in RBAC's words."""
    address = urlsplit(path)
    found = _OBJECT.fullmatch(address.path)
    if found is None:
        return f"discovery {address.path}"
    reading = "get" if found["name"] else "watch" if "watch" in parse_qs(address.query) else "list"
    return right(
        _VERBS.get(method, reading), found["group"] or "", found["resource"], found["namespace"], found["name"]
    )
