"""What differs between two inventories, in lines that a person can read.

Owns: paths, the names of list items, what is shown of long texts, and that no hash of a password is shown. Does not own
what is compared. Differences are never lost: whatever is unequal gives at least one line.
"""

from __future__ import annotations

import hashlib
import json
import re
from itertools import takewhile
from typing import Any

ABSENT = object()
"""What stands for a key that is not there: a value of None is something else."""

NAMES = ("name", "Name", "Key", "key", "uid", "id")
"""By which an item of a list is known, the first that all its items have and no two of them share."""

SHOWN = 300
SHOWN_BEFORE = 40
"""Characters of a value that are shown, and of these before the first difference."""

_PASSWORD_HASH = re.compile(r"\$2[abxy]\$\d\d\$[./A-Za-z0-9]{53}|scrypt:[\d:]+\$[^$\s\"]+\$[0-9a-f]+")
"""bcrypt's, as dex has them, and werkzeug's, as the stand-in for AI Conductor has them."""


def fingerprint(text: str) -> str:
    """Stands for a text that must not be shown: different for different texts."""
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def differences(before: Any, after: Any, path: str = "") -> list[str]:
    """What differs, a line each: its path, what was there and what is there."""
    if before == after:
        return []
    if isinstance(before, list) and isinstance(after, list):
        before, after = _by_name_or_place(before, after)
    if not (isinstance(before, dict) and isinstance(after, dict)):
        return [_line(before, after, path)]
    return [
        line
        for key in sorted({*before, *after})
        for line in differences(before.get(key, ABSENT), after.get(key, ABSENT), f"{path}, {key}" if path else str(key))
    ]


def _by_name_or_place(before: list[Any], after: list[Any]) -> tuple[Any, Any]:
    """Two unequal lists as mappings: by the names of their items, else by their places; as they are where neither fits.

    Lists that differ in their order alone stay lists: their order is the difference.
    """
    for name in NAMES:
        if _names_all(before, name) and _names_all(after, name):
            was, now = ({str(item[name]): item for item in items} for items in (before, after))
            return (was, now) if was != now else (before, after)
    if len(before) == len(after) and not any(isinstance(item, str) for item in (*before, *after)):
        return dict(_places(before)), dict(_places(after))
    return before, after


def _names_all(items: list[Any], name: str) -> bool:
    found = [str(item[name]) for item in items if isinstance(item, dict) and isinstance(item.get(name), (str, int))]
    return len(set(found)) == len(items)


def _places(items: list[Any]) -> list[tuple[str, Any]]:
    return [(f"[{place}]", item) for place, item in enumerate(items)]


def _line(before: Any, after: Any, path: str) -> str:
    texts = [_text(before), _text(after)]
    alike = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(*texts, strict=False)))
    begin = max(0, alike - SHOWN_BEFORE)
    was, now = (_excerpt(text, begin) for text in texts)
    return f"{path}: was {was}, is {now}"


def _text(value: Any) -> str:
    if value is ABSENT:
        return "absent"
    shown = json.dumps(value, sort_keys=True, ensure_ascii=False)
    return _PASSWORD_HASH.sub(lambda found: f"[hash {fingerprint(found[0])}]", shown)


def _excerpt(text: str, begin: int) -> str:
    """A long text from shortly before its first difference: its beginning would show none."""
    if len(text) <= SHOWN:
        return text
    end = begin + SHOWN
    return f"{'...' if begin else ''}{text[begin:end]}{'...' if end < len(text) else ''}"
