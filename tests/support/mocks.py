"""Pulumi's mocks for one test, with nothing in them of the test before.

`pulumi.runtime.set_mocks` keeps the root stack of earlier mocks, and the outputs that are still awaited. What is
declared then waits for that root's URN, which belongs to another event loop; if the earlier test ended before it came,
it never comes ("await wasn't used with future").
"""

from __future__ import annotations

from typing import Any

from pulumi.runtime import mocks, settings


def set_mocks(recorder: mocks.Mocks, **options: Any) -> None:
    """`pulumi.runtime.set_mocks`, with its `options`, and a new root stack."""
    settings.ROOT.set(None)
    settings.SETTINGS.outputs.clear()  # pyright: ignore[reportAttributeAccessIssue] - a property of contexts
    mocks.set_mocks(recorder, **options)
