"""Stand-in for pulumi-kubernetes: what of a live object is the program's, and what has become of it.

Owns: the inputs that `refresh` reports. Only fields that the program set count: what the API server filled in and
what others added is no drift. A value that is spelt otherwise by the API server ("1000m" read back as "1") is no
drift either, so the live object is compared with the object as it was read after the last apply.
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


def observed(inputs: Any, recorded: Any, live: Any) -> Any:
    """The inputs that would give the live object.

    `inputs` are the last ones, `recorded` the object as read after they were applied. A field that is gone from the
    live object is left out; one that never shows (`stringData` of a Secret) stays.
    """
    if live == recorded:
        return inputs
    if isinstance(inputs, dict) and isinstance(live, dict):
        before = recorded if isinstance(recorded, dict) else {}
        return {
            key: observed(value, before.get(key), live.get(key))
            for key, value in inputs.items()
            if key in live or key not in before
        }
    if isinstance(inputs, list) and isinstance(live, list) and len(inputs) == len(live):
        before = recorded if isinstance(recorded, list) and len(recorded) == len(live) else [None] * len(live)
        return [observed(*each) for each in zip(inputs, before, live, strict=True)]
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
