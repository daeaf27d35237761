"""Whose a Kubeflow namespace is: what its annotation `owner` says.

Owns: reading it, and the refusal to delete a Profile whose namespace Kubeflow takes for somebody else's. Does not own
who the owner shall be (`gate.py`), nor putting it back (`namespace_metadata.py`). Why a refusal: of such a namespace
the controller leaves everything as it is, its finalizer on the Profile too, so the deletion would wait until its time
is out, with half of the workspace gone (docs/facts/kubeflow-profiles.md, "A namespace of somebody else").
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from project_workspace.kube.cluster import Cluster, profile_ref
from project_workspace.kube.metadata import annotations_of
from project_workspace.remote.errors import RefusedError

OWNER = "owner"
"""The annotation by which Kubeflow's controller knows a namespace's owner."""


def owner_of(namespace: Mapping[str, Any]) -> str | None:
    """Whom the annotation of a namespace names; None without one."""
    return annotations_of(namespace).get(OWNER)


def require_own_namespace(cluster: Cluster, name: str) -> None:
    """Raise RefusedError when the namespace of the Profile is not its owner's; nothing when either is not there."""
    profile = cluster.find(profile_ref(name))
    namespace = cluster.namespace(name) if profile else None
    if profile is None or namespace is None:
        return
    owner, found = profile["spec"]["owner"]["name"], owner_of(namespace)
    if found != owner:
        raise RefusedError(
            f"Kubeflow would never let Profile {name} go: the annotation '{OWNER}' of its namespace is "
            f"{f'{found!r}' if found else 'missing'}, and its owner is {owner!r}. Nothing was deleted",
            where=cluster.server,
            remedy="'pulumi up --refresh' puts it right; then run this again.",
        )
