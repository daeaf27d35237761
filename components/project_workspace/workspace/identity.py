"""What the pods of a workspace are on AWS: a role of its own, and how they get it."""

from typing import TYPE_CHECKING, Optional

import pulumi

from project_workspace.iam.options import IRSA, POD_IDENTITY
from project_workspace.s3.options import ENCRYPTION
from project_workspace.workspace.assembly import Assembly

if TYPE_CHECKING:
    from project_workspace.iam.workspace_role import WorkspaceRole


def make_role(workspace: Assembly) -> "Optional[WorkspaceRole]":
    """The role; None in another access mode. Before the Profile, which may name it."""
    args, names = workspace.args, workspace.names
    if not (names.workspace_role and args.cluster):
        return None
    from project_workspace.iam.workspace_role import WorkspaceRole, WorkspaceRoleArgs

    part = WorkspaceRole(
        workspace.name,
        WorkspaceRoleArgs(
            role=names.workspace_role,
            assumed_by=args.access.assumed_by,
            cluster=args.cluster,
            namespace=names.namespace,
            bucket=names.bucket,
            kms_key_arn=None if ENCRYPTION in args.storage.unmanaged else args.storage.kms_key_arn,
            region=args.region,
            partition=args.site.partition,
            tags=args.tags,
            mark=workspace.mark,
        ),
        opts=workspace.next(),
    )
    workspace.made(part)
    return part


def annotated_role(workspace: Assembly, role: "Optional[WorkspaceRole]") -> Optional[pulumi.Output[str]]:
    """ARN of the role, where pods get it by their service account's annotation."""
    return role.arn if role and workspace.args.access.assumed_by == IRSA else None


def give_the_role(workspace: Assembly, role: "Optional[WorkspaceRole]") -> None:
    """The role for the pods, where they get it by an association."""
    args = workspace.args
    if not (role and args.cluster and args.access.assumed_by == POD_IDENTITY):
        return
    from project_workspace.iam.workspace_role import PodIdentity, PodIdentityArgs

    part = PodIdentity(
        workspace.name,
        PodIdentityArgs(
            cluster=args.cluster,
            namespace=workspace.names.namespace,
            role_arn=role.arn,
            tags=args.tags,
            mark=workspace.mark,
        ),
        opts=workspace.next(),
    )
    workspace.made(part)
