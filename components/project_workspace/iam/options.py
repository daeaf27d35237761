"""What people choose of who may use the bucket: the section `access` of a stack file."""

from collections.abc import Iterator
from typing import Annotated, ClassVar

from project_workspace.schema.problem import Problem
from project_workspace.schema.rule import Rule, choice, matches
from project_workspace.schema.section import Section, Together
from project_workspace.schema.values import dns_label

SHARED_POLICIES = "shared-policies"
BUCKET_POLICY = "bucket-policy"
WORKSPACE_ROLE = "workspace-role"
POD_IDENTITY, IRSA = "pod-identity", "irsa"

AccessMode = Annotated[str, choice(SHARED_POLICIES, BUCKET_POLICY, WORKSPACE_ROLE)]
AssumedBy = Annotated[str, choice(POD_IDENTITY, IRSA)]
PRINCIPAL_ARN = Rule(
    "the ARN of an IAM role or user",
    "arn:aws:iam::123456789012:role/role-eks-an2-ai-conductor-ai-conductor-sa",
    matches(r"arn:aws[\w-]*:iam::\d{12}:(role|user)/[\w+=,.@/-]+"),
)
PrincipalArn = Annotated[str, PRINCIPAL_ARN]
LeaseNamespace = Annotated[str, dns_label("auth")]


def _principals(options: "AccessOptions") -> Iterator[Problem]:
    """A bucket that nobody may use is a mistake, and so are principals that nobody asks for."""
    needed, allowed = options.mode == BUCKET_POLICY, options.mode != SHARED_POLICIES
    if (needed and not options.principals) or (options.principals and not allowed):
        yield Problem(
            "principals",
            f"Expected ARNs with mode '{BUCKET_POLICY}', which needs them, or '{WORKSPACE_ROLE}', and only there, for "
            f"example '{PRINCIPAL_ARN.example}'.",
        )


def _assumed_by(options: "AccessOptions") -> Iterator[Problem]:
    if options.assumed_by != POD_IDENTITY and options.mode != WORKSPACE_ROLE:
        yield Problem("assumedBy", f"Expected mode '{WORKSPACE_ROLE}' beside it, for example 'mode: {WORKSPACE_ROLE}'.")


class AccessOptions(Section):
    """How the workspace's pods and AI Conductor may use the bucket."""

    mode: AccessMode = SHARED_POLICIES
    """Where the grants are written. `shared-policies`: entries in the installation's two managed policies, which end at
    {limits.POLICY_DOCUMENT_LIMIT} characters (37 to 63 workspaces). `bucket-policy`: statements in the bucket's own
    policy, without a limit that workspaces share. `workspace-role`: an IAM role of the workspace's own, which its pods
    with the service account `default-editor` get, and which may use this bucket alone; needs `cluster`."""
    principals: list[PrincipalArn] = []
    """ARNs of the roles or users that may list, read, write and delete objects, by the bucket's own policy. Needed with
    `bucket-policy`; with `workspace-role` they are those beside the pods, and AI Conductor's when there is one."""
    assumed_by: AssumedBy = POD_IDENTITY
    """How pods get the workspace's role. `pod-identity`: by an EKS Pod Identity association. `irsa`: by the annotation
    of their service account, which the Profile brings, and the cluster's IAM OIDC provider. Pods that run must be
    started again after a change."""
    lease_namespace: LeaseNamespace = "auth"
    """Kubernetes namespace of the Leases that serialise edits of the shared policies. All stacks that edit the same
    policies must name the same one."""

    together: ClassVar[tuple[Together, ...]] = (
        Together(("mode", "principals"), _principals),
        Together(("mode", "assumed_by"), _assumed_by),
    )
