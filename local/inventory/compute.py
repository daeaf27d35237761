"""What runs pods on the platform's AWS, and the network it is in.

Left out: instances that are terminated, which AWS shows for an hour and moto for ever; and the earlier versions of a
launch template: a version never changes, and their number is compared. The network interfaces of instances, and the
count of free addresses that they change: AWS removes them with their instance, moto keeps them.
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
    """Instances and volumes that are there, with their tags."""
    ec2 = amazon.client(platform, "ec2")
    reservations = amazon.every(ec2, "describe_instances", "Reservations")
    found = [each for reservation in reservations for each in reservation["Instances"]]
    running = [each for each in found if each["State"]["Name"] != "terminated"]
    volumes = amazon.every(ec2, "describe_volumes", "Volumes")
    return amazon.named(running, "InstanceId") | amazon.named(volumes, "VolumeId")


def networks(platform: Platform) -> dict[str, dict[str, amazon.Document]]:
    """VPCs, subnets and what is in them, with their tags."""
    ec2 = amazon.client(platform, "ec2")
    found = {
        key: amazon.named(amazon.every(ec2, operation, key), identity) for operation, (key, identity) in NETWORK.items()
    }
    for subnet in found["Subnets"].values():
        del subnet["AvailableIpAddressCount"]
    return found
