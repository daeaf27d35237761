"""AWS: who this is, the EKS cluster, and the policies that a workspace shares with others."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

from project_workspace import limits
from project_workspace.aws import provider_connection
from project_workspace.aws.arns import bucket_arns
from project_workspace.iam import policy_document, statements
from project_workspace.iam.options import SHARED_POLICIES
from project_workspace.remote.errors import RemoteError
from workspacectl.preflight.answers import Answer, failed, ok, warning
from workspacectl.preflight.site import Site, WorkspaceSite

VERSIONS = json.loads((Path(__file__).parent / "eks_versions.json").read_text())
"""Until when EKS supports each version, as AWS publishes it."""


def today() -> date:
    """In UTC, as AWS's dates are."""
    return datetime.now(UTC).date()


def aws_identity(site: Site) -> Answer:
    """AWS knows this identity."""
    return ok(provider_connection.account(site.config).arn)


def eks_cluster(site: Site) -> Answer | None:
    """The EKS cluster is there, and takes node groups."""
    if not site.options.cluster:
        return None
    status = site.eks["status"]
    if status == "ACTIVE":
        return ok(f"{site.options.cluster}, ACTIVE")
    remedy = f"aws eks describe-cluster --name {site.options.cluster}"
    return failed(f"{site.options.cluster} is {status}", "ACTIVE", remedy)


def eks_version(site: Site) -> Answer | None:
    """The cluster's version is supported by EKS, and not only for extra money."""
    if not site.options.cluster:
        return None
    version = str(site.eks["version"])
    standard, extended = VERSIONS["standardUntil"].get(version), VERSIONS["extendedUntil"].get(version)
    if standard is None:
        newest = max(VERSIONS["standardUntil"], key=lambda text: [int(part) for part in text.split(".")])
        told = f"{version}, of which nothing was known in {VERSIONS['checked']}"
        is_newer = [int(part) for part in version.split(".")] > [int(part) for part in newest.split(".")]
        return ok(told) if is_newer else failed(told, f"a version that EKS still has, such as {newest}", _UPGRADE)
    if today() <= date.fromisoformat(standard):
        return ok(f"{version}, in standard support until {standard}")
    if today() <= date.fromisoformat(extended):
        return warning(f"{version}, in extended support, which costs more, until {extended}", "a newer one", _UPGRADE)
    return failed(f"{version}, without support since {extended}", "a newer one", _UPGRADE)


_UPGRADE = VERSIONS["source"]


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


CHECKS = (aws_identity, eks_cluster, eks_version, shared_policies)
