"""Grafana, where the project's dashboard is made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from project_workspace.grafana.client import Grafana
from project_workspace.grafana.connection import client_for
from project_workspace.remote.errors import CredentialsError
from workspacectl.preflight.answers import Answer, failed, ok, refused
from workspacectl.preflight.sites import WorkspaceSite

ACTIONS = ("dashboards:create", "dashboards:read", "dashboards:write", "dashboards:delete")
"""What the stack does with its dashboard (docs/permissions.md, "Grafana")."""
ROOT = "general"
"""Grafana's name for no folder, in scopes."""
EVERYWHERE = ("*", "folders:*", "folders:uid:*")
EVERY_DASHBOARD = ("dashboards:*", "dashboards:uid:*")


def grafana(site: WorkspaceSite) -> Answer | None:
    """Grafana answers, takes the token, has the folder, and lets the token make, change and delete the dashboard."""
    options = site.options.grafana
    if not options.url:
        return None
    client = client_for(site.config, options.url)
    version = client.version()
    try:
        granted = client.permissions()
    except CredentialsError as error:
        return refused(error, "a token that it takes", seen=f"{version}; ")
    folders = _folders(client, options.folder, granted)
    if folders is None:
        expected = "a folder that exists, or no 'grafana.folder'"
        return failed(f"{version}; no folder '{options.folder}'", expected, "make the folder, or correct its uid")
    missing = list(_missing(granted, folders, site.names.dashboard_uid))
    if not missing:
        return ok(f"{version}; the token may all that is needed in folder '{folders[0]}'")
    remedy = f"give the token's service account 'Edit' on the folder '{folders[0]}' (docs/permissions.md, 'Grafana')"
    return failed(f"{version}; missing in folder '{folders[0]}': {', '.join(missing)}", ", ".join(ACTIONS), remedy)


def _folders(client: Grafana, folder: str | None, granted: Mapping[str, Sequence[str]]) -> list[str] | None:
    """The folder and those above it, whose permissions count in it; None where it is not there."""
    if not folder:
        return [ROOT]
    if "folders:read" not in granted:
        return [folder]
    above = client.folders_above(folder)
    return None if above is None else [folder, *above]


def _missing(granted: Mapping[str, Sequence[str]], folders: Sequence[str], uid: str) -> Iterator[str]:
    """The actions that no scope allows there."""
    inside = {*EVERYWHERE, *(f"folders:uid:{folder}" for folder in folders)}
    for action in ACTIONS:
        # What is not there yet is in no scope of dashboards.
        own = set() if action == "dashboards:create" else {*EVERY_DASHBOARD, f"dashboards:uid:{uid}"}
        if not (inside | own).intersection(granted.get(action, ())):
            yield action


CHECKS = (grafana,)
