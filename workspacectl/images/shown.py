"""The images in words: at a terminal, and as JSON.

Owns: these forms. Does not own what is in them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from workspacectl.images.asked import Seen
from workspacectl.images.needed import Needed


def as_rows(images: Iterable[Needed], seen: Mapping[Needed, Seen]) -> list[dict[str, Any]]:
    """One object an image; `state` only where registries were asked."""
    return [_row(each, seen.get(each)) for each in images]


def _row(image: Needed, seen: Seen | None) -> dict[str, Any]:
    row: dict[str, Any] = {
        "source": str(image.source),
        "target": str(image.target),
        "digest": image.source.digest or (seen.digest if seen else "") or None,
        "use": image.image.use,
    }
    return {**row, "state": str(seen.state), "why": seen.why} if seen else row


def as_json(rows: Iterable[Mapping[str, Any]]) -> str:
    """A list of objects, for a machine."""
    return json.dumps(list(rows), indent=1)


def as_lines(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """An image in one to three lines: what it is, where it is to be, and what is not well."""
    lines: list[str] = []
    for row in rows:
        begin = f"{row['state']:<15}" if "state" in row else ""
        lines.append(f"{begin}{row['source']}" + (f"  ({row['use']})" if row["use"] else ""))
        if row["target"] != row["source"]:
            lines.append(f"{'':15}-> {row['target']}")
        if row.get("why"):
            lines.append(f"{'':15}{row['why']}")
    return lines
