"""Stand-in for Grafana: the threaded HTTP server around its application, for the executable and for tests.

Owns the listening on 127.0.0.1 and the quiet log. Does not own the application.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from werkzeug.serving import BaseWSGIServer, make_server


def listen(app: Any, port: int) -> BaseWSGIServer:
    """A server that listens already and serves once `serve_forever` runs; port 0 takes a free one."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    return make_server("127.0.0.1", port, app, threaded=True)


@contextmanager
def serving(app: Any) -> Generator[str]:
    """Serve the WSGI application `app` in this process for the length of the block; gives its URL."""
    server = listen(app, 0)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
