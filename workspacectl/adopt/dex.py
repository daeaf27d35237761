"""Where dex keeps its configuration, and the workspace's user: an entry in it, or an object beside it.

Owns: the search for a dex in another place than that of Kubeflow's manifests: a ConfigMap that is named or labelled
dex and whose text has what only dex's configuration has. Does not own the reading of that text
(`project_workspace.dex`). Why all of them are looked at: the one that has the user is the one that the user logs in to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from project_workspace.dex import config_file, password_storage
from project_workspace.dex.config_file import Entry
from project_workspace.dex.options import PASSWORD_OBJECT, DexOptions
from project_workspace.kube.cluster import Cluster, config_map, deployment
from project_workspace.remote.errors import NotFoundError, RefusedError

_NAMED = re.compile("dex")
_LABELS = ("app", "app.kubernetes.io/name", "app.kubernetes.io/component", "k8s-app")
_CONFIGURATION = re.compile(
    rf"^[\"']?({config_file.LIST}|{config_file.SWITCH})[\"']?\s*:", re.MULTILINE | re.IGNORECASE
)


@dataclass(frozen=True, kw_only=True)
class FoundDex:
    """Where dex is, and the user in it."""

    place: DexOptions
    user: Entry | None
    """Holds a hash: never to be shown."""


def dex_of(cluster: Cluster, email: str, given: Mapping[str, str]) -> FoundDex | None:
    """The dex that has the user, else one that has not; None without any.

    `given` are those of dex's settings that somebody has named; with any of them there is no search.
    Raises `RemoteError`, NotFoundError when there is nothing where it was named.
    """
    if given:
        place = DexOptions(**given)
        return _looked_at(cluster, _with_its_deployment(cluster, place, given), email)
    usual = DexOptions()
    found = list(_at(cluster, usual, email))
    if not any(each.user for each in found):
        found += _elsewhere(cluster, usual, email)
    return next((each for each in found if each.user), found[0] if found else None)


def _looked_at(cluster: Cluster, place: DexOptions, email: str) -> FoundDex:
    text, _ = cluster.config_text(place.namespace, place.config_map, place.key)
    return _found(cluster, place, text, email)


def _found(cluster: Cluster, place: DexOptions, text: str, email: str) -> FoundDex:
    """That dex, with the user by whom it lets in: a static one rules over an object."""
    user = config_file.find(text, email)
    if user or not password_storage.is_storage_of(text):
        return FoundDex(place=place, user=user)
    ref = password_storage.password_ref(place.namespace, email)
    try:
        there = cluster.find(ref) if cluster.serves(ref) else None
    except RefusedError:
        there = None  # it may not be read
    if there is None:
        return FoundDex(place=place, user=None)
    stored_in = place.model_copy(update={"stored_in": PASSWORD_OBJECT})
    return FoundDex(place=stored_in, user=password_storage.entry_of(there))


def _at(cluster: Cluster, place: DexOptions, email: str) -> Iterator[FoundDex]:
    try:
        yield _looked_at(cluster, place, email)
    except NotFoundError:
        return


def _elsewhere(cluster: Cluster, usual: DexOptions, email: str) -> Iterator[FoundDex]:
    for found in _every(cluster, config_map("", "")):
        metadata = found["metadata"]
        if not _is_called_dex(metadata):
            continue
        for key, text in sorted((found.get("data") or {}).items()):
            if _CONFIGURATION.search(text):
                at = {"namespace": metadata["namespace"], "config_map": metadata["name"], "key": key}
                yield from _readable(cluster, usual.model_copy(update=at), text, email)


def _readable(cluster: Cluster, place: DexOptions, text: str, email: str) -> Iterator[FoundDex]:
    """What dex itself could not read is no dex's."""
    try:
        found = _found(cluster, place, text, email)
    except RefusedError:
        return
    yield replace(found, place=_with_its_deployment(cluster, found.place, {}))


def _with_its_deployment(cluster: Cluster, place: DexOptions, given: Mapping[str, str]) -> DexOptions:
    """With the Deployment that mounts the ConfigMap; the usual one when none does."""
    if "deployment" in given:
        return place
    mounting = [
        each["metadata"]["name"]
        for each in _every(cluster, deployment(place.namespace, ""))
        if place.config_map in _mounted(each)
    ]
    named = place.deployment if place.deployment in mounting or not mounting else min(mounting)
    return place.model_copy(update={"deployment": named})


def _every(cluster: Cluster, kind: Any) -> list[dict[str, Any]]:
    """All of that kind; none where they may not be listed, which nothing else of an adoption needs."""
    try:
        return list(cluster.every(kind))
    except RefusedError:
        return []


def _is_called_dex(metadata: Mapping[str, Any]) -> bool:
    labels = metadata.get("labels") or {}
    return any(_NAMED.search(str(name)) for name in (metadata["name"], *(labels.get(key, "") for key in _LABELS)))


def _mounted(workload: Mapping[str, Any]) -> Iterator[str]:
    for volume in workload["spec"]["template"]["spec"].get("volumes") or []:
        sources = [volume, *((volume.get("projected") or {}).get("sources") or [])]
        yield from (source["configMap"]["name"] for source in sources if source.get("configMap"))
