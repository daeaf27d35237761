"""What a credential is called, in the environment and in a stack's configuration.

Owns the pair of names. Does not own any credential (the subjects), nor which of the two counts (`StackConfig`).
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Credential:
    """A secret of whoever runs `pulumi`; never a setting of the stack."""

    variable: str
    """The environment variable."""
    key: str
    """The key of the stack's configuration, set with `--secret`."""
