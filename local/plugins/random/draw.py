"""Stand-in for the provider plugin pulumi-random: how a text is drawn and hashed.

The alphabet, the minima and the hash are those of terraform-provider-random (internal/random/string.go,
internal/provider/resource_password.go `generateHash`; docs/facts/dex.md, "bcrypt").
"""

from __future__ import annotations

import secrets
import string
from typing import Any

MINIMA = ("minLower", "minUpper", "minNumeric", "minSpecial")
"""The inputs that ask for a number of characters of one kind; together at most `length`."""

DEFAULTS: dict[str, Any] = {
    "lower": True,
    "upper": True,
    "numeric": True,
    "special": True,
    **dict.fromkeys(MINIMA, 0),
}

SPECIAL = "!@#$%&*()-_=+[]{}<>:?"
BCRYPT_LIMIT = 72
"""Bytes that bcrypt looks at; the real plugin hashes the first 72, the Python library would refuse more."""
BCRYPT_COST = 10
"""Go's `bcrypt.DefaultCost`, and the least that dex accepts."""


def draw_text(inputs: dict[str, Any]) -> str:
    """A text by the complete inputs: the minima first, the rest from all wanted kinds, then shuffled."""
    kinds = {
        "Lower": string.ascii_lowercase,
        "Upper": string.ascii_uppercase,
        "Numeric": string.digits,
        "Special": inputs.get("overrideSpecial") or SPECIAL,
    }
    drawn = [secrets.choice(kinds[kind]) for kind in kinds for _ in range(inputs[f"min{kind}"])]
    wanted = "".join(alphabet for kind, alphabet in kinds.items() if inputs[kind.lower()])
    drawn += [secrets.choice(wanted) for _ in range(inputs["length"] - len(drawn))]
    secrets.SystemRandom().shuffle(drawn)
    return "".join(drawn)


def bcrypt_hash(text: str) -> str:
    """The bcrypt hash in Go's spelling, `$2a$10$...`."""
    import bcrypt  # here, because an unchanged preview never hashes

    salt = bcrypt.gensalt(BCRYPT_COST, prefix=b"2a")
    return bcrypt.hashpw(text.encode()[:BCRYPT_LIMIT], salt).decode()
