"""The guard before the teardown of a workspace."""

from typing import Any, Optional

import pulumi

from project_workspace.lifecycle.teardown_guard import TeardownGuard, TeardownGuardArgs
from project_workspace.namespaces.kinds import EXISTING
from project_workspace.workspace.assembly import Assembly


def guard_the_teardown(workspace: Assembly) -> None:
    """The last part, so the first to go: a refusal comes before anything is deleted."""
    args, names = workspace.args, workspace.names
    known, stays = bool(args.conductor.url), args.namespace.kind == EXISTING
    # Protected with what it guards.
    protect = pulumi.ResourceOptions(protect=args.protects)
    TeardownGuard(
        workspace.name,
        TeardownGuardArgs(
            namespace=None if stays else names.namespace,
            own_volumes=_own_volumes(workspace) if stays else None,
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


def _own_volumes(workspace: Assembly) -> Optional[dict[str, Any]]:
    """The claims that go with the stack, though their namespace stays."""
    names = [volume.name for volume in workspace.args.volumes if not volume.shared]
    return {"namespace": workspace.names.namespace, "names": names} if names else None
