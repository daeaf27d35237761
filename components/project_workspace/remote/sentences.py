"""What a person sees of a failed operation: the sentence, and not the way through the code on which it came.

Owns: the answer of the SDK's process for dynamic providers to our own failures. That process answers every exception
with its traceback (`pulumi/dynamic/__main__.py`, `_abort_with_traceback`), and has no other way to say something. Does
not own the sentence (`errors.py`), nor what other providers of the same process answer.
"""

import sys
import traceback
from types import SimpleNamespace


class ProviderError(Exception):
    """The one readable, redacted sentence that the engine prints for a failed operation."""


def instead_of_tracebacks() -> None:
    """In the SDK's process: let a `ProviderError` be answered by its sentence. Elsewhere it does nothing."""
    main = sys.modules["__main__"]
    if hasattr(main, "DynamicResourceProviderServicer") and getattr(main, "traceback", None) is traceback:
        vars(main)["traceback"] = SimpleNamespace(format_exc=_format_exc)


def _format_exc() -> str:
    error = sys.exc_info()[1]
    return str(error) if isinstance(error, ProviderError) else traceback.format_exc()
