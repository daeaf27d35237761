"""Whose something is: the Pulumi project and stack that made it, as it is written on the thing itself.

Owns: the mark, and its form as AWS tags, as Kubernetes annotations and in words. Does not own which thing carries it,
or what follows from another one's (`lifecycle/collision_check.py`). Why on the thing: a state can say what a stack has
made, but not whose something is that is in no state of one's own: another stack's of the same names, or what a run that
was killed had just made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi

TAGS = ("pulumi:project", "pulumi:stack")
"""Keys of the AWS tags."""
ANNOTATIONS = ("project-workspace/pulumi-project", "project-workspace/pulumi-stack")
"""Keys of the Kubernetes annotations."""


@dataclass(frozen=True)
class StackMark:
    """One stack, as what it makes names it."""

    project: str
    """Pulumi's project, not the workspace's."""
    stack: str

    @classmethod
    def of_this_run(cls) -> StackMark:
        """The stack that the program is run for."""
        return cls(pulumi.get_project(), pulumi.get_stack())

    @classmethod
    def in_tags(cls, tags: Mapping[str, str]) -> StackMark | None:
        """Whose a thing with these AWS tags is; None without a mark."""
        return cls._in(tags, TAGS)

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> StackMark | None:
        """Whose an object of Kubernetes is; None without a mark."""
        return cls.in_annotations(found["metadata"].get("annotations") or {})

    @classmethod
    def noted(cls, props: Mapping[str, Any]) -> StackMark:
        """The stack that a dynamic resource names as its own, by `pulumiProject` and `pulumiStack`."""
        return cls(props["pulumiProject"], props["pulumiStack"])

    @classmethod
    def in_annotations(cls, annotations: Mapping[str, str]) -> StackMark | None:
        """Whose a thing with these annotations is; None without a mark."""
        return cls._in(annotations, ANNOTATIONS)

    @classmethod
    def _in(cls, found: Mapping[str, str], keys: tuple[str, str]) -> StackMark | None:
        project, stack = (found.get(key) for key in keys)
        return cls(project, stack) if project and stack else None

    @property
    def tags(self) -> dict[str, str]:
        """As AWS tags."""
        return dict(zip(TAGS, (self.project, self.stack), strict=True))

    @property
    def annotations(self) -> dict[str, str]:
        """As Kubernetes annotations."""
        return dict(zip(ANNOTATIONS, (self.project, self.stack), strict=True))

    def __str__(self) -> str:
        return f"stack '{self.stack}' of Pulumi project '{self.project}'"
