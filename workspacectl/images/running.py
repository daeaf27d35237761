"""What runs in the cluster now, compared with a list.

Owns: which images of pods are in no list: a list is made by reading files, and a pod may have what no file names, such
as the sidecar that Istio puts in. Does not own the list.
"""

from __future__ import annotations

from collections.abc import Iterable

from project_workspace.images.reference import Reference, find
from project_workspace.kube.cluster import CORE, Cluster, Document, Ref
from workspacectl.images.needed import Needed

PODS = Ref(CORE, "pods", "Pod", "", "")
STATUSES = ("initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses")


def in_cluster(cluster: Cluster) -> dict[Reference, str]:
    """Each image of a pod, with its digest, and one pod that has it. Raises `RemoteError`."""
    found: dict[Reference, str] = {}
    for pod in cluster.every(PODS):
        for image in _of(pod):
            found.setdefault(image, f"{pod['metadata']['namespace']}/{pod['metadata']['name']}")
    return found


def _of(pod: Document) -> Iterable[Reference]:
    status = pod.get("status") or {}
    for container in (each for kind in STATUSES for each in status.get(kind) or ()):
        named = find(str(container.get("image") or ""))
        # As the container runtime says it, perhaps `docker-pullable://NAME@DIGEST`; the id of an image alone is none.
        pulled = find(str(container.get("imageID") or "").rpartition("://")[2])
        digest = pulled.digest if pulled else None
        if named:
            yield Reference(named.registry, named.path, named.tag, named.digest or digest)


def unlisted(running: Iterable[Reference], listed: Iterable[Needed]) -> list[Reference]:
    """What runs and is in the list neither as a source nor as a target, by repository."""
    known = {name for each in listed for name in (each.source.name, each.target.name)}
    return sorted((each for each in running if each.name not in known), key=str)
