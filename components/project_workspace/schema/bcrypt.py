"""What bcrypt takes, and what a hash of it looks like.

Owns: those two rules, which options and dex's provider share. Does not own hashing (`dex/provider.py`).
"""

import re
from typing import Any

from project_workspace.schema.rule import Rule, matches

BCRYPT = re.compile(r"\$2[aby]\$(?:1[0-6])\$[./A-Za-z0-9]{53}")
"""A bcrypt hash that dex starts with and lets log in: cost 10 to 16 (docs/facts/dex.md, "Cost of hashes")."""

BCRYPT_BYTES = 72
"""bcrypt reads no more of a password (golang.org/x/crypto/bcrypt, ErrPasswordTooLong)."""


def _fits(password: Any) -> bool:
    return isinstance(password, str) and 0 < len(password.encode()) <= BCRYPT_BYTES and "\x00" not in password


PASSWORD = Rule(f"a password of 1 to {BCRYPT_BYTES} bytes", "four-words-and-more-of-them", _fits)
PASSWORD_HASH = Rule(
    "a bcrypt hash of cost 10 to 16", "$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW", matches(BCRYPT)
)
ONE_OF = "Expected one of password and passwordHash, for example only 'password'."
"""The sentence for a login that is given both, or a dex user that is given neither."""
