"""What the token of Grafana is called. Does not own where it counts (`remote.provider.StackConfig`)."""

from project_workspace.remote.credential import Credential

TOKEN = Credential("GRAFANA_TOKEN", "grafanaToken")
"""A service account's; see docs/permissions.md."""
