"""The stand-in of AI Conductor inside this process, on a free port of 127.0.0.1: for tests and measurements.

Owns: starting and stopping its server thread. Does not own behaviour (`app`) or faults (`faults`).
"""

import logging
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass

from werkzeug.serving import make_server

from local.standins.ai_conductor.app import make_app
from local.standins.ai_conductor.faults import Faults
from local.standins.ai_conductor.seed import add_admin, add_foreign_workspace
from local.standins.ai_conductor.settings import Settings
from local.standins.ai_conductor.store import State, Store
from local.standins.ai_conductor.web import Place


@dataclass
class Running:
    """A running stand-in, with what a test wants to look at or break."""

    url: str
    place: Place
    faults: Faults

    @property
    def state(self) -> State:
        """Every record, as `/_standin/state` answers it."""
        return self.place.store.dump()

    @property
    def calls(self) -> dict[str, int]:
        """Calls since the start, or since `forget_calls`."""
        return dict(self.place.calls)

    def forget_calls(self) -> None:
        """Count from here."""
        self.place.calls.clear()


@contextmanager
def serving(login_id: str, password: str, settings: Settings | None = None) -> Generator[Running]:
    """Serve, in memory, with that administrator and another project's workspace."""
    store = Store()
    add_admin(store, login_id, password)
    add_foreign_workspace(store)
    app = make_app(settings or Settings(), store)
    faults = Faults(app.wsgi_app)
    logging.getLogger("werkzeug").setLevel(logging.CRITICAL)
    server = make_server("127.0.0.1", 0, faults, threaded=True)
    thread = threading.Thread(target=lambda: server.serve_forever(poll_interval=0.01), daemon=True)
    thread.start()
    try:
        yield Running(f"http://127.0.0.1:{server.server_port}", app.extensions["place"], faults)
    finally:
        faults.release()
        server.shutdown()
        thread.join(10)
        server.server_close()
