"""The guard before the teardown of a workspace."""

import pulumi

from project_workspace.lifecycle.teardown_guard import TeardownGuard, TeardownGuardArgs
from project_workspace.workspace.assembly import Assembly


def guard_the_teardown(workspace: Assembly) -> None:
    """The last part, so the first to go: a refusal comes before anything is deleted."""
    args, names = workspace.args, workspace.names
    known = bool(args.conductor.url)
    # Protected with what it guards.
    protect = pulumi.ResourceOptions(protect=args.protects)
    TeardownGuard(
        workspace.name,
        TeardownGuardArgs(
            namespace=names.namespace,
            bucket=names.bucket,
            region=args.region,
            account_id=args.account_id,
            stack_cluster=workspace.cluster,
            delete_data=args.delete_data,
            retain_bucket=args.storage.retain or None,
            conductor_url=args.conductor.url,
            conductor_profile=args.conductor.profile if known else None,
            workspace=names.workspace if known else None,
        ),
        opts=pulumi.ResourceOptions.merge(workspace.next(), protect),
    )
