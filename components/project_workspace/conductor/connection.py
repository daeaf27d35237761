"""The one client of AI Conductor in this process.

Owns: sharing a client between all providers, so that there is one login and one memory of a failed one. Does not own
the session itself (`project_workspace.conductor.session`). The client is imported when it is first needed: its
libraries would slow down every preview, which calls nothing.
"""

import threading
from typing import TYPE_CHECKING

from project_workspace.conductor.credentials import credentials
from project_workspace.remote.provider import StackConfig

if TYPE_CHECKING:
    from project_workspace.conductor.client import Conductor

_clients: dict[tuple[str, str], "Conductor"] = {}
_clients_lock = threading.Lock()


def client_for(config: StackConfig, url: str, profile: str) -> "Conductor":
    """The one client of this process for that URL and profile: one session, one memory of a failed login."""
    from project_workspace.conductor.client import Conductor
    from project_workspace.conductor.profile import load_profile

    key = (url.strip().rstrip("/"), profile)
    with _clients_lock:
        if key not in _clients:
            _clients[key] = Conductor(url, lambda: credentials(config), load_profile(profile))
        return _clients[key]
