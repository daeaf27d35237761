"""Pulumi's mocks for one test, with nothing in them of the test before.

`pulumi.runtime.set_mocks` keeps the root stack of earlier mocks, and the outputs that are still awaited. What is
declared then waits for that root's URN, which belongs to another event loop; if the earlier test ended before it came,
it never comes ("await wasn't used with future").

A resource among another's inputs (node groups have some) the mocks make anew, in a thread with an event loop of its own
that nobody runs to its end. The program does not wait for that one: depending on the moment it would fail ("attached to
a different loop").
"""

from __future__ import annotations

import asyncio
from typing import Any

from pulumi.runtime import mocks, settings
from pulumi.runtime.rpc_manager import RPCManager
from pulumi.runtime.sync_await import _ensure_event_loop


class _OfOneLoop(list[Any]):
    """Calls that are under way, without those of other event loops."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self._loop = loop

    def append(self, rpc: Any) -> None:
        if rpc.get_loop() is self._loop:
            super().append(rpc)


def set_mocks(recorder: mocks.Mocks, **options: Any) -> None:
    """`pulumi.runtime.set_mocks`, with its `options`, and a new root stack."""
    settings.ROOT.set(None)
    settings.SETTINGS.outputs.clear()  # pyright: ignore[reportAttributeAccessIssue] - a property of contexts
    mocks.set_mocks(recorder, **options)
    manager: Any = settings._get_rpc_manager()
    loop = _ensure_event_loop()

    def clear() -> None:
        RPCManager.clear(manager)
        manager.rpcs = _OfOneLoop(loop)

    manager.clear = clear
