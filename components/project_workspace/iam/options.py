"""What people choose of who may use the bucket: the section `access` of a stack file."""

from collections.abc import Iterator
from typing import Annotated, ClassVar

from project_workspace.schema.problem import Problem
from project_workspace.schema.rule import Rule, choice, matches
from project_workspace.schema.section import Section, Together
from project_workspace.schema.values import dns_label

SHARED_POLICIES = "shared-policies"
BUCKET_POLICY = "bucket-policy"

AccessMode = Annotated[str, choice(SHARED_POLICIES, BUCKET_POLICY)]
PRINCIPAL_ARN = Rule(
    "the ARN of an IAM role or user",
    "arn:aws:iam::123456789012:role/role-eks-an2-ai-conductor-ai-conductor-sa",
    matches(r"arn:aws[\w-]*:iam::\d{12}:(role|user)/[\w+=,.@/-]+"),
)
PrincipalArn = Annotated[str, PRINCIPAL_ARN]
LeaseNamespace = Annotated[str, dns_label("auth")]


def _principals(options: "AccessOptions") -> Iterator[Problem]:
    """A bucket that nobody may use is a mistake, and so are principals that nobody asks for."""
    if (options.mode == BUCKET_POLICY) != bool(options.principals):
        yield Problem(
            "principals",
            f"Expected ARNs with mode '{BUCKET_POLICY}' and only there, for example '{PRINCIPAL_ARN.example}'.",
        )


class AccessOptions(Section):
    """How the two consumers of the bucket, Kubeflow's deploy identity and AI Conductor, may use it."""

    mode: AccessMode = SHARED_POLICIES
    """Where the grants are written. `shared-policies`: entries in the installation's two managed policies, which end at
    {limits.POLICY_DOCUMENT_LIMIT} characters (37 to 63 workspaces). `bucket-policy`: statements in the bucket's own
    policy, without a limit that workspaces share."""
    principals: list[PrincipalArn] = []
    """ARNs of the roles or users that may list, read, write and delete objects. Needed with `bucket-policy`, and only
    there."""
    lease_namespace: LeaseNamespace = "auth"
    """Kubernetes namespace of the Leases that serialise edits of the shared policies. All stacks that edit the same
    policies must name the same one."""

    together: ClassVar[tuple[Together, ...]] = (Together(("mode", "principals"), _principals),)
