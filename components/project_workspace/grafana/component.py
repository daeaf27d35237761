"""The workspace's Grafana dashboard: CPU, memory and GPUs of its namespace and nodes, and its bucket's size.

Owns: one dashboard, filled in from `data/project-dashboard.json`, under a uid derived from the workspace's names: AI
Conductor's "dashboard hash". Does not own Grafana, its data sources or folders. Why a dynamic provider: there is no
Grafana provider among this program's packages, and the dashboard is the only thing it needs there.
"""

from dataclasses import dataclass
from typing import Optional

import pulumi

from project_workspace.grafana.options import GrafanaOptions
from project_workspace.grafana.project_dashboard import render_project_dashboard
from project_workspace.grafana.provider import Dashboard as GrafanaDashboard
from project_workspace.grafana.provider import DashboardArgs as GrafanaDashboardArgs


@dataclass(kw_only=True)
class DashboardArgs:
    """The dashboard of one workspace."""

    options: GrafanaOptions
    """With a URL."""
    uid: str
    workspace: str
    namespace: str
    bucket: str
    node_labels: list[str]
    """Values of the node label `aic-role` of the workspace's node groups."""
    adopt: bool = False
    """Take over a dashboard of this uid that somebody else made."""


class Dashboard(pulumi.ComponentResource):
    """One project dashboard."""

    uid: pulumi.Output[str]
    url: pulumi.Output[str]

    def __init__(self, name: str, args: DashboardArgs, opts: Optional[pulumi.ResourceOptions] = None) -> None:
        super().__init__("project-workspace:grafana:Dashboard", name, {}, opts)
        url = args.options.url
        assert url, "without a URL this part is left out"
        title = f"Workspace {args.workspace}"
        dashboard = GrafanaDashboard(
            name,
            GrafanaDashboardArgs(
                url=url,
                uid=args.uid,
                folder=args.options.folder,
                title=title,
                model=render_project_dashboard(
                    title=title,
                    workspace=args.workspace,
                    namespace=args.namespace,
                    bucket=args.bucket,
                    node_labels=args.node_labels,
                ),
                adopt=args.adopt,
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.uid, self.url = dashboard.uid, dashboard.dashboard_url
        self.register_outputs({"uid": self.uid, "url": self.url})
