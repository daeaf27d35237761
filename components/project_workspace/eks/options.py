"""What people choose of a node group: an entry of `nodeGroups` of a stack file."""

from typing import ClassVar, Optional

from project_workspace.aws.tag_options import OwnTagKey, TagValue
from project_workspace.eks import node_group_rules, values
from project_workspace.eks.taint import TaintOptions
from project_workspace.eks.values import (
    AmiType,
    CapacityType,
    DiskIops,
    DiskSize,
    DiskThroughput,
    HopLimit,
    InstanceType,
    LabelKey,
    LabelValue,
    LaunchTemplateId,
    LaunchTemplateNumber,
    ReservationId,
    Spec,
    SubnetId,
    Zone,
)
from project_workspace.schema.section import Section, Together
from project_workspace.schema.values import AtLeastOne, Count, NodeGroupName, RoleName


class DiskOptions(Section):
    """The gp3 disk of each node, encrypted. A change makes a new launch template version, and EKS replaces the
    nodes.
    """

    size_gib: DiskSize = 50
    """Size of the disk in GiB; images, logs and `emptyDir` volumes are on it."""
    iops: DiskIops = values.GP3_FREE_IOPS
    """IO operations a second that the disk gives; at most {eks.values.GP3_IOPS_PER_GIB} for each GiB. More than the
    default cost more."""
    throughput: DiskThroughput = values.GP3_FREE_THROUGHPUT
    """MiB a second that the disk gives; at most one for every {eks.values.GP3_IOPS_PER_MIB} IOPS. More than the default
    cost more."""

    together: ClassVar[tuple[Together, ...]] = node_group_rules.OF_A_DISK


class LaunchTemplateOptions(Section):
    """One version of a launch template that somebody else made."""

    id: LaunchTemplateId
    """Id of the launch template."""
    version: LaunchTemplateNumber
    """Number of its version, as text. Another one lets EKS replace the nodes one after another."""


class ExistingOptions(Section):
    """What a node group that was made by hand stands on, and keeps: each could only be changed with new nodes.

    Taken away, the group is replaced by one of the program's own, which is made first.
    """

    node_role: RoleName
    """Name of the IAM role of the group's nodes."""
    launch_template: Optional[LaunchTemplateOptions] = None
    """The group's launch template. Default: the group has none."""
    subnets: list[SubnetId]
    """Ids of the group's subnets; they count instead of those of `zones`."""

    together: ClassVar[tuple[Together, ...]] = node_group_rules.OF_EXISTING_NODES


class NodeGroupOptions(Section):
    """One EKS managed node group: nodes of one instance type that only this workspace's pods use."""

    spec: Spec
    """Name of the kind of node: part of the group's name and of the node label `aic-role`, and what
    people choose in AI Conductor."""
    instance_type: InstanceType
    """EC2 instance type of the nodes. Another one replaces the group: the new one is made
    first."""
    min: Count = 0
    """Nodes that always run, and cost, even when no pod waits."""
    desired: Optional[Count] = None
    """Nodes to begin with; the autoscaler decides after the first `up`, and a change does nothing. Default: `min`."""
    max: AtLeastOne
    """Nodes that may run at the same time."""
    zones: list[Zone] = ["a", "c"]
    """Letters of the availability zones; each needs a private subnet of the cluster's VPC. Others replace the group."""
    ami_type: Optional[AmiType] = None
    """EKS AMI type of the nodes. Default: Amazon Linux 2023 for the instance type's architecture and accelerator."""
    capacity_type: CapacityType = "on-demand"
    """How capacity is bought: `on-demand`, `spot` (AWS takes the nodes back when it needs them) or `capacity-block`."""
    capacity_reservation_id: Optional[ReservationId] = None
    """Id of the capacity block's reservation. Needed with `capacity-block`, and only there."""
    labels: dict[LabelKey, LabelValue] = {}
    """Further labels of the nodes. The program sets `aic-role`, and the accelerator's label, by itself."""
    taints: Optional[list[TaintOptions]] = None
    """Taints of the nodes. Default: `nvidia.com/gpu=present:NoSchedule` on GPU nodes, none on others; an empty list
    means none on GPU nodes either."""
    tags: dict[OwnTagKey, TagValue] = {}
    """AWS tags of the EKS node group alone, beside those of everything; its nodes do not get them. Default: none."""
    disk: DiskOptions = DiskOptions()
    """The nodes' disk."""
    metadata_hop_limit: HopLimit = 1
    """Network hops to the EC2 instance metadata. 2 lets every pod use the node's role."""
    vcpu: Optional[AtLeastOne] = None
    """vCPUs of a node, as AI Conductor is told. Default: asked of AWS for the instance type."""
    ram_gb: Optional[AtLeastOne] = None
    """Memory of a node in GiB, as AI Conductor is told. Default: asked of AWS for the instance type, rounded down."""
    gpu: Optional[Count] = None
    """GPUs of a node, as AI Conductor is told. Default: asked of AWS for the instance type."""
    name: Optional[NodeGroupName] = None
    """Physical name of a group that was made by hand. Default: `ng-{alias}-aicond-{workspace}-{spec}`."""
    existing: Optional[ExistingOptions] = None
    """What a group that was made by hand stands on, and keeps. Default: a role and a launch template of the program's
    own."""

    together: ClassVar[tuple[Together, ...]] = node_group_rules.OF_A_GROUP

    @property
    def nodes_to_begin_with(self) -> int:
        """How many nodes the first `up` starts."""
        return self.min if self.desired is None else self.desired
