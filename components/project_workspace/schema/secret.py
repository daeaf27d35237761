"""Secrets among the options: text that is never shown, or an Output that another resource gives.

Owns: the type, and the way from it to a secret Output. Does not own where a secret may stand (`config/loading.py`).
"""

from typing import Optional

import pulumi
from pydantic import SecretStr

Secret = SecretStr | pulumi.Output[str]
"""Plain text is taken as well, and kept as a secret from then on."""


def secret_output(value: Optional[Secret]) -> Optional[pulumi.Output[str]]:
    """The secret as an Output that the engine encrypts; None stays None."""
    if value is None:
        return None
    return pulumi.Output.secret(value if isinstance(value, pulumi.Output) else value.get_secret_value())
