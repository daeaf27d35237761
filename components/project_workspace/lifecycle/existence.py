"""Whether something of a name exists on AWS already, and whose it is: a bucket, a role, a node group, an
association of EKS Pod Identity.

Owns: one look for each, read only. Does not own what follows from it. Why not a list and a search in it: the rights to
look at one thing are narrower than those to list all.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from project_workspace.aws.client import READ_ATTEMPTS, Clients, translate_errors, with_deadline
from project_workspace.remote.errors import NotFoundError

UNTAGGED = "NoSuchTagSet"
"""S3's error for a bucket without a tag."""

Tags = dict[str, str]
Answer = TypeVar("Answer")


def bucket_exists(clients: Clients, name: str) -> bool:
    """Whether there is a bucket of this name. Raises RefusedError for one of another account."""
    s3 = clients("s3", attempts=READ_ATTEMPTS)
    # Not the bucket's place, whose answer boto3 reads in a way of its own, and not HEAD, whose 404 anybody can give.
    found = _found("s3:ListBucket", f"bucket {name}", lambda: s3.list_objects_v2(Bucket=name, MaxKeys=1)["Name"])
    return found is not None


def bucket_tags(clients: Clients, name: str) -> Tags | None:
    """The tags of the bucket; None when there is none of this name. Raises RefusedError for one of another account."""
    s3 = clients("s3", attempts=READ_ATTEMPTS)

    def tags() -> Tags:
        try:
            return _by_key(s3.get_bucket_tagging(Bucket=name)["TagSet"])
        except s3.exceptions.ClientError as error:
            if error.response["Error"]["Code"] != UNTAGGED:
                raise
            return {}

    return _found("s3:GetBucketTagging", f"bucket {name}", tags)


def role_exists(clients: Clients, name: str) -> bool:
    """Whether this account has a role of this name."""
    return role_tags(clients, name) is not None


def role_tags(clients: Clients, name: str) -> Tags | None:
    """The tags of the role; None when this account has none of this name."""
    iam = clients("iam", attempts=READ_ATTEMPTS)

    def tags() -> Tags:
        role = iam.get_role(RoleName=name)["Role"]
        return _by_key(role.get("Tags", [])) if role["RoleName"] else {}

    return _found("iam:GetRole", f"role {name}", tags)


def node_group_exists(clients: Clients, cluster: str, name: str) -> bool:
    """Whether the EKS cluster has a managed node group of this name; without the cluster it has none."""
    return node_group_tags(clients, cluster, name) is not None


def node_group_tags(clients: Clients, cluster: str, name: str) -> Tags | None:
    """The tags of the managed node group; None when the cluster has none of this name, or is not there."""
    eks = clients("eks", attempts=READ_ATTEMPTS)

    def tags() -> Tags:
        group = eks.describe_nodegroup(clusterName=cluster, nodegroupName=name)["nodegroup"]
        return dict(group.get("tags") or {}) if group["nodegroupName"] else {}

    return _found("eks:DescribeNodegroup", f"node group {name} of cluster {cluster}", tags)


def association(clients: Clients, cluster: str, namespace: str, service_account: str) -> tuple[str, Tags] | None:
    """Id and tags of the one association of the service account; None when it has none, or there is no cluster."""
    eks = clients("eks", attempts=READ_ATTEMPTS)
    where = f"service account {service_account} of namespace {namespace} in cluster {cluster}"

    def listed() -> list[str]:
        asked = {"clusterName": cluster, "namespace": namespace, "serviceAccount": service_account}
        return [each["associationId"] for each in eks.list_pod_identity_associations(**asked)["associations"]]

    def tags(id_: str) -> Tags:
        found = eks.describe_pod_identity_association(clusterName=cluster, associationId=id_)["association"]
        return dict(found.get("tags") or {}) if found["associationId"] else {}

    for id_ in _found("eks:ListPodIdentityAssociations", where, listed) or []:
        found = _found("eks:DescribePodIdentityAssociation", where, lambda id_=id_: tags(id_))
        if found is not None:
            return id_, found
    return None


def token_provider_arn(clients: Clients, cluster: str) -> str:
    """ARN of the IAM OIDC provider that the cluster's tokens need. Raises NotFoundError without the cluster."""
    eks = clients("eks", attempts=READ_ATTEMPTS)

    def arn() -> str:
        found = eks.describe_cluster(name=cluster)["cluster"]
        _, partition, _, _, account, _ = found["arn"].split(":", 5)
        issuer = found["identity"]["oidc"]["issuer"].removeprefix("https://")
        return f"arn:{partition}:iam::{account}:oidc-provider/{issuer}"

    with translate_errors("eks:DescribeCluster", f"cluster {cluster}"):
        return with_deadline(arn)


def token_audiences(clients: Clients, provider_arn: str) -> list[str] | None:
    """For whom tokens of the IAM OIDC provider may be made out; None when the account has no such provider."""
    iam = clients("iam", attempts=READ_ATTEMPTS)

    def audiences() -> list[str]:
        return iam.get_open_id_connect_provider(OpenIDConnectProviderArn=provider_arn)["ClientIDList"]

    return _found("iam:GetOpenIDConnectProvider", provider_arn, audiences)


def _by_key(listed: list[dict[str, Any]]) -> Tags:
    return {tag["Key"]: tag["Value"] for tag in listed}


def _found(operation: str, where: str, look: Callable[[], Answer]) -> Answer | None:
    """What the look answers, None for "not there". It takes the thing's name, or its tags, out of the answer: only
    that distinguishes AWS's from another page."""
    try:
        with translate_errors(operation, where):
            return with_deadline(look)
    except NotFoundError:
        return None
