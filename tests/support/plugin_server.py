"""One of the platform's plugins behind gRPC, as an engine meets it. Does not own what the plugin answers."""

from __future__ import annotations

from collections.abc import Callable, Generator
from concurrent import futures
from contextlib import contextmanager

import grpc
from pulumi.runtime.proto import provider_pb2_grpc

from local.plugins.provider import Plugin
from local.plugins.servicer import Servicer


@contextmanager
def served(make: Callable[[], Plugin]) -> Generator[str]:
    """The address of a server for the plugins that `make` makes."""
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=8))
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Servicer(make), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        server.stop(grace=None)
