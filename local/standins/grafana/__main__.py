"""Stand-in for Grafana: the server, `python -m local.standins.grafana --port N --data FILE [--seed]`.

Listens on 127.0.0.1 only. The token it accepts is in its environment, `GRAFANA_TOKEN` (and, for one that
may only read, `GRAFANA_VIEWER_TOKEN`). Ends on SIGTERM and SIGINT; its state is in the file after every
answer.
"""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from pathlib import Path

from local.standins.grafana.access import Tokens
from local.standins.grafana.app import make_app
from local.standins.grafana.seed import living_site
from local.standins.grafana.server import listen
from local.standins.grafana.store import Store


def main() -> int:
    """Serve until told to stop; answers the exit code."""
    parser = argparse.ArgumentParser(prog="grafana-stand-in", description="Stand-in for Grafana.")
    parser.add_argument("--port", type=int, required=True, help="TCP port on 127.0.0.1")
    parser.add_argument("--data", type=Path, required=True, help="file that holds the state")
    parser.add_argument("--seed", action="store_true", help="begin as a living site when the file is new")
    options = parser.parse_args()
    try:
        tokens = Tokens.from_environment()
    except ValueError as error:
        parser.error(str(error))
    store = Store(options.data, living_site() if options.seed else None)
    server = listen(make_app(store, tokens), options.port)
    for number in (signal.SIGTERM, signal.SIGINT):
        # In a thread: shutdown() waits for the loop that this handler interrupts.
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
    server.serve_forever()
    server.server_close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
