"""The Grafana dashboard of a workspace."""

from typing import TYPE_CHECKING, Optional

from project_workspace.workspace.assembly import Assembly

if TYPE_CHECKING:
    from project_workspace.grafana.component import Dashboard


def make_dashboard(workspace: Assembly) -> "Optional[Dashboard]":
    """The dashboard; None without a Grafana."""
    options, names = workspace.args.grafana, workspace.names
    if not options.url:
        return None
    from project_workspace.grafana.component import Dashboard, DashboardArgs

    part = Dashboard(
        workspace.name,
        DashboardArgs(
            options=options,
            uid=names.dashboard_uid,
            workspace=names.workspace,
            namespace=names.namespace,
            bucket=names.bucket,
            node_labels=[group.label for group in names.node_groups.values()],
            adopt=workspace.args.adopt,
        ),
        opts=workspace.next(),
    )
    workspace.made(part)
    return part
