"""Stand-in for a Kubernetes Service: one address in front of whichever dex serves at the moment.

Owns: forwarding TCP connections from a fixed port on 127.0.0.1 to the target, and cutting them when there is none.
Because of it a rollout has no gap: the new dex takes over when it is ready, the old one ends after that.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading

from local.processes import PlatformError


class Service:
    """The forwarder. `target` is the port that new connections go to; None: they are closed at once."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.target: int | None = None
        self._loop = asyncio.new_event_loop()

    def start(self) -> None:
        """Listen. Raises PlatformError when the port is taken."""
        try:
            self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", self.port))
        except OSError as error:
            raise PlatformError(f"dex's port {self.port} on 127.0.0.1 cannot be used: {error.strerror}.") from error
        threading.Thread(target=self._loop.run_forever, name="service", daemon=True).start()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            if self.target is not None:
                there = await asyncio.open_connection("127.0.0.1", self.target)
                await asyncio.gather(_pipe(reader, there[1]), _pipe(there[0], writer))
        writer.close()


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Copy until the one side ends or breaks, then end the other."""
    with contextlib.suppress(OSError):
        while block := await reader.read(65536):
            writer.write(block)
            await writer.drain()
    writer.close()
