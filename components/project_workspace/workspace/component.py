"""`ProjectWorkspace`: one AI project workspace as one component: everything that the runbook makes by hand.

Owns: the order of a workspace's parts (that of docs/facts/runbook.md, so that destroy is exactly the reverse), and the
outputs. Does not own what can be chosen (`options.py`), what a part is given (the files beside this one) or any
resource's details: each part is a component of its own in a room beside this one. Why the strict order: AI Conductor's
record may only name what exists, and a teardown must end with the namespace.

A part that a stack may lack is imported where it is made: a command pays for loading it, and the SDK under it, only in
the stacks that have it.
"""

from typing import Any, Optional

import pulumi

from project_workspace.options import ProjectWorkspaceArgs
from project_workspace.workspace.assembly import Assembly
from project_workspace.workspace.bucket import grant_access, make_bucket
from project_workspace.workspace.conductor import make_conductor
from project_workspace.workspace.dashboard import make_dashboard
from project_workspace.workspace.first_looks import know_the_shared_policies, look_first
from project_workspace.workspace.identity import annotated_role, give_the_role, make_role
from project_workspace.workspace.logins import make_login, make_logins_of_members
from project_workspace.workspace.namespace import look_at_the_namespace, make_namespace, make_tenancy
from project_workspace.workspace.nodes import make_nodes
from project_workspace.workspace.oidc_client import make_oidc_client
from project_workspace.workspace.runai import look_for_runai, make_runai
from project_workspace.workspace.teardown import guard_the_teardown
from project_workspace.workspace.volumes import look_at_the_volumes, make_volumes


class ProjectWorkspace(pulumi.ComponentResource):
    """One AI project workspace. Its arguments have reported everything that is wrong before this is called."""

    namespace: pulumi.Output[str]
    """Name of the Kubernetes namespace."""
    email: str
    """E-mail with which the Kubeflow user logs in."""
    password: Optional[pulumi.Output[str]]
    """The Kubeflow user's password, secret; None without a login or when only its hash was given."""
    member_passwords: dict[str, pulumi.Output[str]]
    """The passwords of members with a login of their own, by e-mail, secret."""
    bucket_name: pulumi.Output[str]
    bucket_arn: pulumi.Output[str]
    workspace_role_arn: Optional[pulumi.Output[str]]
    """ARN of the IAM role of the workspace's pods; None without one of its own."""
    node_groups: dict[str, Any]
    """By spec: labels, taints, and a ready `nodeSelector` and `tolerations`."""
    node_group_names: Optional[pulumi.Output[list[str]]]
    dashboard_uid: Optional[pulumi.Output[str]]
    dashboard_url: Optional[pulumi.Output[str]]
    workspace_id: Optional[pulumi.Output[str]]
    """AI Conductor's id of the workspace."""
    system_account_password: Optional[pulumi.Output[str]]
    """Secret."""

    oidc_client_id: Optional[str]
    """Client ID of the client in Keycloak."""
    oidc_client_secret: Optional[pulumi.Output[str]]
    """Secret."""
    oidc_issuer: Optional[str]
    """Where OpenID Connect's discovery begins."""

    def __init__(self, name: str, args: ProjectWorkspaceArgs, opts: Optional[pulumi.ResourceOptions] = None) -> None:
        super().__init__("project-workspace:index:ProjectWorkspace", name, {}, opts)
        self._args = args
        workspace = Assembly(name, args, parent=self)
        self.names = workspace.names
        workspace.know_the_cluster(args.kubeconfig)
        policies = know_the_shared_policies(workspace)
        look_at_the_volumes(workspace)
        look_first(workspace, policies)
        look_for_runai(workspace)
        look_at_the_namespace(workspace)
        role = make_role(workspace)
        self.workspace_role_arn = role.arn if role else None
        self.namespace = make_namespace(workspace, annotated_role(workspace, role))
        make_tenancy(workspace)
        make_volumes(workspace)
        make_runai(workspace)
        self.email, self.password = self.names.email, make_login(workspace)
        self.member_passwords = make_logins_of_members(workspace)
        storage = make_bucket(workspace)
        self.bucket_name, self.bucket_arn = storage.bucket.bucket, storage.arn
        grant_access(workspace, policies)
        give_the_role(workspace, role)
        nodes = make_nodes(workspace)
        self.node_groups, self.node_group_names = (nodes.placement, nodes.group_names) if nodes else ({}, None)
        dashboard = make_dashboard(workspace)
        self.dashboard_uid, self.dashboard_url = (dashboard.uid, dashboard.url) if dashboard else (None, None)
        conductor = make_conductor(workspace, self.bucket_name, nodes.sizes if nodes else {}, self.dashboard_uid)
        self.workspace_id = conductor.workspace_id if conductor else None
        self.system_account_password = conductor.system_account_password if conductor else None
        client = make_oidc_client(workspace)
        self.oidc_client_id, self.oidc_issuer = (client.client_id, client.issuer) if client else (None, None)
        self.oidc_client_secret = client.secret if client else None
        guard_the_teardown(workspace)
        self.register_outputs(self.outputs())

    def outputs(self) -> dict[str, Any]:
        """Everything a person or another stack needs next; secrets stay secret."""
        found = {
            "workspace": self.names.workspace,
            "namespace": self.namespace,
            "kubeflowUser": self.names.email,
            "kubeflowPassword": self.password,
            "memberPasswords": self.member_passwords or None,
            "bucketName": self.bucket_name,
            "bucketArn": self.bucket_arn,
            "workspaceRoleArn": self.workspace_role_arn,
            "nodeGroups": self.node_groups,
            "nodeGroupNames": self.node_group_names,
            "dashboardUid": self.dashboard_uid,
            "dashboardUrl": self.dashboard_url,
            "conductorUrl": self._args.conductor.url,
            "conductorWorkspaceId": self.workspace_id,
            "systemAccount": self.names.system_account if self._args.conductor.url else None,
            "systemAccountPassword": self.system_account_password,
            "oidcClientId": self.oidc_client_id,
            "oidcClientSecret": self.oidc_client_secret,
            "oidcIssuer": self.oidc_issuer,
        }
        return {key: value for key, value in found.items() if value is not None}
