"""Secrets among the options: text that is never shown, or an Output that another resource gives.

Owns: the type, and the way from it to a secret Output. Does not own where a secret may be given (`config/loading.py`).
"""

from typing import Annotated, Any, Optional, overload

import pulumi
from pydantic import BeforeValidator, SecretStr


def _hidden(value: Any) -> Any:
    return SecretStr(value) if isinstance(value, str) else value


Secret = Annotated[SecretStr | str | pulumi.Output[str], BeforeValidator(_hidden)]
"""Plain text is taken, and kept as a secret from then on: an option never holds a `str`."""


@overload
def secret_output(value: Secret) -> pulumi.Output[str]: ...
@overload
def secret_output(value: None) -> None: ...
@overload
def secret_output(value: Optional[Secret]) -> Optional[pulumi.Output[str]]: ...
def secret_output(value: Optional[Secret]) -> Optional[pulumi.Output[str]]:
    """The secret as an Output that the engine encrypts; None stays None."""
    if value is None:
        return None
    return pulumi.Output.secret(value.get_secret_value() if isinstance(value, SecretStr) else value)
