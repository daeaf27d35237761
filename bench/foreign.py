"""Somebody else who edits dex's configuration all the time.

Owns: entries of its own with comments of its own, and the account of what others did to them before it removed them:
taken away, or not there letter for letter. Does not own when and how it writes (`somebody_else.py`). Does not restart
dex: its users can wait.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bench.somebody_else import SomebodyElse
from local.kube.objects import Object, Objects
from local.kube.seed import DEX_CONFIG_KEY, DEX_NAME, DEX_NAMESPACE

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
class ForeignWriter(SomebodyElse):
    """Adds an entry at the head of the list at every edit."""

    lost: list[int] = field(default_factory=list[int], init=False)
    """Its entries that others took away."""
    altered: list[int] = field(default_factory=list[int], init=False)
    """Its entries that others wrote anew, in their own way; it leaves those alone."""

    def edited(self, objects: Objects, *, keep: int, add: int | None) -> tuple[Object, dict[int, str]]:
        found: Object = objects.get("v1", "ConfigMap", DEX_NAME, DEX_NAMESPACE) or {}
        text: str = found["data"][DEX_CONFIG_KEY]
        self._look(text)
        after = self.newest(keep)
        for number in self._present.keys() - after.keys():
            text = text.replace(self._present[number], "")
        if add is not None and (begin := LIST.search(text)):
            after[add] = block(add, begin[1])
            text = text[: begin.end()] + after[add] + text[begin.end() :]
        found["data"][DEX_CONFIG_KEY] = text
        return {"apiVersion": "v1", "kind": "ConfigMap", **found}, after

    def _look(self, text: str) -> None:
        """Note what others did to the entries."""
        for number, lines in list(self._present.items()):
            if text.count(lines) != 1:
                (self.altered if f"Blue.{number}@" in text else self.lost).append(number)
                del self._present[number]
