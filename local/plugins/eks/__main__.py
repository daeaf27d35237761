"""Stand-in for the provider plugin pulumi-eks: the executable, `python -m local.plugins.eks [ENGINE_ADDRESS]`.

Without an address it is for engines that attach to it (`local.shared_plugins`). Not `pulumi.provider.server.main`,
which serves the one engine that started it, and goes on when that one is killed.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from concurrent.futures import ThreadPoolExecutor

import grpc.aio
from pulumi.runtime.proto import provider_pb2_grpc

from local.plugins.eks.component import EksProvider
from local.plugins.eks.references import register
from local.plugins.eks.servicer import Servicer
from local.plugins.serving import CALLS_AT_ONCE, OPTIONS, PARENT_INTERVAL, announce


async def serve(engine: str) -> None:
    """Serve until told to stop or the starter is gone."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    # The SDK waits in threads for what it registers: a node group takes minutes, and others must not queue behind it.
    loop.set_default_executor(ThreadPoolExecutor(CALLS_AT_ONCE))
    server = grpc.aio.server(options=OPTIONS)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Servicer(EksProvider(), engine), server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    parent = os.getppid()
    announce(port)
    while not stop.is_set() and os.getppid() == parent:
        try:
            await asyncio.wait_for(stop.wait(), PARENT_INTERVAL)
        except TimeoutError:
            continue
    await server.stop(grace=None)
    os._exit(0)  # a thread that waits for a registration would keep the process


if __name__ == "__main__":
    register()
    asyncio.run(serve(next(iter(sys.argv[1:]), "")))
