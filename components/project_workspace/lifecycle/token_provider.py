"""Whether IAM knows the issuer of a cluster's tokens, without which no pod gets a role by them (`irsa`).

Owns: that look. Does not own the IAM OIDC provider: there is one for a cluster, made with the cluster and used by all.
"""

from project_workspace.aws.client import Clients
from project_workspace.iam.role_documents import AUDIENCE
from project_workspace.lifecycle.existence import token_audiences, token_provider_arn
from project_workspace.remote.errors import NotFoundError, RefusedError


def misfit(clients: Clients, cluster: str) -> RefusedError | None:
    """Why pods of the cluster could get no role by their tokens; None when they could."""
    try:
        arn = token_provider_arn(clients, cluster)
    except NotFoundError as error:
        return error
    audiences = token_audiences(clients, arn)
    if audiences is None:
        return NotFoundError(
            f"IAM has no OIDC provider for the tokens of cluster {cluster}",
            where=arn,
            remedy=f"Make it, for example 'eksctl utils associate-iam-oidc-provider --cluster {cluster} --approve', or "
            "set 'access.assumedBy: pod-identity'.",
        )
    if AUDIENCE not in audiences:
        return RefusedError(
            f"The IAM OIDC provider of cluster {cluster} does not take tokens for {AUDIENCE}",
            where=arn,
            remedy=f"Add it: 'aws iam add-client-id-to-open-id-connect-provider --open-id-connect-provider-arn {arn} "
            f"--client-id {AUDIENCE}'.",
        )
    return None
