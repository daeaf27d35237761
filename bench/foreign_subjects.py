"""Somebody else who edits a shared list of people all the time: `kubectl edit clusterrolebinding`.

Owns: subjects of its own, added behind the others and removed again in a conditional write, and the account of
those that others took away meanwhile. The people of stacks stand between its own, so that a writer who counts on
places is found out.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from kubernetes.dynamic.exceptions import ConflictError

from local.kube.objects import Object, Objects

GROUP = "rbac.authorization.k8s.io"
PAUSE_SECONDS = 0.4
KEPT = 3
"""How many of its people stand there at a time."""


@dataclass
class ForeignSubjects:
    """Writes while the block runs; at its end it has removed whom it added."""

    kubeconfig: Path
    name: str
    """Of the ClusterRoleBinding."""
    pause: float = PAUSE_SECONDS
    """Seconds between two edits."""
    lost: list[str] = field(default_factory=list[str])
    """Its people whom others took away."""
    writes: int = 0
    conflicts: int = 0
    _present: list[str] = field(default_factory=list[str])
    _failure: list[Exception] = field(default_factory=list[Exception])
    _stop: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._run, name="foreign writer")
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stop.set()
        self._thread.join()
        if self._failure and error is None:
            raise self._failure[0]

    def _run(self) -> None:
        objects, number = Objects.connect(self.kubeconfig), 0
        try:
            while not self._stop.wait(self.pause):
                number += 1
                self._edit(objects, [f"Blue.{number}@example.com", *self._present[: KEPT - 1]])
            self._edit(objects, [])
        except Exception as error:
            self._failure.append(error)

    def _edit(self, objects: Objects, wanted: list[str]) -> None:
        """Read, put the wanted ones in the place of those that were, write; again when somebody wrote meanwhile."""
        while True:
            found: Object = objects.get(f"{GROUP}/v1", "ClusterRoleBinding", self.name) or {}
            subjects: list[dict[str, Any]] = found.get("subjects") or []
            names = [each["name"] for each in subjects]
            self.lost += [name for name in self._present if name not in names]
            others = [each for each in subjects if each["name"] not in self._present]
            ours = [{"apiGroup": GROUP, "kind": "User", "name": name} for name in wanted]
            body = {"apiVersion": f"{GROUP}/v1", "kind": "ClusterRoleBinding", **found, "subjects": [*others, *ours]}
            try:
                objects.replace(body)
            except ConflictError:
                self.conflicts += 1
                continue
            self.writes += 1
            self._present = wanted
            return
