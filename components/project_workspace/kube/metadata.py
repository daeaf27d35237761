"""Labels and annotations of an object as it was read, and the change of some of them.

Owns: reading them, and writing only what differs, if nobody has written since. Does not own what any of them means.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from project_workspace.kube.cluster import Cluster, Document, Ref

Found = Mapping[str, Any]
"""An object as the API server gives it."""


def labels_of(found: Found) -> dict[str, str]:
    """The labels of an object; empty without any."""
    return found["metadata"].get("labels") or {}


def annotations_of(found: Found) -> dict[str, str]:
    """The annotations of an object; empty without any."""
    return found["metadata"].get("annotations") or {}


def change(
    cluster: Cluster, ref: Ref, found: Found, labels: Mapping[str, str | None], annotations: Mapping[str, str | None]
) -> None:
    """Set some of the object's, and take away those that are None. A conflict is `Cluster.retry_on_conflict`'s."""
    metadata: Document = {
        "labels": {key: value for key, value in labels.items() if labels_of(found).get(key) != value},
        "annotations": {key: value for key, value in annotations.items() if annotations_of(found).get(key) != value},
    }
    if changes := {part: each for part, each in metadata.items() if each}:
        body = {"metadata": {"resourceVersion": found["metadata"]["resourceVersion"], **changes}}
        cluster.attempt(lambda: cluster.merge(ref, body))
