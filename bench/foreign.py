"""Somebody else who edits dex's configuration all the time: kubectl's get, an editor, kubectl's replace.

Owns: entries of its own with comments of its own, added and removed in a conditional write, and the account of what
others did to them before it removed them: taken away, or not there letter for letter. Does not restart dex: its users
can wait.
"""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from kubernetes.dynamic.exceptions import ConflictError

from local.kube.objects import Object, Objects
from local.kube.seed import DEX_CONFIG_KEY, DEX_NAME, DEX_NAMESPACE

PAUSE_SECONDS = 0.4
KEPT = 3
"""How many of its entries stand there at a time."""

HASH = "$2a$10$jNjaTO6ZAXKWqaL4QUa3DuAZRihdihYywpIU9isn/KCq52WNqToVG"
LIST = re.compile(r"^staticPasswords:.*\n(?=(?: *#.*\n)*( *)- )", re.MULTILINE)
"""The list's beginning; the group is how far its entries are indented."""


def block(number: int, indent: str) -> str:
    """The lines of one entry, comments included."""
    lines = (
        f"# team blue, desk {number}: ask before you remove this",
        f"- email: Blue.{number}@example.com",
        f"  hash: {HASH}   # made with htpasswd",
        f"  username: blue{number}",
        f'  userID: "blue-{number}"',
    )
    return "".join(f"{indent}{line}\n" for line in lines)


@dataclass
class ForeignWriter:
    """Writes while the block runs; at its end it has removed what it added."""

    kubeconfig: Path
    lost: list[int] = field(default_factory=list)
    """Its entries that others took away."""
    altered: list[int] = field(default_factory=list)
    """Its entries that others wrote anew, in their own way; it leaves those alone."""
    writes: int = 0
    conflicts: int = 0
    _present: dict[int, str] = field(default_factory=dict)
    """Its entries as it wrote them."""
    _failure: list[Exception] = field(default_factory=list)
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
            while not self._stop.wait(PAUSE_SECONDS):
                number += 1
                self._edit(objects, add=number, keep=KEPT - 1)
            self._edit(objects, add=None, keep=0)
        except Exception as error:
            self._failure.append(error)

    def _edit(self, objects: Objects, *, add: int | None, keep: int) -> None:
        """Read, remove all but the newest, add one, write; again when somebody else wrote meanwhile."""
        while True:
            found: Object = objects.get("v1", "ConfigMap", DEX_NAME, DEX_NAMESPACE) or {}
            text: str = found["data"][DEX_CONFIG_KEY]
            self._look(text)
            after = dict(list(self._present.items())[-keep:] if keep else [])
            for number in self._present.keys() - after.keys():
                text = text.replace(self._present[number], "")
            if add is not None and (begin := LIST.search(text)):
                after[add] = block(add, begin[1])
                text = text[: begin.end()] + after[add] + text[begin.end() :]
            found["data"][DEX_CONFIG_KEY] = text
            try:
                objects.replace({"apiVersion": "v1", "kind": "ConfigMap", **found})
            except ConflictError:
                self.conflicts += 1
                continue
            self.writes += 1
            self._present = after
            return

    def _look(self, text: str) -> None:
        """Note what others did to the entries."""
        for number, lines in list(self._present.items()):
            if text.count(lines) != 1:
                (self.altered if f"Blue.{number}@" in text else self.lost).append(number)
                del self._present[number]
