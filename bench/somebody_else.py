"""Somebody else who edits all the time what many stacks share: kubectl's get, an editor, kubectl's replace.

Owns: the thread, the pause between two edits, the conditional write that begins again when somebody wrote meanwhile,
which of its entries stay how long, and the first failure, which the end of the block raises. Does not own what is
edited, nor what others may do to it (`foreign.py` for dex's configuration, `foreign_subjects.py` for a list of people).
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from kubernetes.dynamic.exceptions import ConflictError

from local.kube.objects import Object, Objects

PAUSE_SECONDS = 0.4
KEPT = 3
"""How many of its entries stand there at a time."""


@dataclass
class SomebodyElse(ABC):
    """Writes while the block runs; at its end it has removed what it added."""

    kubeconfig: Path
    pause: float = field(default=PAUSE_SECONDS, kw_only=True)
    """Seconds between two edits."""
    writes: int = field(default=0, init=False)
    conflicts: int = field(default=0, init=False)
    _present: dict[int, str] = field(default_factory=dict[int, str], init=False)
    """Its entries as it wrote them, by the number of the edit; the newest is last."""
    _failure: list[Exception] = field(default_factory=list[Exception], init=False)
    _stop: threading.Event = field(default_factory=threading.Event, init=False)

    @abstractmethod
    def edited(self, objects: Objects, *, keep: int, add: int | None) -> tuple[Object, dict[int, str]]:
        """Read, and answer the object as it shall be with the entries of its own that it then has.

        Only the newest `keep` of those that are there stay; the one with the number `add` comes, if there is one.
        """

    def newest(self, keep: int) -> dict[int, str]:
        """Its newest entries."""
        return dict(list(self._present.items())[-keep:] if keep else [])

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
                self._edit(objects, keep=KEPT - 1, add=number)
            self._edit(objects, keep=0, add=None)
        except Exception as error:
            self._failure.append(error)

    def _edit(self, objects: Objects, *, keep: int, add: int | None) -> None:
        while True:
            wanted, present = self.edited(objects, keep=keep, add=add)
            try:
                objects.replace(wanted)
            except ConflictError:
                self.conflicts += 1
                continue
            self.writes += 1
            self._present = present
            return
