"""A threaded HTTP server in this process for the length of a block: for stand-ins and proxies in tests."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import HTTPServer

POLL_SECONDS = 0.01
"""How often a server looks whether it shall end."""


@contextmanager
def serving(server: HTTPServer) -> Generator[str]:
    """Serve until the block ends; gives the server's URL."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": POLL_SECONDS}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
