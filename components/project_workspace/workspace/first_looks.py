"""What a workspace looks at before anything is made: the cluster, the shared policies, what exists already."""

from typing import Any, Optional

import pulumi

from project_workspace.dex.options import CONFIG_MAP, PASSWORD_OBJECT
from project_workspace.iam.component import SharedPolicy, shared_policies
from project_workspace.iam.options import IRSA, POD_IDENTITY, SHARED_POLICIES
from project_workspace.iam.role_documents import SERVICE_ACCOUNT
from project_workspace.kube.provider_connection import StackCluster
from project_workspace.lifecycle.cluster_identity import ClusterIdentity, ClusterIdentityArgs
from project_workspace.lifecycle.collision_check import CollisionCheck, CollisionCheckArgs
from project_workspace.namespaces.kinds import EXISTING, PROFILE
from project_workspace.workspace.assembly import Assembly
from project_workspace.workspace.logins import user_ids


def know_the_cluster(workspace: Assembly) -> None:
    """Everything else of the workspace is in the cluster of the first `up`, or not touched."""
    kubeconfig = workspace.args.kubeconfig
    known = ClusterIdentity(
        workspace.name,
        ClusterIdentityArgs(kubeconfig=kubeconfig),
        opts=pulumi.ResourceOptions(parent=workspace.parent),
    )
    workspace.cluster = StackCluster(kubeconfig=kubeconfig, cluster_uid=known.cluster_uid)
    workspace.made(known)


def know_the_shared_policies(workspace: Assembly) -> dict[str, SharedPolicy]:
    """The policies that get the bucket, by who uses it; none in another access mode."""
    args, names = workspace.args, workspace.names
    if args.access.mode != SHARED_POLICIES:
        return {}
    policies = {"kubeflow": names.kubeflow_policy, "conductor": names.conductor_policy}
    return shared_policies(policies, partition=args.site.partition, parent=workspace.parent)


def look_first(workspace: Assembly, policies: dict[str, SharedPolicy]) -> None:
    """Nothing is made where something exists already that this stack did not make, or the bucket has no place."""
    args, names, mark = workspace.args, workspace.names, workspace.mark
    kind, own_role = args.namespace.kind, any(group.existing is None for group in args.node_groups)
    look = CollisionCheck(
        workspace.name,
        CollisionCheckArgs(
            region=args.region,
            bucket=names.bucket,
            namespace=None if kind == EXISTING else names.namespace,
            namespace_kind=None if kind == PROFILE else kind,
            node_role=names.node_role if own_role else None,
            cluster=args.cluster,
            node_groups=[group.group for group in names.node_groups.values()],
            dex_user=_dex_user(workspace),
            dex_objects=_dex_objects(workspace),
            dashboard={"url": args.grafana.url, "uid": names.dashboard_uid} if args.grafana.url else None,
            conductor=_conductor(workspace),
            oidc_client=_oidc_client(workspace),
            workspace_role=names.workspace_role,
            pod_identity=_pod_identity(workspace),
            irsa=True if names.workspace_role and args.access.assumed_by == IRSA else None,
            shared_policies=[policy.arn for policy in policies.values()],
            adopt=args.adopt,
            account_id=args.account_id,
            pulumi_project=mark.project,
            pulumi_stack=mark.stack,
            retain_bucket=args.storage.retain or None,
            stack_cluster=workspace.cluster,
        ),
        opts=workspace.next(),
    )
    workspace.made(look)


def _dex_user(workspace: Assembly) -> Optional[dict[str, Any]]:
    login = workspace.args.login
    if not login.enabled or login.dex.stored_in != CONFIG_MAP:
        return None
    return {"email": workspace.names.email, **_dex(workspace)}


def _dex_objects(workspace: Assembly) -> Optional[dict[str, Any]]:
    users = user_ids(workspace)
    if not users or workspace.args.login.dex.stored_in != PASSWORD_OBJECT:
        return None
    return {"userIds": users, **_dex(workspace)}


def _dex(workspace: Assembly) -> dict[str, str]:
    dex = workspace.args.login.dex
    return {"namespace": dex.namespace, "configMap": dex.config_map, "key": dex.key}


def _pod_identity(workspace: Assembly) -> Optional[dict[str, str]]:
    access, names = workspace.args.access, workspace.names
    if not names.workspace_role or access.assumed_by != POD_IDENTITY:
        return None
    return {"namespace": names.namespace, "serviceAccount": SERVICE_ACCOUNT}


def _conductor(workspace: Assembly) -> Optional[dict[str, Any]]:
    options, names = workspace.args.conductor, workspace.names
    if not options.url:
        return None
    names_there = {"workspace": names.workspace, "account": names.system_account}
    return {"url": options.url, "profile": options.profile, **names_there}


def _oidc_client(workspace: Assembly) -> Optional[dict[str, Any]]:
    options = workspace.args.oidc_client
    if not options.url:
        return None
    place = {"url": options.url, "realm": options.realm, "adminRealm": options.admin_realm}
    return {**place, "clientId": workspace.names.oidc_client}
