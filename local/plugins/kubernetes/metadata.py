"""Stand-in for pulumi-kubernetes: names, namespaces and the `pulumi.com/` annotations of an object.

Owns: auto-naming, the default namespace, ids, and reading the annotations that steer the plugin. Values may be
unknown in a preview: an unknown map counts as given.
"""

from __future__ import annotations

import hashlib
from typing import Any

from local.plugins.provider import Values

AUTONAMED = "pulumi.com/autonamed"

CLUSTER_SCOPED = frozenset(
    {
        "APIService",
        "CSIDriver",
        "CSINode",
        "CertificateSigningRequest",
        "ClusterRole",
        "ClusterRoleBinding",
        "CustomResourceDefinition",
        "IngressClass",
        "MutatingWebhookConfiguration",
        "Namespace",
        "Node",
        "PersistentVolume",
        "PriorityClass",
        "RuntimeClass",
        "StorageClass",
        "ValidatingAdmissionPolicy",
        "ValidatingAdmissionPolicyBinding",
        "ValidatingWebhookConfiguration",
        "VolumeAttachment",
    }
)
"""Built-in kinds without a namespace: known without asking the API server."""


def of(values: Values) -> Values:
    """The object's metadata; empty when it is missing or unknown."""
    found = values.get("metadata")
    return found if isinstance(found, dict) else {}


def annotation(values: Values, name: str) -> str | None:
    """The value of an annotation such as `pulumi.com/waitFor`."""
    found = of(values).get("annotations")
    value = found.get(name) if isinstance(found, dict) else None
    return None if value is None else str(value)


def switched_on(values: Values, name: str) -> bool:
    """Whether an annotation says `true`."""
    return (annotation(values, name) or "").lower() == "true"


def object_id(values: Values) -> str:
    """The resource's id: `<namespace>/<name>`, or the name of an object without a namespace."""
    metadata = of(values)
    name, namespace = str(metadata["name"]), metadata.get("namespace")
    return f"{namespace}/{name}" if namespace else name


def split_id(id: str) -> tuple[str | None, str]:
    """Namespace (if any) and name of an id."""
    namespace, _, name = id.rpartition("/")
    return namespace or None, name


def with_name(logical: str, news: Values, olds: Values, seed: bytes) -> Values:
    """The inputs with a generated name and the annotation that says so, when the program gives no name.

    A name generated before is kept.
    """
    if not _open(news) or of(news).get("name") or of(news).get("generateName"):
        return news
    kept = of(olds).get("name") if switched_on(olds, AUTONAMED) else None
    suffix = hashlib.sha256(seed + logical.encode()).hexdigest()[:8]
    metadata = dict(of(news))
    annotations = metadata.get("annotations")
    if annotations is None or isinstance(annotations, dict):
        metadata["annotations"] = {**(annotations or {}), AUTONAMED: "true"}
    return {**news, "metadata": {**metadata, "name": kept or f"{logical}-{suffix}"}}


def with_namespace(news: Values, namespace: str) -> Values:
    """The inputs with a namespace, unless the program gives one."""
    if not _open(news) or of(news).get("namespace"):
        return news
    return {**news, "metadata": {**of(news), "namespace": namespace}}


def without_namespace(values: Values) -> Values:
    """The same object without a namespace."""
    return {**values, "metadata": {k: v for k, v in of(values).items() if k != "namespace"}}


def _open(news: Values) -> bool:
    """Whether metadata can be completed: it is a map, or not there at all."""
    given: Any = news.get("metadata")
    return given is None or isinstance(given, dict)
