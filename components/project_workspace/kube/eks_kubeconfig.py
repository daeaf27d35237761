"""The kubeconfig of an EKS cluster, for an identity of AWS: it holds no credentials, `aws eks get-token` gives them.

Owns: its form, and which identities `aws` can take. Does not own the look at the cluster (`connection.py` asks by the
AWS plugin, others by EKS itself).
"""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi

from project_workspace.aws import settings as aws_settings


def identity(config: Mapping[str, str]) -> list[str]:
    """The options by which `aws` has the identity of the stack's `aws:` settings. Raises `pulumi.RunError`."""
    settings = aws_settings.read(config.get)
    too_much = len(settings.assume_roles) > 1 or any(role.narrowed for role in settings.assume_roles)
    if settings.access_key or settings.web_identity or too_much:
        raise pulumi.RunError(
            "kubernetes.fromCluster: Expected an identity that 'aws eks get-token' can take, for example 'aws:profile' "
            "or one role in 'aws:assumeRoles'; for others describe the identity as a profile, and name that."
        )
    roles = [option for role in settings.assume_roles for option in ("--role-arn", role.arn)]
    return [*roles, *(["--profile", settings.profile] if settings.profile else [])]


def kubeconfig(
    cluster: str, region: str, identity: Sequence[str], *, server: pulumi.Input[str], authority: pulumi.Input[str]
) -> dict[str, Any]:
    """The kubeconfig. `server` and `authority`: EKS's endpoint, and its certificate's data."""
    arguments = ["eks", "get-token", "--cluster-name", cluster, "--region", region, "--output", "json", *identity]
    user = {
        "exec": {
            "apiVersion": "client.authentication.k8s.io/v1beta1",
            "command": "aws",
            "args": arguments,
            "interactiveMode": "Never",
        }
    }
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": cluster,
        "contexts": [{"name": cluster, "context": {"cluster": cluster, "user": cluster}}],
        "clusters": [{"name": cluster, "cluster": {"server": server, "certificate-authority-data": authority}}],
        "users": [{"name": cluster, "user": user}],
    }
