"""Which kinds a cluster serves, and how it is asked for an object that somebody else's manifest names.

Owns: the way from `apiVersion` and `kind` to a `Ref`. Does not own reading manifests, nor any object. A version that is
served no more does not hide an object: it is still there, under another version of its group.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from project_workspace.kube.cluster import CORE, Cluster, Ref


@dataclass
class Discovery:
    """What one cluster serves; each API is asked for once."""

    cluster: Cluster
    _kinds: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict, repr=False)

    @cached_property
    def versions(self) -> dict[str, list[str]]:
        """By group, the versions that are served, the cluster's own choice first; the core's group is empty."""
        return {"": ["v1"], **{each["name"]: list(_in_order(each)) for each in self.cluster.groups()}}

    def serves(self, api_version: str, kind: str) -> bool:
        """Whether there is this kind under exactly this `apiVersion`."""
        group, _, version = api_version.rpartition("/")
        return version in self.versions.get(group, ()) and kind in self._served(group, version)

    def ref(self, api_version: str, kind: str, namespace: str, name: str) -> Ref | None:
        """Where the object is, or would be; None where no version of the group has the kind.

        `namespace` counts where the kind is one of a namespace.
        """
        group, _, wanted = api_version.rpartition("/")
        for version in sorted(self.versions.get(group, ()), key=lambda each: each != wanted):
            if found := self._served(group, version).get(kind):
                place = namespace if found["namespaced"] else ""
                return Ref(api_of(group, version), str(found["name"]), kind, place, name)
        return None

    def _served(self, group: str, version: str) -> dict[str, dict[str, Any]]:
        api = api_of(group, version)
        if api not in self._kinds:
            found = self.cluster.resources(api)
            self._kinds[api] = {str(each["kind"]): each for each in found if "/" not in each["name"]}
        return self._kinds[api]


def api_of(group: str, version: str) -> str:
    """As `Ref` has it."""
    return f"apis/{group}/{version}" if group else CORE


def _in_order(group: dict[str, Any]) -> Iterator[str]:
    preferred = (group.get("preferredVersion") or {}).get("version")
    versions = [str(each["version"]) for each in group["versions"]]
    return iter(sorted(versions, key=lambda each: each != preferred))
