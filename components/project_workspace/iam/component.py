"""Who may use the workspace's bucket: the two consumers of the runbook, granted in one of two ways.

Owns: the statements of a bucket policy (`bucket-policy`), and this bucket's entries in the two shared managed policies
(`shared-policies`, docs/facts/runbook.md, section 2-1). Does not own the shared policies themselves, their other
entries, or the identities they are attached to; nor the bucket policy as a resource, which is `s3/component.py`'s. Why
two ways: the shared policies are what installations have today, and end at 6,144 characters: 37 to 63 workspaces
(docs/facts/iam-policies.md, "How many workspaces fit").
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Optional

import pulumi
import pulumi_aws as aws

from project_workspace.aws.arns import bucket_arns
from project_workspace.iam.provider import PolicyGrant, PolicyGrantArgs, lease_of
from project_workspace.iam.statements import BUCKET_ACTIONS, OBJECT_ACTIONS
from project_workspace.kube.provider_connection import StackCluster


def bucket_policy_statements(
    *, partition: str, bucket: str, principals: Sequence[str]
) -> list[aws.iam.GetPolicyDocumentStatementArgs]:
    """The statements that grant `principals` (ARNs) list, read, write and delete on the bucket."""
    bucket_arn, objects_arn = bucket_arns(partition, bucket)
    return [
        _allow("ListThisBucket", BUCKET_ACTIONS, bucket_arn, principals),
        _allow("UseItsObjects", OBJECT_ACTIONS, objects_arn, principals),
    ]


def _allow(
    sid: str, actions: list[str], resource: str, principals: Sequence[str]
) -> aws.iam.GetPolicyDocumentStatementArgs:
    return aws.iam.GetPolicyDocumentStatementArgs(
        sid=sid,
        effect="Allow",
        actions=actions,
        resources=[resource],
        principals=[aws.iam.GetPolicyDocumentStatementPrincipalArgs(type="AWS", identifiers=list(principals))],
    )


@dataclass(frozen=True)
class SharedPolicy:
    """A managed policy of the stack's account that many workspaces share."""

    name: str
    arn: pulumi.Output[str]


def shared_policies(names: Mapping[str, str], *, partition: str, parent: pulumi.Resource) -> dict[str, SharedPolicy]:
    """The shared policies of these names, by the same keys."""
    account = aws.get_caller_identity_output(opts=pulumi.InvokeOptions(parent=parent)).account_id
    return {
        key: SharedPolicy(name, pulumi.Output.format("arn:{0}:iam::{1}:policy/{2}", partition, account, name))
        for key, name in names.items()
    }


@dataclass(kw_only=True)
class SharedPolicyAccessArgs:
    """This bucket's entries in shared managed policies."""

    policies: Mapping[str, SharedPolicy]
    """The shared policies, by the consumer's short name (part of the logical name)."""
    bucket: str
    """Physical name of the bucket."""
    partition: str
    region: str
    lease_namespace: str
    """Namespace of the Lease that serialises edits of a policy; the policies of one cluster share it."""
    account_id: Optional[pulumi.Input[Optional[str]]] = None
    """The AWS account: with an identity of another one nothing is done. Default: any account."""
    stack_cluster: StackCluster
    """The stack's cluster, and the way to it."""


class SharedPolicyAccess(pulumi.ComponentResource):
    """The bucket's two ARNs in each shared policy, added and removed without touching other entries."""

    def __init__(self, name: str, args: SharedPolicyAccessArgs, opts: Optional[pulumi.ResourceOptions] = None) -> None:
        super().__init__("project-workspace:iam:SharedPolicyAccess", name, {}, opts)
        for consumer, policy in args.policies.items():
            PolicyGrant(
                f"{name}-{consumer}",
                PolicyGrantArgs(
                    policy_arn=policy.arn,
                    resources=bucket_arns(args.partition, args.bucket),
                    region=args.region,
                    lease={"namespace": args.lease_namespace, "name": lease_of(policy.name)},
                    account_id=args.account_id,
                    stack_cluster=args.stack_cluster,
                ),
                opts=pulumi.ResourceOptions(parent=self),
            )
        self.register_outputs({})
