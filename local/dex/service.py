"""Stand-in for a Kubernetes Service: one address in front of whichever dex serves at the moment.

Owns: forwarding TCP connections from a fixed port on 127.0.0.1 to the target, cutting them when there is none, and
knowing which of them still go to a port. Because of it a rollout has no gap: the new dex takes over when it is ready,
the old one ends when nobody is connected to it any more.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections import Counter

from local.processes import PlatformError


class Service:
    """The forwarder. `target` is the port that new connections go to; None: they are closed at once."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.target: int | None = None
        self._loop = asyncio.new_event_loop()
        self._connections: Counter[int] = Counter()

    def start(self) -> None:
        """Listen. Raises PlatformError when the port is taken."""
        try:
            self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", self.port))
        except OSError as error:
            raise PlatformError(f"dex's port {self.port} on 127.0.0.1 cannot be used: {error.strerror}.") from error
        threading.Thread(target=self._loop.run_forever, name="service", daemon=True).start()

    def connections(self, port: int) -> int:
        """How many connections go to that port; counted between two steps of the forwarder, so that none is missed."""

        async def count() -> int:
            return self._connections[port]

        return asyncio.run_coroutine_threadsafe(count(), self._loop).result()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        port = self.target
        if port is not None:
            self._connections[port] += 1
            try:
                there = await asyncio.open_connection("127.0.0.1", port)
                await asyncio.gather(_pipe(reader, there[1]), _pipe(there[0], writer))
            except OSError:
                pass  # nobody listens there any more: the caller's connection is cut, as a Service would
            finally:
                self._connections[port] -= 1
        writer.close()


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Copy until the one side ends or breaks, then end the other."""
    with contextlib.suppress(OSError):
        while block := await reader.read(65536):
            writer.write(block)
            await writer.drain()
    writer.close()
