"""People in a binding that many stacks and administrators edit: put in and taken out, nobody else touched.

Owns: the edit of one binding's document, and the note on it of who put somebody in: an annotation for each person of
each stack. Does not own the write (`kube/cluster.py`), nor which binding it is. Why a note on the object: two stacks
may have put in the same person, who stays until both have let go; and one who was there before is somebody else's and
stays for good. Neither can be told from the list, and a state is lost when a run is killed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from project_workspace.kube.metadata import annotations_of
from project_workspace.stack_mark import StackMark

PREFIX = "project-workspace/subject-"
"""Begins the keys of the annotations."""
GROUP = "rbac.authorization.k8s.io"

Document = dict[str, Any]


@dataclass(frozen=True)
class Claim:
    """That a stack has put a person in."""

    user: str
    mark: StackMark

    @property
    def key(self) -> str:
        """The annotation's key, the same for nobody else."""
        parts = json.dumps([self.user, self.mark.project, self.mark.stack])
        return f"{PREFIX}{hashlib.sha256(parts.encode()).hexdigest()[:32]}"

    @property
    def text(self) -> str:
        """The annotation."""
        return json.dumps({"user": self.user, "project": self.mark.project, "stack": self.mark.stack})


def claims(binding: Mapping[str, Any]) -> Iterator[Claim]:
    """Everybody's; what is no claim's own text counts for nothing."""
    for key, text in annotations_of(binding).items():
        if key.startswith(PREFIX) and (found := _read(text)) and found.key == key:
            yield found


def users_of(binding: Mapping[str, Any]) -> list[str]:
    """The people in the list."""
    return [each["name"] for each in binding.get("subjects") or [] if each.get("kind") == "User"]


def claimed(binding: Mapping[str, Any], mark: StackMark) -> list[str]:
    """The people that a stack has put in, by its claims."""
    return sorted(each.user for each in claims(binding) if each.mark == mark)


def settled(
    binding: Mapping[str, Any],
    wanted: Sequence[str],
    *,
    mark: StackMark,
    ours: Collection[str] = (),
    was: StackMark | None = None,
) -> Document:
    """The binding in which, of the people of this stack, exactly those `wanted` stand.

    `ours` are people of whom the state says that this stack put them in, though their claims may be gone; `was` is the
    mark by which it did. Who stands there without any claim, and is not of `ours`, was there before: left as found, now
    and later. Applied to its own result it changes nothing.
    """
    found = deepcopy(dict(binding))
    annotations: dict[str, str] = annotations_of(found)
    subjects: list[Document] = found.get("subjects") or []
    mine = {mark, was or mark}
    had = {*ours, *(each.user for each in claims(found) if each.mark in mine)}
    others = {each.user for each in claims(found) if each.mark not in mine}
    for user in had:
        for each in mine:
            annotations.pop(Claim(user, each).key, None)
    gone = had - {*wanted} - others
    subjects = [each for each in subjects if each.get("kind") != "User" or each["name"] not in gone]
    there = {each["name"] for each in subjects if each.get("kind") == "User"}
    for user in wanted:
        if user in there and user not in had | others:
            continue
        if user not in there:
            subjects.append({"apiGroup": GROUP, "kind": "User", "name": user})
        claim = Claim(user, mark)
        annotations[claim.key] = claim.text
    _put(found["metadata"], "annotations", annotations)
    _put(found, "subjects", subjects)
    return found


def _put(document: Document, key: str, content: Any) -> None:
    """As the API server gives it back: what is empty is not there."""
    if content:
        document[key] = content
    else:
        document.pop(key, None)


def _read(text: str) -> Claim | None:
    try:
        found = json.loads(text)
        return Claim(str(found["user"]), StackMark(str(found["project"]), str(found["stack"])))
    except (ValueError, TypeError, KeyError):
        return None
