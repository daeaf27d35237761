"""Stand-in for Grafana: the threaded HTTP server around its application, for the executable and for tests.

Owns the listening on 127.0.0.1 and the quiet log. Does not own the application.
"""

from __future__ import annotations

import logging
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from werkzeug.serving import BaseWSGIServer, make_server

from local import http_serving


def listen(app: Any, port: int) -> BaseWSGIServer:
    """A server that listens already and serves once `serve_forever` runs; port 0 takes a free one."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    return make_server("127.0.0.1", port, app, threaded=True)


@contextmanager
def serving(app: Any) -> Generator[str]:
    """Serve the WSGI application `app` in this process for the length of the block; gives its URL."""
    with http_serving.serving(listen(app, 0)) as url:
        yield url
