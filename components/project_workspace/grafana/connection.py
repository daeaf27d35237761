"""How Grafana is reached.

Does not own the client (`project_workspace.grafana.client`), which is imported when it is first needed: its libraries
would slow down every preview, which calls nothing.
"""

from typing import TYPE_CHECKING

from project_workspace.grafana.credentials import TOKEN
from project_workspace.remote.provider import StackConfig

if TYPE_CHECKING:
    from project_workspace.grafana.client import Grafana


def client_for(config: StackConfig, url: str) -> "Grafana":
    """A client of the Grafana at `url`, with the token of the environment or the stack's configuration, if any."""
    from project_workspace.grafana.client import Grafana

    return Grafana(url, config.credential(TOKEN))
