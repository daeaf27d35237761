"""The policies that a workspace shares with others."""

from __future__ import annotations

from project_workspace import limits
from project_workspace.aws import provider_connection
from project_workspace.aws.arns import bucket_arns
from project_workspace.iam import policy_document, statements
from project_workspace.iam.options import SHARED_POLICIES
from project_workspace.remote.errors import RemoteError
from workspacectl.preflight.answers import Answer, failed, ok
from workspacectl.preflight.sites import WorkspaceSite


def shared_policies(site: WorkspaceSite) -> Answer | None:
    """The two shared policies have a statement for the bucket, and room for its entries."""
    if site.options.access.mode != SHARED_POLICIES:
        return None
    account = provider_connection.account(site.config).id
    partition, arns = site.options.site.partition, bucket_arns(site.options.site.partition, site.names.bucket)
    refusals: list[str] = []
    room: list[str] = []
    for name in (site.names.kubeflow_policy, site.names.conductor_policy):
        policy = f"arn:{partition}:iam::{account}:policy/{name}"
        try:
            document = policy_document.read(site.aws("iam"), policy)
            if refusal := statements.misfit(document, policy, arns):
                refusals.append(str(refusal))
        except RemoteError as error:
            refusals.append(str(error))
            continue
        left = limits.POLICY_DOCUMENT_LIMIT - policy_document.size(document)
        room.append(f"{name} has room for {left} characters")
        if left < sum(len(arn) + len('"",') for arn in arns):
            refusals.append(f"{name} has no room for the bucket's entries: {left} characters are left.")
    if refusals:
        return failed(" ".join(refusals), "a statement with room in each", "docs/shared-objects.md")
    return ok("; ".join(room))


CHECKS = (shared_policies,)
