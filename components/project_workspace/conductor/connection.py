"""The one client of AI Conductor in this process, and where its credentials come from.

Owns: sharing a client between all providers, so that there is one login and one memory of a failed one. Does not own
the session itself (`project_workspace.conductor.session`). The client is imported when it is first needed: its
libraries would slow down every preview, which calls nothing.
"""

import threading
from typing import TYPE_CHECKING

from project_workspace.remote.errors import CredentialsError
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


def credentials(config: StackConfig) -> tuple[str, str]:
    """The administrator's login ID and password: environment first, else the stack's configuration."""
    user = config.value("AIC_ADMIN_USER", "conductorAdminUser")
    password = config.value("AIC_ADMIN_PASSWD", "conductorAdminPassword")
    if user and password:
        return user, password
    absent = "login ID" if not user else "password"
    raise CredentialsError(
        f"Expected the {absent} of an AI Conductor administrator",
        where="AIC_ADMIN_USER and AIC_ADMIN_PASSWD",
        remedy="Set both in the environment, or 'conductorAdminUser' and 'conductorAdminPassword' (with --secret) "
        "in the stack's configuration.",
    )
