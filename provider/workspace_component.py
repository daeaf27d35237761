"""`Workspace`: `project_workspace.workspace.component.ProjectWorkspace` as other languages see it."""

from typing import Any, Optional

import pulumi

from project_workspace.options import ProjectWorkspaceArgs
from project_workspace.workspace.component import ProjectWorkspace
from settings_component import SettingsComponent
from settings_types import WorkspaceArgs


class Workspace(SettingsComponent):
    """One AI project workspace: bucket, grants, GPU node groups, Kubeflow Profile, login, dashboard, AI Conductor."""

    # The docstrings become the schema's descriptions.

    workspace: pulumi.Output[str]
    """Name of the workspace."""
    namespace: pulumi.Output[str]
    """Name of the Kubernetes namespace."""
    kubeflow_user: pulumi.Output[str]
    """E-mail with which the Kubeflow user logs in."""
    kubeflow_password: Optional[pulumi.Output[str]]
    """The Kubeflow user's generated password; absent without a login."""
    member_passwords: Optional[pulumi.Output[dict[str, str]]]
    """Passwords of members with a login of their own, by e-mail."""
    bucket_name: pulumi.Output[str]
    """Name of the bucket."""
    bucket_arn: pulumi.Output[str]
    """ARN of the bucket."""
    workspace_role_arn: Optional[pulumi.Output[str]]
    """ARN of the role that the workspace's pods have."""
    node_groups: pulumi.Output[dict[str, Any]]
    """By spec: labels, taints, and a ready `nodeSelector` and `tolerations`."""
    node_group_names: Optional[pulumi.Output[list[str]]]
    """Physical names of the node groups."""
    dashboard_uid: Optional[pulumi.Output[str]]
    """Uid of the Grafana dashboard."""
    dashboard_url: Optional[pulumi.Output[str]]
    """URL of the Grafana dashboard."""
    conductor_url: Optional[pulumi.Output[str]]
    """URL of AI Conductor."""
    conductor_workspace_id: Optional[pulumi.Output[str]]
    """AI Conductor's id of the workspace."""
    system_account: Optional[pulumi.Output[str]]
    """Name of Edge Conductor's account."""
    system_account_password: Optional[pulumi.Output[str]]
    """Its password."""
    oidc_client_id: Optional[pulumi.Output[str]]
    """Client ID of the client in Keycloak."""
    oidc_client_secret: Optional[pulumi.Output[str]]
    """Its secret."""
    oidc_issuer: Optional[pulumi.Output[str]]
    """Where OpenID Connect's discovery begins."""

    def __init__(self, name: str, args: WorkspaceArgs, opts: Optional[pulumi.ResourceOptions] = None) -> None:
        self.make(name, args, opts, ProjectWorkspaceArgs, ProjectWorkspace)
