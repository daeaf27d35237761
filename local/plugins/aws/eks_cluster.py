"""Stand-in for `aws:eks/cluster:Cluster` and `getCluster`.

Made for reading the cluster of a workspace (`Cluster.get`); creating one is only as much as a test needs, and
changing one is not implemented.
"""

from __future__ import annotations

from typing import Any, ClassVar

from local.plugins.aws.connection import Aws, doing
from local.plugins.aws.ec2_queries import checked
from local.plugins.aws.handler import AwsHandler
from local.plugins.aws.schema import REGION, TAGS, Arg, Arguments
from local.plugins.provider import PluginError, Values

VPC_CONFIG = {
    "subnetIds": Arg(str, "set", required=True),
    "securityGroupIds": Arg(str, "set"),
    "endpointPrivateAccess": Arg(bool, computed=True),
    "endpointPublicAccess": Arg(bool, computed=True),
}
AS_LISTS = {
    "accessConfig": "accessConfigs",
    "certificateAuthority": "certificateAuthorities",
    "kubernetesNetworkConfig": "kubernetesNetworkConfigs",
}
"""Objects of the resource that the data source answers as lists of one."""


class Cluster(AwsHandler):
    what = "EKS Cluster"
    arguments: ClassVar[Arguments] = {
        "name": Arg(str, replaces=True),
        "roleArn": Arg(str, required=True, replaces=True),
        "vpcConfig": Arg(VPC_CONFIG, required=True),
        "version": Arg(str, computed=True),
        "region": REGION,
        "tags": TAGS,
    }
    outputs = frozenset({
        "accessConfig", "arn", "certificateAuthority", "clusterId", "createdAt", "enabledClusterLogTypes", "endpoint",
        "identities", "kubernetesNetworkConfig", "platformVersion", "status",
    })  # fmt: skip
    name_argument = "name"
    name_limit = 100

    def make(self, news: Values, region: str) -> str:
        vpc = news["vpcConfig"]
        options: dict[str, Any] = {"version": news["version"]} if news.get("version") else {}
        names = ("subnetIds", "securityGroupIds", "endpointPrivateAccess", "endpointPublicAccess")
        self.aws.ask(
            "eks", "create_cluster", region=region, name=news["name"], roleArn=news["roleArn"],
            resourcesVpcConfig={k: vpc[k] for k in names if vpc.get(k) is not None}, tags=news["tagsAll"], **options,
        )  # fmt: skip
        self.aws.client("eks", region).get_waiter("cluster_active").wait(name=news["name"])
        return news["name"]

    def find(self, id: str, region: str) -> Values | None:
        found = self.aws.call("eks", "describe_cluster", region=region, missing=("ResourceNotFoundException",), name=id)
        return None if found is None else described(found["cluster"])

    def retag(self, id: str, state: Values, remove: list[str], add: dict[str, str], region: str) -> None:
        if remove:
            self.aws.ask("eks", "untag_resource", region=region, resourceArn=state["arn"], tagKeys=remove)
        if add:
            self.aws.ask("eks", "tag_resource", region=region, resourceArn=state["arn"], tags=add)

    def remove(self, id: str, state: Values, region: str) -> None:
        self.aws.call("eks", "delete_cluster", region=region, missing=("ResourceNotFoundException",), name=id)


def described(cluster: Values) -> Values:
    """A cluster as pulumi-aws writes it."""
    vpc, access = cluster.get("resourcesVpcConfig") or {}, cluster.get("accessConfig") or {}
    network = cluster.get("kubernetesNetworkConfig") or {}
    logging = (cluster.get("logging") or {}).get("clusterLogging") or []
    return {
        "name": cluster["name"],
        "arn": cluster["arn"],
        "roleArn": cluster["roleArn"],
        "version": cluster.get("version"),
        "status": cluster["status"],
        "endpoint": cluster["endpoint"],
        "platformVersion": cluster.get("platformVersion"),
        "createdAt": cluster["createdAt"].strftime("%Y-%m-%dT%H:%M:%SZ"),
        "certificateAuthority": {"data": (cluster.get("certificateAuthority") or {}).get("data")},
        "identities": [{"oidcs": [{"issuer": ((cluster.get("identity") or {}).get("oidc") or {}).get("issuer")}]}],
        "enabledClusterLogTypes": sorted({t for one in logging if one.get("enabled") for t in one.get("types", [])}),
        "accessConfig": {"authenticationMode": access.get("authenticationMode") or "CONFIG_MAP"},
        "kubernetesNetworkConfig": {
            "serviceIpv4Cidr": network.get("serviceIpv4Cidr"),
            "ipFamily": network.get("ipFamily") or "ipv4",
        },
        "vpcConfig": {
            "clusterSecurityGroupId": vpc.get("clusterSecurityGroupId"),
            "endpointPrivateAccess": bool(vpc.get("endpointPrivateAccess")),
            "endpointPublicAccess": bool(vpc.get("endpointPublicAccess")),
            "publicAccessCidrs": vpc.get("publicAccessCidrs") or [],
            "securityGroupIds": vpc.get("securityGroupIds") or [],
            "subnetIds": vpc.get("subnetIds") or [],
            "vpcId": vpc.get("vpcId"),
        },
        "tagsAll": cluster.get("tags") or {},
    }


def get_cluster(aws: Aws, args: Values) -> Values:
    """The data source: as the resource, but with lists for what is at most one object."""
    checked("getCluster", {"name": Arg(str, required=True), "region": Arg(str), "tags": TAGS}, args)
    name, region = args["name"], args.get("region") or aws.region
    with doing(f"reading EKS Cluster ({name})"):
        found = aws.call("eks", "describe_cluster", region=region, missing=("ResourceNotFoundException",), name=name)
    if found is None:
        raise PluginError(f"reading EKS Cluster ({name}): couldn't find resource")
    live = described(found["cluster"])
    return {
        **{k: v for k, v in live.items() if k not in ("tagsAll", *AS_LISTS)},
        "id": name,
        "region": region,
        "tags": live["tagsAll"],
        **{plural: [live[name]] for name, plural in AS_LISTS.items()},
    }
