"""Properties of resources by path: where two values differ, as deep as they are alike.

Owns: the engine's property paths, such as `metadata.annotations["a.b"]`. Does not own how a difference is shown.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

Change = tuple[str, Any, Any]
"""A path, what it was, and what it will be; None for what is absent."""

_PLAIN = re.compile(r"[A-Za-z_$][A-Za-z0-9_$-]*")
_STEP = re.compile(r'\["([^"]+)"\]|\[(\d+)\]|([^.\[\]]+)')
_OF_THE_ENGINE = ("__defaults", "__provider")


def changes(before: Mapping[str, Any], after: Mapping[str, Any], paths: Iterable[str]) -> list[Change]:
    """What differs below the paths; below all properties without any."""
    wanted = sorted(paths) or sorted({*before, *after})
    return [each for path in wanted for each in _leaves(path, at(before, path), at(after, path))]


def at(values: Any, path: str) -> Any:
    """The value at a property path of the engine; None without."""
    for quoted, index, plain in _STEP.findall(path):
        if index and isinstance(values, list):
            values = values[int(index)] if int(index) < len(values) else None
        elif isinstance(values, dict):
            values = values.get(quoted or plain)
        else:
            return None
    return values


def _leaves(path: str, now: Any, then: Any) -> Iterator[Change]:
    """Where two values differ: a provider may name no more than the whole."""
    if path.rpartition(".")[2] in _OF_THE_ENGINE:
        return
    now, then = _documents(now, then)
    if isinstance(now, dict) and isinstance(then, dict):
        for key in sorted({*now, *then}):
            part = f".{key}" if _PLAIN.fullmatch(key) else f'["{key}"]'
            yield from _leaves(f"{path}{part}", now.get(key), then.get(key))
    elif isinstance(now, list) and isinstance(then, list) and len(now) == len(then):
        for index, pair in enumerate(zip(now, then, strict=True)):
            yield from _leaves(f"{path}[{index}]", *pair)
    elif now != then:
        yield path, now, then


def _documents(now: Any, then: Any) -> tuple[Any, Any]:
    """Two texts that are both JSON objects, such as policy documents, as these."""
    try:
        found = json.loads(now), json.loads(then)
    except (TypeError, ValueError):
        return now, then
    return found if isinstance(found[0], dict) and isinstance(found[1], dict) else (now, then)
