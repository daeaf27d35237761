"""Somebody else who edits a shared list of people all the time: `kubectl edit clusterrolebinding`.

Owns: subjects of its own, added behind the others, and the account of those that others took away meanwhile. Does not
own when and how it writes (`somebody_else.py`). The people of stacks stand between its own, so that a writer who counts
on places is found out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bench.somebody_else import SomebodyElse
from local.kube.objects import Object, Objects

GROUP = "rbac.authorization.k8s.io"


@dataclass
class ForeignSubjects(SomebodyElse):
    """Adds a person behind the others at every edit."""

    name: str
    """Of the ClusterRoleBinding."""
    lost: list[str] = field(default_factory=list[str], init=False)
    """Its people whom others took away."""

    def edited(self, objects: Objects, *, keep: int, add: int | None) -> tuple[Object, dict[int, str]]:
        found: Object = objects.get(f"{GROUP}/v1", "ClusterRoleBinding", self.name) or {}
        subjects: list[dict[str, Any]] = found.get("subjects") or []
        self._look([each["name"] for each in subjects])
        after = self.newest(keep)
        if add is not None:
            after[add] = f"Blue.{add}@example.com"
        others = [each for each in subjects if each["name"] not in self._present.values()]
        ours = [{"apiGroup": GROUP, "kind": "User", "name": name} for name in after.values()]
        body = {"apiVersion": f"{GROUP}/v1", "kind": "ClusterRoleBinding", **found, "subjects": [*others, *ours]}
        return body, after

    def _look(self, names: list[str]) -> None:
        """Note whom others took away."""
        for number, name in list(self._present.items()):
            if name not in names:
                self.lost.append(name)
                del self._present[number]
