"""The objects of the platform's cluster: every object of every kind that the API server lists, whole.

Owns: which kinds and fields are left out, and why. Kinds are found by asking, so that one which comes with a new
workspace, component or Kubernetes version cannot be forgotten. Does not own dex's texts: they stand as they are.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from local.inventory.comparing import fingerprint
from local.kube.definitions import DEX_GROUP, DEX_KINDS
from local.kube.objects import Object, Objects
from local.kube.seed import DEX_NAME, DEX_NAMESPACE
from local.platform import Platform
from local.processes import PlatformError

PASSWORDS = "passwords"
"""Of dex's kinds the one that others make: its users. A hash is taken as a fingerprint."""
LEFT_OUT = {
    "events": "what happened, not what is; they expire",
    "events.events.k8s.io": "the same once more",
    "componentstatuses": "a view of the servers' health, without objects",
    **{
        f"{plural}.{DEX_GROUP}": "what dex keeps for itself: keys that it changes, sessions, what is under way"
        for plural in DEX_KINDS
        if plural != PASSWORDS
    },
}
"""Kinds that are not looked at, each with its reason."""

SERVERS_METADATA = {
    "resourceVersion": "counts writes; an object that was changed and changed back has another one",
    "generation": "counts writes of the specification, likewise",
    "managedFields": "who wrote what last, and when",
}
"""Fields of every object's metadata that are not compared, each with its reason. Beside them `status`: what the system
observes of an object comes some time after the object and moves by itself."""

DEPLOYMENT_MARKS = {
    "deployment.kubernetes.io/revision": "counts rollouts",
    "kubectl.kubernetes.io/restartedAt": "when dex was restarted last",
    "project-workspace/config-sha256": "for which configuration dex was restarted last: its hash,",
    "project-workspace/config-version": "its version",
    "project-workspace/config-uid": "and its ConfigMap",
}
"""Annotations of a Deployment and of its pods that stay after a destroy (docs/operations.md, "Destroy")."""

ROLLED_OUT_BY = {"Deployment", "ReplicaSet"}
"""What these control is made anew, under another name, at every restart. They themselves are compared."""

LEASE_MOVES = {"renewTime": "whoever holds a Lease renews it"}
"""A Lease that nobody holds is left out: the two of the shared policies stay after a destroy (docs/operations.md,
"Destroy")."""

SETTLED_SECONDS = 30.0
OF_EVERY_NAMESPACE = {"serviceaccounts": "default", "configmaps": "kube-root-ca.crt"}
"""What the controllers put into every namespace, some time after it was made."""

DEX = f"{DEX_NAMESPACE}/{DEX_NAME}"

Kinds = dict[str, dict[str, Object]]
"""Kind as kubectl names it -> namespace and name -> object."""


def dex_configuration(platform: Platform) -> dict[str, str]:
    """The texts of dex's ConfigMap, by key."""
    found = Objects.connect(platform.kubeconfig).get("v1", "ConfigMap", DEX_NAME, DEX_NAMESPACE) or {}
    return found.get("data", {})


def objects(platform: Platform) -> Kinds:
    """All objects but dex's texts. Raises PlatformError when the controllers do not complete the namespaces."""
    cluster = Objects.connect(platform.kubeconfig)
    end = time.monotonic() + SETTLED_SECONDS
    while missing := _missing(found := _listed(cluster)):
        if time.monotonic() > end:
            raise PlatformError(
                f"The cluster's controllers have not made {missing} within {SETTLED_SECONDS:g} s. "
                "See run/kube-controller-manager.log in the platform's folder."
            )
        time.sleep(0.2)
    found["configmaps"].get(DEX, {}).pop("data", None)
    return found


def _listed(cluster: Objects) -> Kinds:
    found: Kinds = {}
    for full_name, (api_version, kind) in cluster.kinds().items():
        if full_name not in LEFT_OUT:
            items, _ = cluster.list_all(api_version, kind)
            found[full_name] = {_key(item): _compared(item) for item in items if _is_compared(item)}
    return found


def _missing(found: Kinds) -> str:
    """What a namespace still lacks of what every namespace gets; empty when all are complete."""
    for namespace, content in found["namespaces"].items():
        for kind, name in OF_EVERY_NAMESPACE.items():
            if "deletionTimestamp" not in content["metadata"] and f"{namespace}/{name}" not in found[kind]:
                return f"{kind} {namespace}/{name}"
    return ""


def _key(item: Object) -> str:
    metadata = item["metadata"]
    return f"{metadata['namespace']}/{metadata['name']}" if "namespace" in metadata else metadata["name"]


def _is_compared(item: Object) -> bool:
    if item["kind"] == "Lease":
        return bool(item["spec"].get("holderIdentity"))
    owners = item["metadata"].get("ownerReferences", [])
    return not any(owner.get("controller") and owner["kind"] in ROLLED_OUT_BY for owner in owners)


def _compared(item: Object) -> Object:
    """An object without what is not compared."""
    found = {key: value for key, value in item.items() if key != "status"}
    found["metadata"] = _without(item["metadata"], SERVERS_METADATA)
    if item["kind"] == "Deployment":
        template = item["spec"]["template"]
        pods = {**template, "metadata": _without_marks(template["metadata"])}
        found = {**found, "metadata": _without_marks(found["metadata"]), "spec": {**item["spec"], "template": pods}}
    elif item["kind"] == "Lease":
        found["spec"] = _without(item["spec"], LEASE_MOVES)
    elif item["kind"] == DEX_KINDS[PASSWORDS]:
        found["hash"] = fingerprint(str(item.get("hash", "")))
    elif item["kind"] == "Secret":
        found["data"] = {key: fingerprint(value) for key, value in (item.get("data") or {}).items()}
    return found


def _without_marks(metadata: Object) -> Object:
    """Metadata without the marks of restarts; annotations of which none is left are none."""
    annotations = _without(metadata.get("annotations") or {}, DEPLOYMENT_MARKS)
    return {**_without(metadata, {"annotations": ""}), **({"annotations": annotations} if annotations else {})}


def _without(content: Mapping[str, Any], left_out: Mapping[str, str]) -> Object:
    return {key: value for key, value in content.items() if key not in left_out}
