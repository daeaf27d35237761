"""What people choose of a node group: an entry of `nodeGroups` of a stack file."""

from typing import Annotated, ClassVar, Optional

from project_workspace import limits
from project_workspace.eks import node_group_rules
from project_workspace.eks.instance_types import AMI_TYPES, ENDED_AMI_TYPES
from project_workspace.eks.taint import TaintOptions, is_node_key
from project_workspace.schema.rule import Rule, between, choice, matches
from project_workspace.schema.section import Section, Together
from project_workspace.schema.values import AtLeastOne, Count, RoleName

CAPACITY_TYPES = {"on-demand": "ON_DEMAND", "spot": "SPOT", "capacity-block": "CAPACITY_BLOCK"}
"""How capacity is bought: as options spell it, and as EKS does."""


def _is_reserved(key: str) -> bool:
    domain = key.rpartition("/")[0]
    return any(domain == ours or domain.endswith(f".{ours}") for ours in limits.RESERVED_LABEL_DOMAINS)


Spec = Annotated[
    str, Rule("a spec of lower-case letters, digits and inner hyphens", "standard", matches(limits.DNS_LABEL))
]
Zone = Annotated[str, Rule("the letter of a zone", "a", matches("[a-z]"))]
InstanceType = Annotated[str, Rule("an EC2 instance type", "g5.xlarge", matches(r"[a-z0-9-]+\.[a-z0-9-]+"))]
AmiType = Annotated[
    str,
    Rule(
        "an EKS AMI type that is still published",
        "AL2023_x86_64_NVIDIA",
        lambda value: value in AMI_TYPES or value in ENDED_AMI_TYPES,
        one_of=AMI_TYPES,
    ),
]
CapacityType = Annotated[str, choice(*CAPACITY_TYPES, example="spot")]
ReservationId = Annotated[
    str, Rule("the id of a capacity reservation", "cr-0123456789abcdef0", matches("cr-[0-9a-f]+"))
]
LaunchTemplateId = Annotated[str, Rule("the id of a launch template", "lt-0123456789abcdef0", matches("lt-[0-9a-f]+"))]
LaunchTemplateNumber = Annotated[
    str, Rule("the number of a launch template's version, as text", "1", matches("[1-9][0-9]*"))
]
SubnetId = Annotated[str, Rule("the id of a subnet", "subnet-0123456789abcdef0", matches("subnet-[0-9a-f]+"))]
LabelKey = Annotated[
    str,
    Rule(
        f"a Kubernetes label key of at most {limits.EKS_KEY_LIMIT} characters, "
        f"outside of {', '.join(limits.RESERVED_LABEL_DOMAINS)}",
        "team",
        lambda key: is_node_key(key) and not _is_reserved(key),
    ),
]
# Unlike Kubernetes, EKS refuses an empty one.
LabelValue = Annotated[
    str,
    Rule(
        f"a Kubernetes label value of 1 to {limits.LABEL_VALUE_LIMIT} characters",
        "vision",
        matches(limits.QUALIFIED_NAME),
    ),
]
HopLimit = Annotated[int, Rule("1 or 2", "1", between(1, 2))]
# gp3's limits (EC2 API reference, LaunchTemplateEbsBlockDeviceRequest), except for the least size: an AMI's.
DiskSize = Annotated[int, Rule("GiB between 20 and 65536", "50", between(20, 65536))]
DiskIops = Annotated[int, Rule("gp3 IOPS between 3000 and 80000", "3000", between(3000, 80000))]
DiskThroughput = Annotated[int, Rule("gp3 MiB/s between 125 and 2000", "125", between(125, 2000))]


class DiskOptions(Section):
    """The gp3 disk of each node, encrypted. A change makes a new launch template version, and EKS replaces the
    nodes."""

    size_gib: DiskSize = 50
    """Size of the disk in GiB; images, logs and `emptyDir` volumes are on it."""
    iops: DiskIops = 3000
    """IO operations a second that the disk gives; at most 500 for each GiB. More than 3,000 cost more."""
    throughput: DiskThroughput = 125
    """MiB a second that the disk gives; at most a quarter of the IOPS. More than 125 cost more."""

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
    """The group's launch template. Default: it has none."""
    subnets: list[SubnetId]
    """Ids of the group's subnets; they count instead of those of `zones`."""

    together: ClassVar[tuple[Together, ...]] = node_group_rules.OF_EXISTING_NODES


class NodeGroupOptions(Section):
    """One EKS managed node group: nodes of one instance type that only this workspace's pods use."""

    spec: Spec
    """Name of the kind of node, for example `gpu`: part of the group's name and of the node label `aic-role`, and what
    people choose in AI Conductor."""
    instance_type: InstanceType
    """EC2 instance type of the nodes, for example `g5.xlarge`. Another one replaces the group: the new one is made
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
    """Taints of the nodes. Default: `nvidia.com/gpu=present:NoSchedule` on GPU nodes, none on others. An empty list:
    none on GPU nodes either."""
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
    name: Optional[str] = None
    """Physical name of a group that was made by hand. Default: `ng-{alias}-aicond-{workspace}-{spec}`."""
    existing: Optional[ExistingOptions] = None
    """What a group that was made by hand stands on, and keeps. Default: a role and a launch template of the program's
    own."""

    together: ClassVar[tuple[Together, ...]] = node_group_rules.OF_A_GROUP
