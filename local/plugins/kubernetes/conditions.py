"""Stand-in for pulumi-kubernetes: the annotation `pulumi.com/waitFor`, parsed and asked of an object.

Forms (pulumi-kubernetes provider/pkg/metadata/overrides.go): `jsonpath={.status.phase}=Running`,
`jsonpath={.status.phase}` (there at all), `condition=Ready`, `condition=Ready=False`, or a JSON list of these.
Of JSONPath only fields and list positions are implemented: `.metadata.finalizers[0]`, `.metadata.labels['a.b/c']`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from local.plugins.provider import PluginError, Values

_STEP = re.compile(r"\.(?P<field>[A-Za-z_][\w-]*)|\[(?P<index>\d+)\]|\[['\"](?P<quoted>[^'\"]+)['\"]\]")
_EXAMPLE = "for example 'jsonpath={.status.phase}=Running' or 'condition=Ready'"


@dataclass(frozen=True)
class Condition:
    """One thing to wait for: its text, and whether an object meets it."""

    text: str
    holds: Callable[[Values], bool]


def parse(text: str) -> list[Condition]:
    """The conditions of an annotation's value. Raises PluginError when it cannot be understood."""
    if not text.lstrip().startswith("["):
        return [_parse_one(text)]
    try:
        texts = json.loads(text)
    except ValueError:
        texts = None
    if not isinstance(texts, list) or not texts or not all(isinstance(each, str) for each in texts):
        raise PluginError(f"Expected a JSON list of conditions in pulumi.com/waitFor, {_EXAMPLE}.")
    return [_parse_one(each) for each in texts]


def _parse_one(text: str) -> Condition:
    form, found, rest = text.partition("=")
    if form == "jsonpath" and found:
        return _json_path(text, rest)
    if form == "condition" and rest:
        return _status_condition(text, rest)
    raise PluginError(f"Expected a condition in pulumi.com/waitFor, {_EXAMPLE}; got '{text}'.")


def _json_path(text: str, rest: str) -> Condition:
    match = re.fullmatch(r"\{(?P<path>[^{}]*)\}(?:=(?P<value>.+))?", rest, re.DOTALL)
    if match is None:
        raise PluginError(f"Expected a JSONPath in braces in pulumi.com/waitFor, {_EXAMPLE}; got '{text}'.")
    steps, value = _steps(match["path"]), match["value"]

    def holds(live: Values) -> bool:
        found = _follow(live, steps)
        if value is None:
            return found is not None
        return found is not None and _as_text(found) == value

    return Condition(text, holds)


def _steps(path: str) -> list[str | int]:
    steps: list[str | int] = []
    position = 0
    while position < len(path):
        match = _STEP.match(path, position)
        if match is None:
            raise PluginError(
                f"Not implemented by the stand-in for pulumi-kubernetes: the JSONPath '{path}' in pulumi.com/waitFor. "
                "It knows fields and list positions, for example '.metadata.finalizers[0]'."
            )
        index = match["index"]
        steps.append(int(index) if index is not None else match["field"] or match["quoted"])
        position = match.end()
    return steps


def _follow(value: Any, steps: list[str | int]) -> Any:
    for step in steps:
        if isinstance(step, int):
            value = value[step] if isinstance(value, list) and step < len(value) else None
        else:
            value = value.get(step) if isinstance(value, dict) else None
    return value


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _status_condition(text: str, rest: str) -> Condition:
    wanted, _, status = rest.partition("=")

    def holds(live: Values) -> bool:
        state, generation = live.get("status") or {}, live["metadata"].get("generation", 0)
        if state.get("observedGeneration", generation) < generation:
            return False
        return any(
            each.get("type", "").lower() == wanted.lower()
            and each.get("status", "").lower() == (status or "True").lower()
            and each.get("observedGeneration", generation) >= generation
            for each in state.get("conditions") or []
        )

    return Condition(text, holds)
