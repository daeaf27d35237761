"""Stand-in for pulumi-kubernetes: what of a live object is the program's, and what has become of it.

Owns: the inputs that `refresh` reports. Only fields that the program set count: what the API server filled in and
what others added is no drift. A value that somebody spells otherwise ("1000m" read back as "1") is drift.
"""

from __future__ import annotations

from typing import Any

from local.plugins.provider import Values

_OF_THE_SERVER = frozenset(
    {
        "creationTimestamp",
        "deletionGracePeriodSeconds",
        "deletionTimestamp",
        "generation",
        "managedFields",
        "resourceVersion",
        "selfLink",
        "uid",
    }
)


_NEVER_SHOWN = "stringData"
"""What a Secret takes and does not show."""


def observed(inputs: Any, live: Any) -> Any:
    """The live object's values of the fields that the inputs have; a field that is gone is left out.

    As the official plugin reads them (`pruneMap` and `pruneSlice` in provider/pkg/provider/util.go).
    """
    if isinstance(inputs, dict) and isinstance(live, dict):
        return {
            key: observed(value, live.get(key, value))
            for key, value in inputs.items()
            if key in live or key == _NEVER_SHOWN
        }
    if isinstance(inputs, list) and isinstance(live, list):
        return [observed(value, found) for value, found in zip(inputs, live, strict=False)]
    return live


def as_inputs(live: Values) -> Values:
    """Inputs for an object that the program did not make: all of it but what belongs to the server.

    Of a custom resource no more than its name: its fields are in no schema of the plugin (docs/facts/
    pulumi-kubernetes.md, "Import").
    """
    found = live["metadata"]
    if _is_custom(live["apiVersion"].rpartition("/")[0]):
        name = {key: found[key] for key in ("name", "namespace") if key in found}
        return {"apiVersion": live["apiVersion"], "kind": live["kind"], "metadata": name}
    metadata = {k: v for k, v in found.items() if k not in _OF_THE_SERVER}
    return {k: v for k, v in live.items() if k != "status"} | {"metadata": metadata}


def _is_custom(group: str) -> bool:
    """Kubernetes' own groups have no dot, or end in k8s.io; so do some that are custom, which no workspace has."""
    return "." in group and not group.endswith(".k8s.io")
