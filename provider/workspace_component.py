"""`Workspace`: `project_workspace.workspace.component.ProjectWorkspace` as other languages see it.

Owns: the package's name, the translation of its arguments into settings, and its outputs. Does not own the checks: they
are those of a stack file (`project_workspace.options`), with the same sentences. Why not `ProjectWorkspace` itself: its
arguments have types that Pulumi's analyzer does not read, and a component of a package gets a plain mapping
(docs/facts/pulumi-components-and-packages.md, "Components of a package"). What does not carry over:
docs/library-and-packages.md.
"""

from collections.abc import Mapping
from typing import Any, Optional

import pulumi
from pydantic import BaseModel
from pydantic.alias_generators import to_camel

from project_workspace.options import ProjectWorkspaceArgs
from project_workspace.remote.provider import plain_value
from project_workspace.schema.kinds import section_in
from project_workspace.workspace.component import ProjectWorkspace
from settings_types import WorkspaceArgs

PACKAGE = "project-workspace"
VERSION = "0.2.0"
"""That of the distribution in pyproject.toml."""


class Workspace(pulumi.ComponentResource):
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
        super().__init__(f"{PACKAGE}:index:Workspace", name, {}, opts)
        options = ProjectWorkspaceArgs.model_validate(document(ProjectWorkspaceArgs, plain_value(args)))
        made = ProjectWorkspace(name, options, pulumi.ResourceOptions(parent=self)).outputs()
        for key in Workspace.__annotations__:
            value = made.get(to_camel(key))
            setattr(self, key, None if value is None else pulumi.Output.from_input(value))
        self.register_outputs(made)


def document(model: type[BaseModel], args: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments, whose names are Python's by now, as a stack's file has them."""
    fields = model.model_fields
    return {fields[name].alias or name: _within(fields[name].annotation, value) for name, value in args.items()}


def _within(annotation: Any, value: Any) -> Any:
    inner, is_list = section_in(annotation)
    if inner and is_list and isinstance(value, list):
        return [document(inner, item) for item in value]
    return document(inner, value) if inner and isinstance(value, Mapping) else value
