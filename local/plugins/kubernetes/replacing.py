"""Stand-in for pulumi-kubernetes: what differs between two sets of inputs, and which differences replace the object.

Paths are the engine's property paths, for example `spec.resourceQuotaSpec.hard.cpu` or
`metadata.labels["app.kubernetes.io/name"]`. What Kubernetes cannot change in place follows the official plugin
(pulumi-kubernetes provider/pkg/provider/diff.go).
"""

from __future__ import annotations

import json
import re
from typing import Any

from local.plugins.provider import Values

ALWAYS = frozenset({"apiVersion", "kind", "metadata.name", "metadata.namespace"})
IMMUTABLE: dict[tuple[str, str], frozenset[str]] = {
    ("", "ConfigMap"): frozenset({"data", "binaryData", "immutable"}),
    ("", "PersistentVolume"): frozenset({"spec.csi", "spec.hostPath", "spec.local", "spec.nfs"}),
    ("", "PersistentVolumeClaim"): frozenset(
        {"spec.accessModes", "spec.selector", "spec.storageClassName", "spec.volumeName"}
    ),
    ("", "Secret"): frozenset({"data", "stringData", "type", "immutable"}),
    ("apps", "Deployment"): frozenset({"spec.selector"}),
    ("apps", "DaemonSet"): frozenset({"spec.selector"}),
    ("apps", "StatefulSet"): frozenset(
        {"spec.podManagementPolicy", "spec.selector", "spec.serviceName", "spec.volumeClaimTemplates"}
    ),
    ("batch", "Job"): frozenset({"spec.selector", "spec.template"}),
    ("rbac.authorization.k8s.io", "ClusterRoleBinding"): frozenset({"roleRef"}),
    ("rbac.authorization.k8s.io", "RoleBinding"): frozenset({"roleRef"}),
    ("storage.k8s.io", "StorageClass"): frozenset({"parameters", "provisioner"}),
}
"""Paths, by group and kind."""

_MISREAD = re.compile(r'[."\[\]]')
"""Characters that would be read as more than a key's: only a key with one of them is quoted (pulumi-kubernetes,
`addPatchValueToDiff`)."""


def replace_paths(group: str, kind: str, *, mutable: bool) -> frozenset[str]:
    """The paths whose change needs a new object; `mutable` is the provider's setting for ConfigMaps and Secrets."""
    return ALWAYS if mutable else ALWAYS | IMMUTABLE.get((group, kind), frozenset())


def differences(olds: Any, news: Any, replace: frozenset[str], path: str = "") -> list[str]:
    """The paths that differ, sorted by key; below a path of `replace` that path itself stands for all.

    A field that is null counts as absent, as it does for the engine.
    """
    if olds == news:
        return []
    if path in replace or not _same_shape(olds, news):
        return [path]
    if isinstance(olds, list):
        pairs = enumerate(zip(olds, news, strict=True))
        return [p for i, (old, new) in pairs for p in differences(old, new, replace, f"{path}[{i}]")]
    keys = sorted({*olds, *news})
    return [p for k in keys for p in differences(olds.get(k), news.get(k), replace, _join(path, k))]


def shown_inputs(values: Values) -> Values:
    """The inputs without what is the plugin's own."""
    return {k: v for k, v in values.items() if not k.startswith("__")}


def _same_shape(olds: Any, news: Any) -> bool:
    if isinstance(olds, list) and isinstance(news, list):
        return len(olds) == len(news)
    return isinstance(olds, dict) and isinstance(news, dict)


def _join(path: str, key: str) -> str:
    if _MISREAD.search(key):
        return f"{path}[{json.dumps(key)}]"
    return f"{path}.{key}" if path else key
