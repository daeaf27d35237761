"""What one stack notes on an object that is not its own: what it wrote there, and what was there before.

Owns: the annotation, its form, and reading it. Does not own what is written (labels of a namespace, the mark of a
StorageClass), nor the write. Why on the object and not in the state: a run that is killed between the write and the
state must not leave what nobody takes away.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Optional

from project_workspace.kube.metadata import Found, annotations_of
from project_workspace.stack_mark import StackMark

Note = dict[str, dict[str, Optional[str]]]
"""By key: what this stack wrote (`is`), and what was there before (`was`)."""


def key_of(prefix: str, props: Mapping[str, Any]) -> str:
    """The annotation of the stack that the properties name; several stacks may note on one object."""
    whose = StackMark.noted(props)
    return prefix + hashlib.sha256(f"{whose.project}/{whose.stack}".encode()).hexdigest()[:10]


def noted(found: Found, prefix: str, *stacks: Mapping[str, Any]) -> Note:
    """What the stacks of these properties have written: one stack, which may have had another name before.

    Nothing where the note was edited away.
    """
    whole: Note = {}
    for props in stacks:
        with suppress(ValueError):
            note: Any = json.loads(annotations_of(found).get(key_of(prefix, props), "{}")) if props else {}
            whole |= _right(note)
    return whole


def _right(note: Any) -> Note:
    entries: dict[str, Any] = note if isinstance(note, dict) else {}
    return {key: each for key, each in entries.items() if isinstance(each, dict) and {"is", "was"} <= each.keys()}


def written(prefix: str, olds: Mapping[str, Any], news: Mapping[str, Any], kept: Note) -> dict[str, Optional[str]]:
    """The annotations by which the note becomes `kept`; None takes one away. `olds` is empty for something new."""
    before: dict[str, Optional[str]] = {key_of(prefix, olds): None} if olds else {}
    return {**before, key_of(prefix, news): json.dumps(kept) if kept else None}
