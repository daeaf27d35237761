"""The floor of `make bench-preview`: the same SDKs, one resource from each of the same plugins, one dynamic one.

Its unchanged preview is what the engine, the imports and the plugins' starts cost; a program's own code comes on top.
"""

import pulumi
import pulumi_aws as aws
import pulumi_eks as eks
import pulumi_kubernetes as kubernetes
import pulumi_random as random
from marker import Marker

CLUSTER = "eks-an2-meerkat-dev-1-33-eks-master"

provider = kubernetes.Provider("cluster")
bucket = aws.s3.Bucket("floor", bucket="bench-floor")
kubernetes.core.v1.ConfigMap(
    "floor", metadata={"name": "bench-floor"}, data={}, opts=pulumi.ResourceOptions(provider=provider)
)
random.RandomPassword("floor", length=12)
cluster = aws.eks.Cluster.get("floor", CLUSTER)
role = aws.iam.Role.get("floor", f"eksctl-{CLUSTER}-cluster-ServiceRole")
eks.ManagedNodeGroup(
    "floor",
    # An eks.CoreDataArgs, whose annotations would load pulumi_aws.ec2 and more of pulumi_kubernetes.
    cluster={  # pyright: ignore[reportArgumentType]: the provider's own names are passed on as they are
        "cluster": cluster,
        "clusterIamRole": role,
        "endpoint": cluster.endpoint,
        "instanceRoles": [role],
        "nodeGroupOptions": {},
        "provider": provider,
        "subnetIds": cluster.vpc_config.apply(lambda vpc: vpc.subnet_ids),
        "vpcId": cluster.vpc_config.apply(lambda vpc: vpc.vpc_id or ""),
    },
    node_group_name="bench-floor",
    node_role_arn=role.arn,
    subnet_ids=cluster.vpc_config.apply(lambda vpc: vpc.subnet_ids),
    instance_types=["m5.large"],
)
Marker("floor")
