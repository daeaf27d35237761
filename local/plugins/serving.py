"""The process of a stand-in plugin: prints its port, serves, and ends with whoever started it.

Owns: start-up handshake, the server's size, and the end. Does not own: what is served (`servicer.py`, or
`eks/attached.py` for remote components).
"""

from __future__ import annotations

import atexit
import gc
import os
import signal
import sys
import threading
from collections.abc import Callable
from concurrent import futures

import grpc
from pulumi.runtime.proto import provider_pb2_grpc

from local.plugins.provider import Plugin
from local.plugins.servicer import Servicer

MESSAGE_LIMIT = 400 * 1024 * 1024
"""gRPC message limit in bytes; the engine uses the same one."""

OPTIONS = [("grpc.max_receive_message_length", MESSAGE_LIMIT), ("grpc.max_send_message_length", MESSAGE_LIMIT)]

CALLS_AT_ONCE = 256
"""Many engines may wait in one process; a thread is only made for a call that finds none free."""

PARENT_INTERVAL = 2.0
"""Seconds between two looks whether the starter is still there: one that is killed tells nobody."""

LAST_CALLS_SECONDS = 600.0
"""How long calls that are under way may go on after the process was told to end."""


def serve(make: Callable[[], Plugin]) -> None:
    """Serve until the engine ends this process or is gone: print the port on stdout, as every Pulumi plugin does."""
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=CALLS_AT_ONCE), options=OPTIONS)
    servicer = Servicer(make)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    stop = threading.Event()
    # The engine waits for its end.
    atexit.register(gc.freeze)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    parent = os.getppid()
    announce(port)
    while not stop.wait(PARENT_INTERVAL) and os.getppid() == parent:
        pass
    if os.getppid() != parent:
        servicer.connections.cancel()
    # The engine ends its plugins with SIGINT, and Ctrl-C reaches the whole group: what is under way may end.
    server.stop(grace=LAST_CALLS_SECONDS).wait()


def announce(port: int) -> None:
    """Tell the starter the port."""
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
