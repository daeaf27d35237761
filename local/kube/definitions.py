"""The custom kinds of a cluster with Kubeflow: Profile, Istio's AuthorizationPolicy, and those of dex's own records.

Owns: making their definitions and waiting until they are served. They are made before the controllers start: the
garbage collector looks for new kinds only every 30 seconds, and until it knows Profiles their deletion hangs. dex would
make its own, but it ends when they are not served at once (docs/facts/dex.md, "Logins and restarts, tried").
"""

from __future__ import annotations

import time

from local.kube import manifests
from local.kube.objects import Object, Objects
from local.processes import PlatformError

FILES = ("profiles-crd.yaml", "authorizationpolicies-crd.yaml")
DEX_KINDS = {
    "authcodes": "AuthCode",
    "authrequests": "AuthRequest",
    "connectors": "Connector",
    "devicerequests": "DeviceRequest",
    "devicetokens": "DeviceToken",
    "oauth2clients": "OAuth2Client",
    "offlinesessionses": "OfflineSessions",
    "passwords": "Password",
    "refreshtokens": "RefreshToken",
    "signingkeies": "SigningKey",
}
"""By plural, as dex makes them (dexidp/dex v2.45.1, storage/kubernetes/types.go)."""
DEX_GROUP = "dex.coreos.com"
LIMIT_SECONDS = 30.0

_KIND = ("apiextensions.k8s.io/v1", "CustomResourceDefinition")


def ensure(objects: Objects) -> None:
    """Make the definitions that are missing. Raises PlatformError when one is not served in time."""
    wanted = [document for file in FILES for document in manifests.documents(file)]
    wanted += [_of_dex(plural, kind) for plural, kind in DEX_KINDS.items()]
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


def _of_dex(plural: str, kind: str) -> Object:
    schema = {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}
    names = {"plural": plural, "singular": kind.lower(), "kind": kind, "listKind": f"{kind}List"}
    return {
        "apiVersion": _KIND[0],
        "kind": _KIND[1],
        "metadata": {"name": f"{plural}.{DEX_GROUP}"},
        "spec": {
            "group": DEX_GROUP,
            "names": names,
            "scope": "Namespaced",
            "versions": [{"name": "v1", "served": True, "storage": True, "schema": schema}],
        },
    }


def _is_established(objects: Objects, name: str) -> bool:
    found = objects.get(*_KIND, name) or {}
    conditions = (found.get("status") or {}).get("conditions") or []  # null while the definition is new
    return any(each["type"] == "Established" and each["status"] == "True" for each in conditions)
