"""Kubernetes objects of any kind, built-in or custom, as plain dictionaries.

Owns: finding the REST resource of an `apiVersion` and `kind` by asking the API server about that one group, and
get, list, create, replace, patch, server-side apply, delete and watch on it. Does not own: what the objects mean.
Built on the official client's `DynamicClient` for transport, kubeconfigs and errors
(`kubernetes.dynamic.exceptions`). Its discoverers are not used: they leave a cache file in the system's temporary
folder and ask about every group.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from kubernetes import config as kube_config
from kubernetes.client import ApiClient, Configuration
from kubernetes.dynamic import DynamicClient, Resource
from kubernetes.dynamic.exceptions import DynamicApiError, NotFoundError

from project_workspace.kube import kubeconfig_files

Object = dict[str, Any]

TIMEOUT_SECONDS = (5, 60)
"""Time limits for connecting and for answering."""

_WHOLE_DISCOVERY = {"Accept": "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"}
"""Asks for the kinds of all groups in one answer (Kubernetes documentation, "The Kubernetes API", "API discovery")."""


class UnknownKindError(Exception):
    """The API server does not serve this kind (perhaps not yet: its definition may still come)."""

    def __init__(self, api_version: str, kind: str) -> None:
        super().__init__(f"The API server knows no kind '{kind}' in '{api_version}'.")


class Objects:
    """Objects of one cluster. Safe for threads."""

    def __init__(self, api_client: ApiClient) -> None:
        self.endpoint = str(api_client.configuration.host)
        self._client: Any = DynamicClient(api_client, discoverer=lambda _client, _file: None)
        self._resources: dict[tuple[str, str], Resource] = {}
        self._lock = threading.Lock()

    @classmethod
    def connect(cls, kubeconfig: Path | Mapping[str, Any] | None = None, context: str | None = None) -> Self:
        """Connect as a kubeconfig says: a file, its parsed content, or None for KUBECONFIG and ~/.kube/config.

        Raises `ConfigException`, or `KubeconfigError` for the environment's files.
        """
        configuration = Configuration()
        if kubeconfig is None:
            kubeconfig = kubeconfig_files.merged(kubeconfig_files.of_the_environment())
        if isinstance(kubeconfig, Mapping):
            kube_config.load_kube_config_from_dict(
                dict(kubeconfig), context=context, client_configuration=configuration
            )
        else:
            kube_config.load_kube_config(str(kubeconfig), context=context, client_configuration=configuration)
        if urlsplit(str(configuration.host)).hostname in ("127.0.0.1", "localhost"):
            configuration.proxy = None  # the environment's proxy cannot reach this machine
        return cls(ApiClient(configuration))

    def namespaced(self, api_version: str, kind: str) -> bool:
        """Whether objects of this kind live in namespaces. Raises UnknownKindError."""
        return bool(self._resource(api_version, kind).namespaced)

    def kinds(self) -> dict[str, tuple[str, str]]:
        """`apiVersion` and kind of everything that can be listed, by kubectl's name: `roles.rbac.authorization.k8s.io`.

        Each group in the version that the API server prefers.
        """
        found: dict[str, tuple[str, str]] = {}
        for prefix in ("api", "apis"):
            groups = self._request("get", f"/{prefix}", header_params=dict(_WHOLE_DISCOVERY))["items"]
            for group in groups:
                name, version = group["metadata"].get("name", ""), group["versions"][0]
                api_version = f"{name}/{version['version']}" if name else version["version"]
                for each in version.get("resources") or []:
                    if "list" in each["verbs"]:
                        full_name = f"{each['resource']}.{name}" if name else each["resource"]
                        found[full_name] = (api_version, each["responseKind"]["kind"])
        return found

    def get(self, api_version: str, kind: str, name: str, namespace: str | None = None) -> Object | None:
        """The object, or None when there is none."""
        path = self._resource(api_version, kind).path(name=name, namespace=namespace)
        try:
            return self._request("get", path)
        except NotFoundError:
            return None

    def list_all(self, api_version: str, kind: str, namespace: str | None = None) -> tuple[list[Object], str]:
        """All objects of a kind, of one namespace or of all, and the resource version to watch them from."""
        found = self._request("get", self._resource(api_version, kind).path(namespace=namespace))
        items = [{"apiVersion": api_version, "kind": kind, **item} for item in found["items"]]
        return items, found["metadata"]["resourceVersion"]

    def create(self, obj: Object, manager: str) -> Object:
        """Make an object. Raises ConflictError when it exists."""
        return self._request("post", self._path(obj, named=False), body=obj, field_manager=manager)

    def replace(self, obj: Object, manager: str | None = None) -> Object:
        """Write a whole object. Raises ConflictError when its `metadata.resourceVersion` is not the newest."""
        return self._request("put", self._path(obj), body=obj, field_manager=manager)

    def merge(self, obj: Object, patch: Object, subresource: str = "") -> Object:
        """Merge `patch` (RFC 7396) into the object that `obj` names, or into a subresource such as `status`."""
        path = self._path(obj) + (f"/{subresource}" if subresource else "")
        return self._request("patch", path, body=patch, content_type="application/merge-patch+json")

    def bind(self, pod: Object, node: str) -> None:
        """Give a pod to a node, as a scheduler does."""
        target = {"apiVersion": "v1", "kind": "Node", "name": node}
        name = {"name": pod["metadata"]["name"], "namespace": pod["metadata"]["namespace"]}
        body = {"apiVersion": "v1", "kind": "Binding", "metadata": name, "target": target}
        self._request("post", self._path(pod) + "/binding", body=body)

    def apply(self, obj: Object, manager: str, *, force: bool = False) -> Object:
        """Server-side apply. Raises ConflictError when another manager owns a field with another value."""
        return self._request(
            "patch",
            self._path(obj),
            body=obj,
            content_type="application/apply-patch+yaml",
            field_manager=manager,
            force_conflicts=force,
        )

    def delete(
        self,
        api_version: str,
        kind: str,
        name: str,
        namespace: str | None = None,
        *,
        propagation: str = "Background",
        grace_seconds: int | None = None,
        uid: str | None = None,
    ) -> bool:
        """Ask for the deletion of an object; False when there is none. With `uid` only of exactly that one."""
        path = self._resource(api_version, kind).path(name=name, namespace=namespace)
        options: Object = {"apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": propagation}
        if grace_seconds is not None:
            options["gracePeriodSeconds"] = grace_seconds
        if uid:
            options["preconditions"] = {"uid": uid}
        try:
            self._request("delete", path, body=options)
        except NotFoundError:
            return False
        return True

    def watch(
        self, api_version: str, kind: str, namespace: str | None, version: str, seconds: int
    ) -> Iterator[tuple[str, Object]]:
        """Events since a resource version, for at most `seconds`: (ADDED, MODIFIED or DELETED, the object)."""
        resource = self._resource(api_version, kind)
        for event in self._client.watch(resource, namespace=namespace, resource_version=version, timeout=seconds):
            yield event["type"], event["raw_object"]

    def _path(self, obj: Object, *, named: bool = True) -> str:
        metadata = obj["metadata"]
        resource = self._resource(obj["apiVersion"], obj["kind"])
        return resource.path(name=metadata["name"] if named else None, namespace=metadata.get("namespace"))

    def _request(self, method: str, path: str, **parameters: Any) -> Object:
        response = self._client.request(method, path, serialize=False, _request_timeout=TIMEOUT_SECONDS, **parameters)
        return json.loads(response.data)

    def _resource(self, api_version: str, kind: str) -> Resource:
        with self._lock:
            found = self._resources.get((api_version, kind))
        if found is None:
            found = self._discover(api_version, kind)
            with self._lock:
                self._resources[(api_version, kind)] = found
        return found

    def _discover(self, api_version: str, kind: str) -> Resource:
        group, _, version = api_version.rpartition("/")
        prefix = "apis" if group else "api"
        try:
            # A group that has only just come is answered with null.
            served = self._request("get", f"/{prefix}/{api_version}")["resources"] or []
        except NotFoundError:
            served = []
        for each in served:
            if each["kind"] == kind and "/" not in each["name"]:
                return Resource(
                    prefix=prefix,
                    group=group,
                    api_version=version,
                    kind=kind,
                    namespaced=each["namespaced"],
                    verbs=each["verbs"],
                    name=each["name"],
                    client=self._client,
                )
        raise UnknownKindError(api_version, kind)


def explain(error: DynamicApiError) -> str:
    """What the API server said about a refused request: the message of its Status document."""
    try:
        return str(json.loads(error.body)["message"])
    except (KeyError, TypeError, ValueError):
        return str(error.reason)
