"""Stand-in for pulumi-resource-aws: which resources and functions it serves. The official plugin needs no
other server.

Owns the table; the start is in `__main__.py`.
"""

from __future__ import annotations

from functools import partial

from local.plugins.aws import account, ec2_queries, eks_cluster, iam, s3_settings
from local.plugins.aws.autoscaling_tag import Tag
from local.plugins.aws.connection import Aws, explain
from local.plugins.aws.launch_template import LaunchTemplate
from local.plugins.aws.node_group import NodeGroup
from local.plugins.aws.pod_identity import PodIdentityAssociation
from local.plugins.aws.policy_document import get_policy_document
from local.plugins.aws.s3_bucket import Bucket
from local.plugins.aws.s3_lifecycle import BucketLifecycleConfiguration
from local.plugins.provider import Plugin


def plugin(aws: Aws | None = None) -> Plugin:
    """The plugin over one connection (a new one, which `Configure` will set up, unless given)."""
    aws = aws or Aws()
    s3 = s3_settings
    return Plugin(
        name="aws",
        resources={
            "aws:autoscaling/tag:Tag": Tag(aws),
            "aws:ec2/launchTemplate:LaunchTemplate": LaunchTemplate(aws),
            "aws:eks/cluster:Cluster": eks_cluster.Cluster(aws),
            "aws:eks/nodeGroup:NodeGroup": NodeGroup(aws),
            "aws:eks/podIdentityAssociation:PodIdentityAssociation": PodIdentityAssociation(aws),
            "aws:iam/policy:Policy": iam.Policy(aws),
            "aws:iam/role:Role": iam.Role(aws),
            "aws:iam/rolePolicy:RolePolicy": iam.RolePolicy(aws),
            "aws:iam/rolePolicyAttachment:RolePolicyAttachment": iam.RolePolicyAttachment(aws),
            "aws:s3/bucket:Bucket": Bucket(aws),
            "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": BucketLifecycleConfiguration(aws),
            "aws:s3/bucketLogging:BucketLogging": s3.BucketLogging(aws),
            "aws:s3/bucketOwnershipControls:BucketOwnershipControls": s3.BucketOwnershipControls(aws),
            "aws:s3/bucketPolicy:BucketPolicy": s3.BucketPolicy(aws),
            "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": s3.BucketPublicAccessBlock(aws),
            "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": (
                s3.BucketServerSideEncryptionConfiguration(aws)
            ),
            "aws:s3/bucketVersioning:BucketVersioning": s3.BucketVersioning(aws),
        },
        functions={
            "aws:ec2/getInstanceType:getInstanceType": partial(ec2_queries.get_instance_type, aws),
            "aws:ec2/getInstanceTypeOfferings:getInstanceTypeOfferings": partial(
                ec2_queries.get_instance_type_offerings, aws
            ),
            "aws:ec2/getSubnets:getSubnets": partial(ec2_queries.get_subnets, aws),
            "aws:eks/getCluster:getCluster": partial(eks_cluster.get_cluster, aws),
            "aws:iam/getPolicy:getPolicy": partial(iam.get_policy, aws),
            "aws:iam/getPolicyDocument:getPolicyDocument": get_policy_document,
            "aws:iam/getRole:getRole": partial(iam.get_role, aws),
            "aws:index/getCallerIdentity:getCallerIdentity": partial(account.get_caller_identity, aws),
            "aws:index/getPartition:getPartition": partial(account.get_partition, aws),
            "aws:index/getRegion:getRegion": partial(account.get_region, aws),
        },
        configure=aws.configure,
        explain=explain,
    )
