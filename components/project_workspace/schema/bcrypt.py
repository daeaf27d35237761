"""What bcrypt takes, and what a hash of it looks like.

Owns: those two limits, which passwords and dex share. Does not own hashing (`dex/provider.py`).
"""

import re

BCRYPT = re.compile(r"\$2[aby]\$(?:1[0-6])\$[./A-Za-z0-9]{53}")
"""A bcrypt hash that dex starts with and lets log in: cost 10 to 16 (docs/facts/dex.md, "Cost of hashes")."""

BCRYPT_BYTES = 72
"""bcrypt reads no more of a password (golang.org/x/crypto/bcrypt, ErrPasswordTooLong)."""
