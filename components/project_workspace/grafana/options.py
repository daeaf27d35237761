"""What people choose of the dashboard: the section `grafana` of a stack file."""

from typing import Optional

from project_workspace.schema.section import Section
from project_workspace.schema.values import FolderUid, Url


class GrafanaOptions(Section):
    """The project's Grafana dashboard; left out without a URL."""

    url: Optional[Url] = None
    """Grafana's URL; `${NAME}` takes the value of that environment variable. Default: the workspace has no
    dashboard."""
    folder: Optional[FolderUid] = None
    """Uid of an existing folder for the dashboard. Default: Grafana's root."""
