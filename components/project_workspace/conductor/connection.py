"""The one client of AI Conductor in this process, what its credentials are called, and where they come from.

Owns: sharing a client between all providers, so that there is one login and one memory of a failed one. Does not own
the session itself (`project_workspace.conductor.session`). The client is imported when it is first needed: its
libraries would slow down every preview, which calls nothing.
"""

import threading
from typing import TYPE_CHECKING

from project_workspace.remote.credential import Credential
from project_workspace.remote.errors import CredentialsError
from project_workspace.remote.provider import StackConfig

if TYPE_CHECKING:
    from project_workspace.conductor.client import Conductor

USER = Credential("AIC_ADMIN_USER", "conductorAdminUser")
PASSWORD = Credential("AIC_ADMIN_PASSWD", "conductorAdminPassword")

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
    user, password = config.credential(USER), config.credential(PASSWORD)
    if user and password:
        return user, password
    absent = "login ID" if not user else "password"
    raise CredentialsError(
        f"Expected the {absent} of an AI Conductor administrator",
        where=f"{USER.variable} and {PASSWORD.variable}",
        remedy=f"Set both in the environment, or '{USER.key}' and '{PASSWORD.key}' (with --secret) "
        "in the stack's configuration.",
    )
