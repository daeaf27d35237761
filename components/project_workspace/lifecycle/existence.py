"""Whether something of a name exists on AWS already: a bucket, a role, a node group.

Owns: one look for each, read only. Does not own what follows from it. Why not a list and a search in it: the rights to
look at one thing are narrower than those to list all.
"""

from __future__ import annotations

from collections.abc import Callable

from project_workspace.aws.client import Clients, translate_errors, with_deadline
from project_workspace.remote.errors import NotFoundError

ATTEMPTS = 4


def bucket_exists(clients: Clients, name: str) -> bool:
    """Whether there is a bucket of this name. Raises RefusedError for one of another account."""
    s3 = clients("s3", attempts=ATTEMPTS)
    # Not the bucket's place, whose answer boto3 reads in a way of its own, and not HEAD, whose 404 anybody can give.
    return _is_there("s3:ListBucket", f"bucket {name}", lambda: s3.list_objects_v2(Bucket=name, MaxKeys=1)["Name"])


def role_exists(clients: Clients, name: str) -> bool:
    """Whether this account has a role of this name."""
    iam = clients("iam", attempts=ATTEMPTS)
    return _is_there("iam:GetRole", f"role {name}", lambda: iam.get_role(RoleName=name)["Role"]["RoleName"])


def node_group_exists(clients: Clients, cluster: str, name: str) -> bool:
    """Whether the EKS cluster has a managed node group of this name; without the cluster it has none."""
    eks = clients("eks", attempts=ATTEMPTS)
    return _is_there(
        "eks:DescribeNodegroup",
        f"node group {name} of cluster {cluster}",
        lambda: eks.describe_nodegroup(clusterName=cluster, nodegroupName=name)["nodegroup"]["nodegroupName"],
    )


def _is_there(operation: str, where: str, name_of: Callable[[], str]) -> bool:
    """Whether the answer names the thing: only that distinguishes AWS's from another page."""
    try:
        with translate_errors(operation, where):
            with_deadline(name_of)
    except NotFoundError:
        return False
    return True
