"""Stand-in for AWS: moto's server on the loopback address, with the gaps closed that a workspace meets.

Owns: starting and stopping. What is changed in moto is in `moto_patches/`, what it was asked is noted in `calls.py`.
State is in memory: it ends with the process. `python -m local.aws.server --port N` serves until SIGTERM or SIGINT; port
0 takes a free one, and the address is printed as the first line.
"""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
import threading
from collections.abc import Iterable
from contextlib import closing
from types import FrameType
from typing import TYPE_CHECKING

from werkzeug.wsgi import ClosingIterator

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


def one_at_a_time(app: WSGIApplication) -> WSGIApplication:
    """The same application, which answers one request after another.

    moto keeps its records in plain dicts and changes them while it goes through others: with many clients at once it
    now and then ends in a page that says 500.
    """
    turn = threading.Lock()

    def answered(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        with turn, closing(ClosingIterator(app(environ, start_response))) as answer:
            return list(answer)

    return answered


def main(argv: list[str] | None = None) -> None:
    """Serve in the foreground until told to stop."""
    parser = argparse.ArgumentParser(prog="python -m local.aws.server", description="Serve a local AWS.")
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; 0 (the default) takes a free one")
    port = parser.parse_args(argv).port
    # Before moto is imported: the AWS managed policies, which node roles attach, are not loaded otherwise.
    os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"
    from moto.moto_server.werkzeug_app import (
        DomainDispatcherApplication,
        MotoRequestHandler,
        create_backend_app,
    )
    from werkzeug.serving import make_server

    from local.aws.calls import Calls
    from local.aws.moto_patches import close_all

    close_all()
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    app = Calls().noted(one_at_a_time(DomainDispatcherApplication(create_backend_app)))
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=MotoRequestHandler)

    def stop(_signal: int, _frame: FrameType | None) -> None:
        threading.Thread(target=server.shutdown, daemon=True).start()  # it waits for the loop it would block

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    sys.stdout.write(f"http://127.0.0.1:{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()
    server.server_close()


if __name__ == "__main__":
    main()
