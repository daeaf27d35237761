"""No secret in what people read: the engine masks what it knows to be secret, and this what looks like one.

Owns: how a value is shown. Does not own which inputs are secret: the program marks them, and the engine writes
`[secret]`.
"""

from __future__ import annotations

import json
import re
from typing import Any

from workspacectl.pulumi_cli import UNKNOWN

LONGEST = 200
"""Characters of one value."""
MASK = "[secret]"

_SECRETS = re.compile(
    "|".join(
        (
            r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
            r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)",
            r"\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}",
            r"\bglsa_\w{32}_[0-9a-f]{8}\b",
            r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{60,})\b",
            r"(?<=://)[^/\s:@]+:[^/\s@]+(?=@)",
        )
    ),
    re.DOTALL,
)
_NAMES = re.compile(r"(?:passw(?:or)?d|secret|token|hash)$", re.IGNORECASE)
_NOT_SECRET = ("dashboardHash", "dashboard_hash")


def text(said: str) -> str:
    """A message, with what looks like a secret masked."""
    return _SECRETS.sub(MASK, said)


def value(found: Any, path: str) -> str:
    """A property's value, as short text; a property that is named like a secret is masked as a whole."""
    if found is None:
        return "(absent)"
    if found == UNKNOWN:
        return "(known after up)"
    name = path.rpartition(".")[2]
    if _NAMES.search(name) and name not in _NOT_SECRET:
        return MASK
    # Masked before it is cut: half a secret looks like none.
    shown = text(json.dumps(found, ensure_ascii=False, sort_keys=True))
    return shown if len(shown) <= LONGEST else f"{shown[:LONGEST]}… ({len(shown):,} characters)"
