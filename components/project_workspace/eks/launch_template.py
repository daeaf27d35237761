"""The launch template of a node group: its disk, its metadata service, its tags, and a capacity block's market.

Owns: that one resource. Does not own the instance type (the group's, except in a capacity block), the AMI, user data,
security groups or subnets: EKS fills those in, and refuses some of them here. Why of our own: the template that
`ManagedNodeGroup` makes knows neither gp3's speeds nor encryption nor tags on volumes.
"""

from typing import Any

import pulumi

from project_workspace.eks.ec2 import LaunchTemplate
from project_workspace.eks.options import NodeGroupOptions
from project_workspace.stack_mark import StackMark


def node_launch_template(
    name: str,
    group: NodeGroupOptions,
    *,
    ami_type: str,
    node_name: str,
    tags: dict[str, str],
    mark: StackMark,
    opts: pulumi.ResourceOptions,
) -> LaunchTemplate:
    """The template; `node_name` is the Name tag of the nodes, their volumes and network interfaces."""
    return LaunchTemplate(
        name,
        {
            "blockDeviceMappings": [_disk(group, ami_type)],
            "metadataOptions": {
                "httpEndpoint": "enabled",
                "httpTokens": "required",
                "httpPutResponseHopLimit": group.metadata_hop_limit,
            },
            "tagSpecifications": [
                {"resourceType": kind, "tags": {**tags, "Name": node_name}}
                for kind in ("instance", "volume", "network-interface")
            ],
            "updateDefaultVersion": True,
            "tags": {**tags, **mark.tags},
            **(_capacity_block(group) if group.capacity_type == "capacity-block" else {}),
        },
        opts,
    )


def _disk(group: NodeGroupOptions, ami_type: str) -> dict[str, Any]:
    return {
        # Bottlerocket keeps images and pods on its second disk.
        "deviceName": "/dev/xvdb" if ami_type.startswith("BOTTLEROCKET") else "/dev/xvda",
        "ebs": {
            "volumeSize": group.disk.size_gib,
            "volumeType": "gp3",
            "iops": group.disk.iops,
            "throughput": group.disk.throughput,
            "encrypted": "true",
            "deleteOnTermination": "true",
        },
    }


def _capacity_block(group: NodeGroupOptions) -> dict[str, Any]:
    return {
        # EKS wants a capacity block's instance type here, and everybody else's on the group.
        "instanceType": group.instance_type,
        "instanceMarketOptions": {"marketType": "capacity-block"},
        "capacityReservationSpecification": {
            "capacityReservationTarget": {"capacityReservationId": group.capacity_reservation_id}
        },
    }
