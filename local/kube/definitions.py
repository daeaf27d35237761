"""The custom kinds of a cluster with Kubeflow: Profile and Istio's AuthorizationPolicy.

Owns: making their definitions and waiting until they are served. They are made before the controllers start: the
garbage collector looks for new kinds only every 30 seconds, and until it knows Profiles their deletion hangs.
"""

from __future__ import annotations

import time

from local.kube import manifests
from local.kube.objects import Objects
from local.processes import PlatformError

FILES = ("profiles-crd.yaml", "authorizationpolicies-crd.yaml")
LIMIT_SECONDS = 30.0

_KIND = ("apiextensions.k8s.io/v1", "CustomResourceDefinition")


def ensure(objects: Objects) -> None:
    """Make the definitions that are missing. Raises PlatformError when one is not served in time."""
    wanted = [document for file in FILES for document in manifests.documents(file)]
    manifests.make_missing(objects, wanted, "kubeflow-installer")
    deadline = time.monotonic() + LIMIT_SECONDS
    for definition in wanted:
        name = definition["metadata"]["name"]
        while not _is_established(objects, name):
            if time.monotonic() > deadline:
                raise PlatformError(
                    f"The API server did not accept the definition {name} within {LIMIT_SECONDS:g} s: "
                    "look at its conditions and at kube-apiserver.log."
                )
            time.sleep(0.05)


def _is_established(objects: Objects, name: str) -> bool:
    found = objects.get(*_KIND, name) or {}
    conditions = (found.get("status") or {}).get("conditions") or []  # null while the definition is new
    return any(each["type"] == "Established" and each["status"] == "True" for each in conditions)
