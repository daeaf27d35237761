"""How a policy document's elements are read: its statements, one text or a list of them, wildcards, and in words.

Owns: the grammar (IAM User Guide, "Grammar of the IAM JSON policy language"). Does not own what a statement means for
a bucket (`statements.py`, `denials.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Any

Policy = dict[str, Any]

_SHOWN = 4
"""How many actions and resources of a statement a message names."""


def raw_statements(document: Policy) -> list[Policy]:
    """The statements as they are written; a document may have one without a list around it."""
    found = document.get("Statement")
    return [each for each in (found if isinstance(found, list) else [found]) if isinstance(each, dict)]


def texts(value: Any) -> list[str]:
    """An element's value: a text, or a list of them."""
    listed = value if isinstance(value, list) else [value]
    return [each for each in listed if isinstance(each, str)]


def matches_action(patterns: Iterable[str], action: str) -> bool:
    """Whether one of the patterns is for the action, in any case."""
    return any(matches(each.lower(), action.lower()) for each in patterns)


def matches(pattern: str, text: str) -> bool:
    """Whether a pattern of IAM is for a text."""
    return _pattern(pattern).fullmatch(text) is not None


@cache
def _pattern(text: str) -> re.Pattern[str]:
    """IAM's wildcards: `*` for any characters, `?` for one."""
    return re.compile("".join({"*": ".*", "?": "."}.get(letter, re.escape(letter)) for letter in text), re.DOTALL)


def in_words(document: Policy) -> str:
    """What the statements allow and deny, shortly."""
    return "; ".join(f"({number}) {_said(raw)}" for number, raw in enumerate(raw_statements(document), 1)) or (
        "no statement"
    )


def _said(raw: Policy) -> str:
    what = _some(raw["Action"]) if "Action" in raw else f"everything but {_some(raw.get('NotAction'))}"
    where = _some(raw["Resource"]) if "Resource" in raw else f"everything but {_some(raw.get('NotResource'))}"
    sid = f"'{raw['Sid']}' " if raw.get("Sid") else ""
    verb = "allows" if raw.get("Effect") == "Allow" else "denies"
    return f"{sid}{verb} {what} on {where}{' under a condition' if raw.get('Condition') else ''}"


def _some(value: Any) -> str:
    found = texts(value)
    more = len(found) - _SHOWN
    return ", ".join(found[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
