"""One stack's preview (or `up`), read from the engine's events: what changes, what policies said, what failed.

Owns: the form of the events (`sdk/go/common/apitype/events.go`). Does not own any words. Debug output is not read at
all: it may hold what nobody should see (pulumi/pulumi#24479).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from workspacectl.failures import ToolError
from workspacectl.review.losses import losses
from workspacectl.review.properties import Change, changes

ACTIONS = {
    "create": "create",
    "import": "create",
    "update": "update",
    "replace": "replace",
    "create-replacement": "replace",
    "delete": "delete",
    "refresh": "drift",
}
"""The engine's operations that are shown, and as what. Halves of a replacement (`delete-replaced`) are not counted."""
DYNAMIC = "pulumi-python:dynamic/"
KUBERNETES = "kubernetes:"
_OF_CONTROLLERS = re.compile(
    r"status(\.|$)|metadata\.(resourceVersion|generation|managedFields)(\.|\[|$)"
    r'|metadata\.annotations\["pv\.kubernetes\.io/|spec\.claimRef$'
)
"""What Kubernetes itself writes on an object while nobody changes it: a volume is bound after it was made."""


class UnreadableError(ToolError):
    """The text is not what the engine writes; says where."""


@dataclass(frozen=True)
class Step:
    """One resource that changes, or that has changed without the program (`drift`)."""

    action: str
    type: str
    name: str
    changes: list[Change] = field(default_factory=list[Change])
    losses: list[str] = field(default_factory=list[str])
    """Sentences: what is taken away that somebody may rely on."""


@dataclass(frozen=True)
class Violation:
    """What a policy said."""

    policy: str
    level: str
    """`mandatory` or `advisory`."""
    resource: str
    """Type and name; empty for the stack."""
    text: str


@dataclass(frozen=True)
class Preview:
    """What one command would do, or did."""

    stack: str
    """Its program and name, such as `workbench/trial-dev`."""
    steps: list[Step] = field(default_factory=list[Step])
    violations: list[Violation] = field(default_factory=list[Violation])
    errors: list[str] = field(default_factory=list[str])
    config: Mapping[str, str] = field(default_factory=dict[str, str])

    def count(self, action: str) -> int:
        """How many resources it happens to."""
        return sum(1 for step in self.steps if step.action == action)


def read(text: str, stack: str) -> Preview:
    """The preview of that stack. Raises UnreadableError."""
    events = list(_events(text))
    return Preview(
        stack=stack,
        steps=list(_steps(events)),
        violations=[_violation(each) for each in _of(events, "policyEvent")],
        errors=list(_errors(events)),
        config=next((each.get("config") or {} for each in _of(events, "preludeEvent")), {}),
    )


def _events(text: str) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            event = json.loads(line)
        except ValueError:
            event = None
        if not isinstance(event, dict) or "sequence" not in event:
            raise UnreadableError(
                f"Expected an engine event in line {number}, for example '{{\"sequence\": 0, …}}'. Run 'pulumi preview "
                "--json' with PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true."
            )
        yield event


def _of(events: Iterable[Mapping[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [event[kind] for event in events if kind in event]


def _steps(events: list[dict[str, Any]]) -> Iterator[Step]:
    seen: set[tuple[str, str]] = set()
    for told in _of(events, "resourcePreEvent") + _of(events, "resOutputsEvent"):
        step = _step(told["metadata"])
        key = (told["metadata"]["urn"], step.action)
        if step.action and key not in seen and (step.action != "drift" or step.changes):
            seen.add(key)
            yield step


def _step(metadata: Mapping[str, Any]) -> Step:
    old, new = metadata.get("old") or {}, metadata.get("new") or {}
    action = ACTIONS.get(metadata["op"], "")
    type_, name = metadata["type"], metadata["urn"].rpartition("::")[2]
    lost = [] if action == "drift" else losses(type_, old.get("inputs") or {}, new.get("inputs") or {})
    if action in ("", "create", "delete"):
        return Step(action, type_, name, losses=lost)
    part = "outputs" if action == "drift" else "inputs"
    paths = metadata.get("detailedDiff") or () if part == "inputs" else ()
    found = changes(old.get(part) or {}, new.get(part) or {}, paths)
    if type_.startswith(DYNAMIC):
        # After a refresh their inputs are their outputs: what only one of the two can have is no change.
        found = [each for each in found if each[1] is not None and each[2] is not None] or found
    if type_.startswith(KUBERNETES) and action == "drift":
        found = [each for each in found if not _OF_CONTROLLERS.match(each[0])]
    return Step(action, type_, name, found, lost)


def _violation(told: Mapping[str, Any]) -> Violation:
    urn = told.get("resourceUrn") or ""
    type_ = urn.split("::")[2].rsplit("$", 1)[-1] if urn.count("::") >= 3 else ""
    # The description of the rule is its first line, what is wrong here the others.
    _, _, text = told["message"].strip().partition("\n")
    return Violation(
        told["policyName"],
        told["enforcementLevel"],
        f"{type_} {urn.rpartition('::')[2]}".strip(),
        (text or told["message"]).strip(),
    )


def _errors(events: list[dict[str, Any]]) -> Iterator[str]:
    for told in _of(events, "diagnosticEvent"):
        message = told.get("message", "").strip()
        if told.get("severity") == "error" and message not in ("preview failed", "update failed"):
            yield message
