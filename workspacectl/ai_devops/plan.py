"""What an uninstall takes away, and in which order: what is left of it now, each time it is asked.

Owns: the steps. Does not own carrying them out (`removal.py`), nor what in them is people's (`data.py`).

The order, and why it is not that of the installer's own script, which deletes its files from the first to the last and
so begins with the namespace of the controllers: an object with a finalizer goes only while its controller runs, a
definition goes only when its objects are gone, and a namespace only when everything in it is.

1. objects of the kinds that the manifests define, people's work among them, while the controllers run;
2. Profiles, and with each its namespace: the last that the controllers have to clean up;
3. webhooks and aggregated APIs, which would refuse what follows once nothing answers behind them;
4. the definitions, of which nothing is left;
5. workloads, then what else is in a namespace; 6. what is in none; 7. namespaces.

Only what the manifests name goes, and what is of a kind or in a namespace that goes with it. A namespace in which
somebody else's workload runs stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property

from project_workspace.kube.cluster import Cluster, Document, Ref, namespace_ref, profile_ref
from project_workspace.kube.discovery import Discovery, api_of
from workspacectl.ai_devops.manifests import Named

DEFINITION, EXTENSIONS = "CustomResourceDefinition", "apiextensions.k8s.io"
IN_FRONT = ("ValidatingWebhookConfiguration", "MutatingWebhookConfiguration", "APIService")
WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet", "CronJob", "Job", "ReplicaSet", "Pod")
APPS = ("Deployment", "StatefulSet", "DaemonSet")
"""What keeps a namespace where the manifests do not name it, and no other object owns it."""
PROFILE = profile_ref("")
NEVER = ("default", "kube-system", "kube-public", "kube-node-lease")
"""Namespaces that are Kubernetes' own."""
AT_ONCE = 8
"""How many objects are asked for at the same time."""


@dataclass(frozen=True)
class Thing:
    """An object that is there."""

    ref: Ref
    found: Document

    @property
    def uid(self) -> str:
        """What no other object ever has."""
        return str(self.found["metadata"]["uid"])

    @property
    def owners(self) -> frozenset[str]:
        """Uids of those with which it goes, by the cluster's own collection."""
        return frozenset(str(each["uid"]) for each in self.found["metadata"].get("ownerReferences") or ())


@dataclass(frozen=True)
class Step:
    """One step; nothing of the next begins before this one's things are gone."""

    title: str
    left: Callable[[], list[Thing]]
    """What of it is there now."""


class Plan:
    """The steps for one cluster and the objects that the manifests name."""

    def __init__(self, cluster: Cluster, named: Sequence[Named]) -> None:
        self.cluster, self.named, self.kinds = cluster, named, Discovery(cluster)

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """In their order."""
        return (
            Step(
                "Objects of the kinds that the manifests define",
                lambda: [each for each in self.custom() if not _is_profile(each.ref)],
            ),
            Step("Profiles, and with each its namespace", self._profiles),
            Step("Webhooks and aggregated APIs", lambda: self._of(lambda each: each.kind in IN_FRONT)),
            Step("Definitions", lambda: self._of(lambda each: each.kind == DEFINITION)),
            Step("Workloads", lambda: self._of(lambda each: each.kind in WORKLOADS)),
            Step("What else is in a namespace", lambda: self._of(_is_rest, namespaced=True)),
            Step("What is in none", lambda: self._of(_is_rest, namespaced=False)),
            Step("Namespaces", self.namespaces),
        )

    def custom(self) -> list[Thing]:
        """All objects of the kinds that the manifests define, Profiles among them."""
        definitions = self._of(lambda each: each.kind == DEFINITION and each.group == EXTENSIONS)
        return [each for definition in definitions for each in self._of_kind(definition.found)]

    def namespaces(self) -> list[Thing]:
        """Those that the manifests name, without those that stay."""
        found = self._of(lambda each: each.kind == "Namespace" and not each.group and each.name not in NEVER)
        return [each for each in found if not self.strangers(each.ref.name)]

    def staying(self) -> dict[str, list[str]]:
        """Namespaces that the manifests name and that stay, each with whose workloads are in it."""
        names = [each.name for each in self.named if each.kind == "Namespace" and not each.group]
        return {name: found for name in names if (found := self.strangers(name))}

    def strangers(self, namespace: str) -> list[str]:
        """Workloads in it that neither the manifests name nor another object owns."""
        ours = {(each.kind, each.name) for each in self.named if each.namespace == namespace}
        refs = [self.kinds.ref("apps/v1", kind, namespace, "") for kind in APPS]
        listed = [Thing(ref, each) for ref in refs if ref for each in self.cluster.every(ref)]
        return sorted(
            f"{each.ref.kind} {each.found['metadata']['name']}"
            for each in listed
            if not each.owners and (each.ref.kind, each.found["metadata"]["name"]) not in ours
        )

    def controllers_not_running(self) -> list[str]:
        """Deployments of the manifests of which nothing is available: what waits for one of them would hang."""
        found = self._of(lambda each: each.kind == "Deployment")
        return [str(each.ref) for each in found if not (each.found.get("status") or {}).get("availableReplicas")]

    def _profiles(self) -> list[Thing]:
        return [*(each for each in self.custom() if _is_profile(each.ref)), *self.namespaces_of_people()]

    def namespaces_of_people(self) -> list[Thing]:
        """Those that a Profile owns, whether it is still there or not."""
        found = self.cluster.every(namespace_ref(""))
        owned = [each for each in found if any(map(_by_a_profile, each["metadata"].get("ownerReferences") or ()))]
        return [Thing(namespace_ref(each["metadata"]["name"]), each) for each in owned]

    def _of_kind(self, definition: Document) -> Iterator[Thing]:
        spec = definition["spec"]
        served = self.kinds.versions.get(spec["group"], ())
        versions = [each["name"] for each in spec["versions"] if each.get("served") and each["name"] in served]
        if not versions:
            return
        kind, plural = spec["names"]["kind"], spec["names"]["plural"]
        for found in self.cluster.every(Ref(api_of(spec["group"], versions[0]), plural, kind, "", "")):
            metadata = found["metadata"]
            place = metadata.get("namespace", "")
            yield Thing(Ref(api_of(spec["group"], versions[0]), plural, kind, place, metadata["name"]), found)

    def _of(self, chosen: Callable[[Named], bool], namespaced: bool | None = None) -> list[Thing]:
        refs = (
            self.kinds.ref(each.api_version, each.kind, each.namespace, each.name)
            for each in self.named
            if chosen(each)
        )
        return self._present(ref for ref in refs if ref and namespaced in (None, bool(ref.namespace)))

    def _present(self, refs: Iterable[Ref]) -> list[Thing]:
        asked = list(refs)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            found = list(pool.map(self.cluster.find, asked))
        return [Thing(ref, each) for ref, each in zip(asked, found, strict=True) if each]


def _is_profile(ref: Ref) -> bool:
    return ref.kind == PROFILE.kind and ref.api.rpartition("/")[0] == PROFILE.api.rpartition("/")[0]


def _by_a_profile(owner: Document) -> bool:
    return owner["kind"] == PROFILE.kind and f"apis/{owner['apiVersion']}".startswith(PROFILE.api.rpartition("/")[0])


def _is_rest(named: Named) -> bool:
    return named.kind not in (DEFINITION, *IN_FRONT, *WORKLOADS) and (named.kind, named.group) != ("Namespace", "")
