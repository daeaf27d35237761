"""What was made by hand for Run:ai in a namespace, as settings of a stack file.

Owns: the search: the label, the template's bindings, and who is in the namespace's list of executors. Does not look for
viewers: they see all projects, so no one workspace's file is the place of those who are there. Does not own the form of
any of it (`project_workspace.runai`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from project_workspace.kube.cluster import RBAC, Cluster, Ref
from project_workspace.kube.metadata import labels_of
from project_workspace.runai.claims import users_of
from project_workspace.runai.options import DEFAULT_LABEL, SHARED, USER_ID
from project_workspace.runai.template import GENERATIONS, executors_of


@dataclass(frozen=True)
class FoundRunai:
    """The Run:ai project of a namespace."""

    project: str
    template: str | None = None
    """The generation of the template that was applied; None for none."""
    executors: Sequence[str] = ()

    @property
    def settings(self) -> dict[str, Any]:
        """As the section `runai`."""
        people = {"executors": list(self.executors), "bindings": SHARED} if self.executors else {}
        return {"project": self.project, **({"template": self.template} if self.template else {}), **people}


def runai_of(cluster: Cluster, namespace: str) -> FoundRunai | None:
    """The project of the namespace; None when it is none's. Raises `RemoteError`."""
    found = cluster.namespace(namespace)
    project = labels_of(found).get(DEFAULT_LABEL) if found else None
    if not project:
        return None
    listed = cluster.every(Ref(RBAC, "rolebindings", "RoleBinding", namespace, ""))
    return _described(project, {str(each["metadata"]["name"]): each for each in listed})


def _described(project: str, bindings: Mapping[str, Mapping[str, Any]]) -> FoundRunai:
    """By the list of executors, whose name tells the template's generations apart."""
    generation = next((each for each in GENERATIONS if executors_of(each) in bindings), None)
    if generation is None:
        return FoundRunai(project)
    people = users_of(bindings[executors_of(generation)])
    return FoundRunai(project, generation, [user for user in dict.fromkeys(people) if USER_ID.right(user)])
