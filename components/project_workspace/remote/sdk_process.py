"""The SDK's own process, in which all dynamic providers of a run live: what is arranged there.

Owns: the answer of that process to our own failures. It answers every exception with its traceback
(`pulumi/dynamic/__main__.py`, `_abort_with_traceback`), and has no other way to say something: what a person sees is
the sentence, and not the way through the code on which it came. And its end, for which the engine waits: nothing is
collected before it. Does not own the sentence (`errors.py`), nor what other providers of the same process answer.
"""

import atexit
import gc
import sys
import traceback
from types import SimpleNamespace


class ProviderError(Exception):
    """The one readable, redacted sentence that the engine prints for a failed operation."""


def arrange() -> None:
    """In the SDK's process, once: answer a `ProviderError` by its sentence, and end at once. Elsewhere do nothing."""
    main = sys.modules["__main__"]
    if hasattr(main, "DynamicResourceProviderServicer") and getattr(main, "traceback", None) is traceback:
        vars(main)["traceback"] = SimpleNamespace(format_exc=_format_exc)
        atexit.register(gc.freeze)


def _format_exc() -> str:
    error = sys.exc_info()[1]
    return str(error) if isinstance(error, ProviderError) else traceback.format_exc()
