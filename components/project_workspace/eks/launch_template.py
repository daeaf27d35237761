"""The launch template of a node group: its disk, its metadata service, its tags, and a capacity block's market.

Owns: that one resource. Does not own the instance type (the group's, except in a capacity block), the AMI, user data,
security groups or subnets: EKS fills those in, and refuses some of them here. Why of our own: the template that
`ManagedNodeGroup` makes knows neither gp3's speeds nor encryption nor tags on volumes.
"""

import pulumi
import pulumi_aws as aws

from project_workspace.eks.options import NodeGroupOptions


def node_launch_template(
    name: str,
    group: NodeGroupOptions,
    *,
    ami_type: str,
    node_name: str,
    tags: dict[str, str],
    opts: pulumi.ResourceOptions,
) -> aws.ec2.LaunchTemplate:
    """The template; `node_name` is the Name tag of the nodes, their volumes and network interfaces."""
    block = group.capacity_type == "capacity-block"
    return aws.ec2.LaunchTemplate(
        name,
        block_device_mappings=[_disk(group, ami_type)],
        metadata_options=aws.ec2.LaunchTemplateMetadataOptionsArgs(
            http_endpoint="enabled",
            http_tokens="required",
            http_put_response_hop_limit=group.metadata_hop_limit,
        ),
        # EKS wants a capacity block's instance type here, and everybody else's on the group.
        instance_type=group.instance_type if block else None,
        instance_market_options=(
            aws.ec2.LaunchTemplateInstanceMarketOptionsArgs(market_type="capacity-block") if block else None
        ),
        capacity_reservation_specification=_reservation(group) if block else None,
        tag_specifications=[
            aws.ec2.LaunchTemplateTagSpecificationArgs(resource_type=kind, tags={**tags, "Name": node_name})
            for kind in ("instance", "volume", "network-interface")
        ],
        update_default_version=True,
        tags=tags,
        opts=opts,
    )


def _disk(group: NodeGroupOptions, ami_type: str) -> aws.ec2.LaunchTemplateBlockDeviceMappingArgs:
    return aws.ec2.LaunchTemplateBlockDeviceMappingArgs(
        # Bottlerocket keeps images and pods on its second disk.
        device_name="/dev/xvdb" if ami_type.startswith("BOTTLEROCKET") else "/dev/xvda",
        ebs=aws.ec2.LaunchTemplateBlockDeviceMappingEbsArgs(
            volume_size=group.disk.size_gib,
            volume_type="gp3",
            iops=group.disk.iops,
            throughput=group.disk.throughput,
            encrypted="true",
            delete_on_termination="true",
        ),
    )


def _reservation(group: NodeGroupOptions) -> aws.ec2.LaunchTemplateCapacityReservationSpecificationArgs:
    return aws.ec2.LaunchTemplateCapacityReservationSpecificationArgs(
        capacity_reservation_target=(
            aws.ec2.LaunchTemplateCapacityReservationSpecificationCapacityReservationTargetArgs(
                capacity_reservation_id=group.capacity_reservation_id
            )
        )
    )
