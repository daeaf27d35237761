"""Stand-in of AI Conductor, started as `python -m local.standins.ai_conductor --port N --data FILE`.

Owns: the command line and the listening socket, on 127.0.0.1 only. Does not own behaviour. The administrator's
login comes from AIC_ADMIN_USER and AIC_ADMIN_PASSWD in the server's environment, never from the command line.
"""

import argparse
import logging
import os
import sys
from pathlib import Path

from werkzeug.serving import make_server

from local.standins.ai_conductor.app import make_app
from local.standins.ai_conductor.seed import add_admin, add_foreign_workspace
from local.standins.ai_conductor.settings import VERSIONS, Settings
from local.standins.ai_conductor.store import Store


def main() -> int:
    """Serve until ended; records are on disk after each change, so a signal loses nothing."""
    options = _options()
    user, password = os.environ.get("AIC_ADMIN_USER"), os.environ.get("AIC_ADMIN_PASSWD")
    if not user or not password:
        sys.stderr.write("Expected AIC_ADMIN_USER and AIC_ADMIN_PASSWD in the environment, for example 'admin'.\n")
        return 2
    try:
        settings = Settings(api_version=options.api_version, session_seconds=options.session_seconds)
        store = Store(options.data)
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    fresh = store.empty
    add_admin(store, user, password)
    if options.seed and fresh:
        add_foreign_workspace(store)
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    server = make_server("127.0.0.1", options.port, make_app(settings, store), threaded=True)
    sys.stderr.write(f"Stand-in of AI Conductor listens on http://127.0.0.1:{server.server_port}\n")
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="local.standins.ai_conductor", description=__doc__)
    parser.add_argument("--port", type=int, required=True, help="port on 127.0.0.1; 0 takes a free one")
    parser.add_argument("--data", type=Path, required=True, help="file that keeps the records")
    parser.add_argument("--api-version", default="2.1.0", help=f"one of {', '.join(VERSIONS)}, for example 2.1.0")
    parser.add_argument("--session-seconds", type=float, default=1800, help="lifetime of a session")
    parser.add_argument("--seed", action="store_true", help="begin with another project's workspace")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
