"""What runs pods on the platform's AWS, and the network it is in.

Left out: instances that are terminated, which AWS shows for an hour and moto for ever, there with their network
interfaces; how many addresses of a subnet are free, which every pod changes; and the earlier versions of a launch
template: a version never changes, and their number is compared.
"""

from __future__ import annotations

from typing import Any

from local.inventory import amazon
from local.platform import Platform

NETWORK = {
    "describe_vpcs": ("Vpcs", "VpcId"),
    "describe_subnets": ("Subnets", "SubnetId"),
    "describe_security_groups": ("SecurityGroups", "GroupId"),
    "describe_route_tables": ("RouteTables", "RouteTableId"),
}
"""Operation -> where its items are, and what they are known by."""

FREE_ADDRESSES = "AvailableIpAddressCount"


def clusters(platform: Platform) -> dict[str, amazon.Document]:
    """EKS clusters, with their tags."""
    eks = amazon.client(platform, "eks")
    names = amazon.every(eks, "list_clusters", "clusters")
    return {name: amazon.answer(eks.describe_cluster, name=name)["cluster"] for name in names}


def node_groups(platform: Platform) -> dict[str, dict[str, amazon.Document]]:
    """Cluster -> name of a node group -> the group, with labels, taints and tags."""
    eks = amazon.client(platform, "eks")
    return {
        cluster: {
            name: amazon.answer(eks.describe_nodegroup, clusterName=cluster, nodegroupName=name)["nodegroup"]
            for name in amazon.every(eks, "list_nodegroups", "nodegroups", clusterName=cluster)
        }
        for cluster in amazon.every(eks, "list_clusters", "clusters")
    }


def pod_identities(platform: Platform) -> dict[str, dict[str, amazon.Document]]:
    """Cluster -> namespace and service account -> its Pod Identity association, with tags."""
    eks = amazon.client(platform, "eks")

    def described(cluster: str, summary: amazon.Document) -> amazon.Document:
        asked = {"clusterName": cluster, "associationId": summary["associationId"]}
        return amazon.answer(eks.describe_pod_identity_association, **asked)["association"]

    return {
        cluster: {
            f"{each['namespace']}/{each['serviceAccount']}": described(cluster, each)
            for each in amazon.every(eks, "list_pod_identity_associations", "associations", clusterName=cluster)
        }
        for cluster in amazon.every(eks, "list_clusters", "clusters")
    }


def scaling_groups(platform: Platform) -> dict[str, amazon.Document]:
    """Auto Scaling groups, with their tags."""
    scaling = amazon.client(platform, "autoscaling")
    found = amazon.every(scaling, "describe_auto_scaling_groups", "AutoScalingGroups")
    return amazon.named(found, "AutoScalingGroupName")


def launch_templates(platform: Platform) -> dict[str, amazon.Document]:
    """Launch templates with their tags and their newest version."""
    ec2 = amazon.client(platform, "ec2")
    found = amazon.named(amazon.every(ec2, "describe_launch_templates", "LaunchTemplates"), "LaunchTemplateName")
    return {name: {**template, **_versions(ec2, name)} for name, template in found.items()}


def _versions(ec2: Any, template: str) -> amazon.Document:
    key = "LaunchTemplateVersions"
    found = amazon.every(ec2, "describe_launch_template_versions", key, LaunchTemplateName=template)
    newest = max(found, key=lambda version: version["VersionNumber"])
    return {"number of versions": len(found), "newest version": newest}


def instances(platform: Platform) -> dict[str, amazon.Document]:
    """Instances, volumes and network interfaces that are there, with their tags."""
    ec2 = amazon.client(platform, "ec2")
    reservations = amazon.every(ec2, "describe_instances", "Reservations")
    found = [each for reservation in reservations for each in reservation["Instances"]]
    terminated = {each["InstanceId"] for each in found if each["State"]["Name"] == "terminated"}
    interfaces = amazon.every(ec2, "describe_network_interfaces", "NetworkInterfaces")
    kept = [each for each in interfaces if each.get("Attachment", {}).get("InstanceId") not in terminated]
    return {
        **amazon.named([each for each in found if each["InstanceId"] not in terminated], "InstanceId"),
        **amazon.named(amazon.every(ec2, "describe_volumes", "Volumes"), "VolumeId"),
        **amazon.named(kept, "NetworkInterfaceId"),
    }


def networks(platform: Platform) -> dict[str, dict[str, amazon.Document]]:
    """VPCs, subnets, security groups and route tables, with their tags."""
    ec2 = amazon.client(platform, "ec2")
    found = {
        key: amazon.named(amazon.every(ec2, operation, key), identity) for operation, (key, identity) in NETWORK.items()
    }
    for subnet in found["Subnets"].values():
        del subnet[FREE_ADDRESSES]
    return found
