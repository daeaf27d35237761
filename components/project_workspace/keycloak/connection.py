"""The one client of a Keycloak in this process.

Owns: sharing a client between all resources, so that there is one login and one memory of a failed one. Does not own
the session itself (`project_workspace.keycloak.session`). The client is imported when it is first needed: its libraries
would slow down every preview, which calls nothing.
"""

import threading
from typing import TYPE_CHECKING

from project_workspace.keycloak.credentials import grant
from project_workspace.remote.provider import StackConfig

if TYPE_CHECKING:
    from project_workspace.keycloak.client import Keycloak

_clients: dict[tuple[str, str, str], "Keycloak"] = {}
_clients_lock = threading.Lock()


def client_for(config: StackConfig, url: str, realm: str, admin_realm: str) -> "Keycloak":
    """The one client of this process for that realm, with the administrator of `admin_realm`."""
    from project_workspace.keycloak.client import Keycloak

    key = (url.strip().rstrip("/"), realm, admin_realm)
    with _clients_lock:
        if key not in _clients:
            _clients[key] = Keycloak(url, realm, admin_realm, lambda: grant(config))
        return _clients[key]
