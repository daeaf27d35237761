"""The workspace's own role: what its pods are on AWS, and nobody else.

Owns: the role with its one inline policy, and the EKS Pod Identity association by which pods get it. Does not own the
documents' text (`role_documents.py`), nor the annotation that `irsa` needs: the Profile brings it
(`kubeflow/component.py`). Why two components: the role is there before the Profile, which may name it; pods get it
after the bucket is there (docs/decisions/0028).
"""

from dataclasses import dataclass, field
from typing import Optional

import pulumi
import pulumi_aws as aws

from project_workspace.iam.options import IRSA
from project_workspace.iam.role_documents import (
    SERVICE_ACCOUNT,
    bucket_permissions,
    irsa_trust,
    pod_identity_trust,
)
from project_workspace.stack_mark import StackMark


@dataclass(kw_only=True)
class WorkspaceRoleArgs:
    """Whose role it is, and of which bucket."""

    role: str
    """Physical name."""
    assumed_by: str
    """`pod-identity` or `irsa`."""
    cluster: str
    """Name of the EKS cluster."""
    namespace: str
    bucket: str
    """Physical name."""
    kms_key_arn: Optional[pulumi.Input[str]] = None
    """Key by which S3 encrypts the bucket's objects. Default: S3's own, which needs no permission."""
    region: str
    partition: str
    tags: dict[str, str] = field(default_factory=dict)
    mark: StackMark
    """Whose the role is."""


class WorkspaceRole(pulumi.ComponentResource):
    """A role that pods of one service account can assume, and that may use one bucket."""

    arn: pulumi.Output[str]
    """Known before the role is made, so that a preview shows whole what names it."""

    def __init__(self, name: str, args: WorkspaceRoleArgs, opts: Optional[pulumi.ResourceOptions] = None) -> None:
        super().__init__("project-workspace:iam:WorkspaceRole", name, {}, opts)
        self._args, self._invoke = args, pulumi.InvokeOptions(parent=self)
        account = aws.get_caller_identity_output(opts=self._invoke).account_id
        role = aws.iam.Role(
            f"{name}-pods",
            name=args.role,
            description=f"Pods of namespace {args.namespace}",
            assume_role_policy=self._trust(account),
            tags={**args.tags, **args.mark.tags},
            opts=pulumi.ResourceOptions(parent=self),
        )
        # Of its name and not its ARN, which a preview does not know; whoever names it depends on it all the same.
        self.arn = pulumi.Output.format("arn:{0}:iam::{1}:role/{2}", args.partition, account, role.name)
        permissions = pulumi.Output.from_input(args.kms_key_arn).apply(
            lambda key: bucket_permissions(partition=args.partition, bucket=args.bucket, kms_key_arn=key)
        )
        aws.iam.RolePolicy(
            f"{name}-pods", name="bucket", role=role.name, policy=permissions, opts=pulumi.ResourceOptions(parent=self)
        )
        self.register_outputs({"arn": self.arn})

    def _trust(self, account: pulumi.Output[str]) -> pulumi.Output[str]:
        args = self._args
        if args.assumed_by == IRSA:
            provider = pulumi.Output.format(
                "arn:{0}:iam::{1}:oidc-provider/{2}", args.partition, account, self._issuer()
            )
            return provider.apply(lambda arn: irsa_trust(provider_arn=arn, namespace=args.namespace))
        cluster = pulumi.Output.format(
            "arn:{0}:eks:{1}:{2}:cluster/{3}", args.partition, args.region, account, args.cluster
        )
        return cluster.apply(lambda arn: pod_identity_trust(cluster_arn=arn, namespace=args.namespace))

    def _issuer(self) -> pulumi.Output[str]:
        """Of the cluster's tokens, as IAM names it: without `https://`."""
        cluster = aws.eks.get_cluster_output(name=self._args.cluster, opts=self._invoke)
        return cluster.identities.apply(lambda found: found[0].oidcs[0].issuer.removeprefix("https://"))


@dataclass(kw_only=True)
class PodIdentityArgs:
    """Which pods get which role."""

    cluster: str
    """Name of the EKS cluster."""
    namespace: str
    role_arn: pulumi.Input[str]
    tags: dict[str, str] = field(default_factory=dict)
    mark: StackMark
    """Whose the association is."""


class PodIdentity(pulumi.ComponentResource):
    """The association of the pods' service account with the role. The service account may come later."""

    def __init__(self, name: str, args: PodIdentityArgs, opts: Optional[pulumi.ResourceOptions] = None) -> None:
        super().__init__("project-workspace:iam:PodIdentity", name, {}, opts)
        aws.eks.PodIdentityAssociation(
            name,
            cluster_name=args.cluster,
            namespace=args.namespace,
            service_account=SERVICE_ACCOUNT,
            role_arn=args.role_arn,
            tags={**args.tags, **args.mark.tags},
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({})
