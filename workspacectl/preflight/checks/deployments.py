"""What of Kubernetes' add-ons runs, and in which version.

Owns: finding an add-on's Deployment, and reading those of it. Does not own any check. It is asked for where the
add-on's own manifests have it, and looked for among all Deployments only where it is not there: whoever may not list
them gets an answer all the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from project_workspace.kube.cluster import Document, Ref, deployment
from project_workspace.kube.metadata import labels_of
from project_workspace.remote.errors import RefusedError
from workspacectl.preflight.answers import Answer, ok, warning
from workspacectl.preflight.site import Site, any_of

DEPLOYMENTS = Ref("apis/apps/v1", "deployments", "Deployment", "", "")
NAME_LABELS = ("app.kubernetes.io/name", "app", "k8s-app")
"""The labels that name what runs."""


@dataclass(frozen=True)
class AddOn:
    """What an add-on is called."""

    called: str
    """In words."""
    namespace: str
    names: tuple[str, ...]
    """Of its Deployment, in the add-on's own manifests; the newest first."""
    labels: tuple[str, ...] = ()
    """Values of the labels that name it, wherever it is."""
    container: str = ""
    """The container whose image says the version; empty: the first."""


def find(site: Site, addon: AddOn) -> Document | None:
    """The add-on's Deployment. Raises `RemoteError`."""
    for name in addon.names:
        if found := site.cluster.find(deployment(addon.namespace, name)):
            return found
    if not addon.labels:
        return None
    try:
        return next((each for each in site.cluster.every(DEPLOYMENTS) if _is(each, addon.labels)), None)
    except RefusedError:
        return None


def _is(found: Document, labels: Sequence[str]) -> bool:
    return any(labels_of(found).get(key) in labels for key in NAME_LABELS)


def available(found: Document) -> int:
    """How many of its pods serve."""
    return int(any_of(found, "status", "availableReplicas") or 0)


def version(found: Document, container: str = "") -> str:
    """The tag of the container's image; empty where it has none, or there is no such container."""
    containers: list[Document] = any_of(found, "spec", "template", "spec", "containers") or []
    image = next((str(each["image"]) for each in containers if not container or each["name"] == container), "")
    return tag_of(image)


def tag_of(image: str) -> str:
    """The tag in an image's reference, without a digest; empty where it has none."""
    _, _, tag = image.partition("@")[0].rpartition("/")[2].partition(":")
    return tag


def place(found: Document) -> str:
    """Where it is, in words."""
    return f"{found['metadata']['namespace']}/{found['metadata']['name']}"


def running(site: Site, addon: AddOn, *, remedy: str) -> Answer:
    """That the add-on runs, and its version; a warning where it does not, or is not to be found."""
    found = find(site, addon)
    looked = f"Deployment {addon.namespace}/{addon.names[0]}"
    if found is None:
        return warning(f"no {looked}", f"{addon.called}, under whatever name", remedy)
    told = f"{place(found)}, version {version(found, addon.container) or 'not said by its image'}"
    if not available(found):
        look = f"kubectl -n {found['metadata']['namespace']} describe deployment {found['metadata']['name']}"
        return warning(f"{told}: no pod of it is available", f"{addon.called} that runs", look)
    return ok(f"{told}, {available(found)} running")
