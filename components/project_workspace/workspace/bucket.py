"""The bucket of a workspace, and who may use it."""

from project_workspace.iam.component import (
    SharedPolicy,
    SharedPolicyAccess,
    SharedPolicyAccessArgs,
    bucket_policy_statements,
)
from project_workspace.s3.component import Storage, StorageArgs
from project_workspace.workspace.assembly import Assembly


def make_bucket(workspace: Assembly) -> Storage:
    """The bucket, with its own policy."""
    args, bucket = workspace.args, workspace.names.bucket
    statements = []
    if args.access.principals:
        statements = bucket_policy_statements(
            partition=args.site.partition, bucket=bucket, principals=args.access.principals
        )
    part = Storage(
        workspace.name,
        StorageArgs(
            bucket=bucket,
            partition=args.site.partition,
            options=args.storage,
            protect=args.protects,
            delete_data=args.delete_data,
            statements=statements,
            tags=args.tags,
            mark=workspace.mark,
        ),
        opts=workspace.next(),
    )
    workspace.made(part)
    return part


def grant_access(workspace: Assembly, policies: dict[str, SharedPolicy]) -> None:
    """The bucket in the shared policies, where there are some."""
    args = workspace.args
    if not policies:
        return
    part = SharedPolicyAccess(
        workspace.name,
        SharedPolicyAccessArgs(
            policies=policies,
            bucket=workspace.names.bucket,
            partition=args.site.partition,
            region=args.region,
            lease_namespace=args.access.lease_namespace,
            account_id=args.account_id,
            stack_cluster=workspace.cluster,
        ),
        opts=workspace.next(),
    )
    workspace.made(part)
