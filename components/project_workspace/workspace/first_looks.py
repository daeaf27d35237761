"""What a workspace looks at before anything is made: the shared policies, what exists already."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Optional

import pulumi

from project_workspace.dex.options import CONFIG_MAP, PASSWORD_OBJECT
from project_workspace.eks.chosen import makes_node_role
from project_workspace.iam.options import IRSA, POD_IDENTITY, SHARED_POLICIES
from project_workspace.iam.role_documents import SERVICE_ACCOUNT
from project_workspace.kube.provider_connection import StackCluster
from project_workspace.lifecycle.collision_check import CollisionCheck, CollisionCheckArgs
from project_workspace.names import Names
from project_workspace.namespaces.kinds import EXISTING, PROFILE
from project_workspace.options import WorkspaceOptions
from project_workspace.stack_mark import StackMark
from project_workspace.workspace.assembly import Assembly
from project_workspace.workspace.logins import user_ids

if TYPE_CHECKING:
    from project_workspace.iam.component import SharedPolicy


def know_the_shared_policies(workspace: Assembly) -> "dict[str, SharedPolicy]":
    """The policies that get the bucket, by who uses it; none in another access mode."""
    args, names = workspace.args, workspace.names
    if args.access.mode != SHARED_POLICIES:
        return {}
    from project_workspace.iam.component import shared_policies

    policies = {"kubeflow": names.kubeflow_policy, "conductor": names.conductor_policy}
    return shared_policies(policies, partition=args.site.partition, parent=workspace.parent)


def look_first(workspace: Assembly, policies: "dict[str, SharedPolicy]") -> None:
    """Nothing is made where something exists already that this stack did not make, or the bucket has no place."""
    look = CollisionCheck(
        workspace.name,
        collision_args(
            workspace.args,
            workspace.names,
            workspace.mark,
            shared_policies=[policy.arn for policy in policies.values()],
            account_id=workspace.args.account_id,
            stack_cluster=workspace.cluster,
        ),
        opts=workspace.next(),
    )
    workspace.made(look)


def collision_args(
    options: WorkspaceOptions,
    names: Names,
    mark: StackMark,
    *,
    shared_policies: Sequence[pulumi.Input[str]] = (),
    account_id: Optional[pulumi.Input[Optional[str]]] = None,
    stack_cluster: StackCluster,
) -> CollisionCheckArgs:
    """What a workspace of these options has a name of its own for; the same for a run, and for who looks before it."""
    kind = options.namespace.kind
    return CollisionCheckArgs(
        region=options.region,
        bucket=names.bucket,
        namespace=None if kind == EXISTING else names.namespace,
        namespace_kind=None if kind == PROFILE else kind,
        node_role=names.node_role if makes_node_role(options) else None,
        cluster=options.cluster,
        node_groups=[group.group for group in names.node_groups.values()],
        dex_user=_dex_user(options, names),
        dex_objects=_dex_objects(options, names),
        dashboard={"url": options.grafana.url, "uid": names.dashboard_uid} if options.grafana.url else None,
        conductor=_conductor(options, names),
        oidc_client=_oidc_client(options, names),
        workspace_role=names.workspace_role,
        pod_identity=_pod_identity(options, names),
        irsa=True if names.workspace_role and options.access.assumed_by == IRSA else None,
        shared_policies=shared_policies,
        adopt=options.adopt,
        account_id=account_id,
        pulumi_project=mark.project,
        pulumi_stack=mark.stack,
        retain_bucket=options.storage.retain or None,
        stack_cluster=stack_cluster,
    )


def _dex_user(options: WorkspaceOptions, names: Names) -> Optional[dict[str, Any]]:
    login = options.login
    if not login.enabled or login.dex.stored_in != CONFIG_MAP:
        return None
    return {"email": names.email, **_dex(options)}


def _dex_objects(options: WorkspaceOptions, names: Names) -> Optional[dict[str, Any]]:
    users = user_ids(options, names)
    if not users or options.login.dex.stored_in != PASSWORD_OBJECT:
        return None
    return {"userIds": users, **_dex(options)}


def _dex(options: WorkspaceOptions) -> dict[str, str]:
    dex = options.login.dex
    return {"namespace": dex.namespace, "configMap": dex.config_map, "key": dex.key}


def _pod_identity(options: WorkspaceOptions, names: Names) -> Optional[dict[str, str]]:
    if not names.workspace_role or options.access.assumed_by != POD_IDENTITY:
        return None
    return {"namespace": names.namespace, "serviceAccount": SERVICE_ACCOUNT}


def _conductor(options: WorkspaceOptions, names: Names) -> Optional[dict[str, Any]]:
    conductor = options.conductor
    if not conductor.url:
        return None
    names_there = {"workspace": names.workspace, "account": names.system_account}
    return {"url": conductor.url, "profile": conductor.profile, **names_there}


def _oidc_client(options: WorkspaceOptions, names: Names) -> Optional[dict[str, Any]]:
    client = options.oidc_client
    if not client.url:
        return None
    place = {"url": client.url, "realm": client.realm, "adminRealm": client.admin_realm}
    return {**place, "clientId": names.oidc_client}
