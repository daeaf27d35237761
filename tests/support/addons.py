"""What is installed on a cluster, for tests: Deployments, and the kinds that come with them.

Stands in for the add-ons' programs: nothing runs. The Deployments and their pods are real and followed by Kubernetes'
own controllers; that a pod is ready, which a kubelet would say, the test says. Of the kinds only the names are real.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from kubernetes.dynamic.exceptions import NotFoundError

from local.kube.objects import Objects
from tests.support.real_cluster import eventually

DEPLOYMENT = ("apps/v1", "Deployment")
DEFINITION = ("apiextensions.k8s.io/v1", "CustomResourceDefinition")


@dataclass(frozen=True)
class Installed:
    """One add-on."""

    namespace: str
    name: str
    containers: dict[str, str]
    """Images by the containers' names."""
    args: tuple[str, ...] = ()
    env_from: str = ""
    """Name of a ConfigMap that is the containers' environment."""

    @property
    def manifest(self) -> dict[str, Any]:
        labels = {"app": self.name}
        environment = {"envFrom": [{"configMapRef": {"name": self.env_from}}]} if self.env_from else {}
        more = {"args": list(self.args), **environment}
        containers = [{"name": name, "image": image, **more} for name, image in self.containers.items()]
        return {
            "apiVersion": DEPLOYMENT[0],
            "kind": DEPLOYMENT[1],
            "metadata": {"name": self.name, "namespace": self.namespace, "labels": labels},
            "spec": {
                "selector": {"matchLabels": labels},
                "template": {"metadata": {"labels": labels}, "spec": {"containers": containers}},
            },
        }


@dataclass(frozen=True)
class AddOns:
    """Installs, breaks and removes add-ons."""

    objects: Objects

    def install(self, *addons: Installed) -> None:
        """Each runs when this returns."""
        for namespace in {addon.namespace for addon in addons}:
            if self.objects.get("v1", "Namespace", namespace) is None:
                self.objects.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}}, "test")
        for addon in addons:
            self.objects.create(addon.manifest, "test")
        for addon in addons:
            self._say_ready(addon, ready=True)

    def remove(self, *addons: Installed) -> None:
        for addon in addons:
            self.objects.delete(*DEPLOYMENT, addon.name, addon.namespace)
            eventually(f"{addon.name} is gone", lambda each=addon: self._found(each) is None)

    @contextmanager
    def stopped(self, addon: Installed) -> Generator[None]:
        """It is there, and no pod of it serves, for as long as the block takes."""
        self._say_ready(addon, ready=False)
        try:
            yield
        finally:
            self._say_ready(addon, ready=True)

    @contextmanager
    def removed(self, addon: Installed) -> Generator[None]:
        """It is not there for as long as the block takes."""
        self.remove(addon)
        try:
            yield
        finally:
            self.install(addon)

    def _found(self, addon: Installed) -> dict[str, Any] | None:
        return self.objects.get(*DEPLOYMENT, addon.name, addon.namespace)

    def _say_ready(self, addon: Installed, *, ready: bool) -> None:
        status = {"conditions": [{"type": "Ready", "status": str(ready)}]}

        def settled() -> bool:
            pods = self.objects.list_all("v1", "Pod", addon.namespace)[0]
            for pod in pods:
                if pod["metadata"].get("labels", {}).get("app") == addon.name:
                    with suppress(NotFoundError):  # one that is on its way out
                        self.objects.merge(pod, {"status": status}, subresource="status")
            found = self._found(addon) or {}
            return bool(found.get("status", {}).get("availableReplicas")) is ready

        eventually(f"{addon.name} is {'ready' if ready else 'not ready'}", settled)

    @contextmanager
    def kinds(self, *names: str, version: str = "v1") -> Generator[None]:
        """The cluster has these kinds, `PLURAL.GROUP`, for as long as the block takes."""
        for name in names:
            self.objects.create(_definition(name, version), "test")
        for name in names:
            eventually(f"{name} is served", lambda each=name: self._is_served(each))
        try:
            yield
        finally:
            for name in names:
                self.objects.delete(*DEFINITION, name)
                eventually(f"{name} is gone", lambda each=name: self.objects.get(*DEFINITION, each) is None)

    def _is_served(self, name: str) -> bool:
        found = self.objects.get(*DEFINITION, name) or {}
        conditions = found.get("status", {}).get("conditions") or []
        return any(each["type"] == "Established" and each["status"] == "True" for each in conditions)


def _definition(name: str, version: str) -> dict[str, Any]:
    plural, _, group = name.partition(".")
    kind = plural.title()
    schema = {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}
    names = {"plural": plural, "singular": plural.rstrip("s"), "kind": kind, "listKind": f"{kind}List"}
    return {
        "apiVersion": DEFINITION[0],
        "kind": DEFINITION[1],
        "metadata": {"name": name},
        "spec": {
            "group": group,
            "scope": "Cluster",
            "names": names,
            "versions": [{"name": version, "served": True, "storage": True, "schema": schema}],
        },
    }
