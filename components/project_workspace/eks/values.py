"""What single values of a node group may be, each with its rule, an example and the sentence that is said otherwise.

Owns: those, and the numbers that EC2 and EKS set. Does not own the options (`options.py`), what must fit together
(`node_group_rules.py`), nor a taint (`taint.py`).
"""

from typing import Annotated

from project_workspace import limits
from project_workspace.eks.instance_types import AMI_TYPES, ENDED_AMI_TYPES
from project_workspace.eks.taint import is_node_key
from project_workspace.schema.rule import Rule, between, choice, matches
from project_workspace.schema.values import name_part

CAPACITY_TYPES = {"on-demand": "ON_DEMAND", "spot": "SPOT", "capacity-block": "CAPACITY_BLOCK"}
"""How capacity is bought: as options spell it, and as EKS does."""
GP3_FREE_IOPS, GP3_FREE_THROUGHPUT = 3000, 125
"""What every gp3 volume may have, however small, and for nothing."""
GP3_IOPS_PER_GIB = 500
GP3_IOPS_PER_MIB = 4
"""IOPS that each MiB/s of throughput needs: "a maximum ratio of 0.25 MiB/s per provisioned IOPS" (EBS User Guide,
"General Purpose SSD volumes")."""


def _is_reserved(key: str) -> bool:
    domain = key.rpartition("/")[0]
    return any(domain == ours or domain.endswith(f".{ours}") for ours in limits.RESERVED_LABEL_DOMAINS)


Spec = Annotated[str, name_part("standard")]
Zone = Annotated[str, Rule("the letter of a zone", "a", matches("[a-z]"))]
INSTANCE_TYPE = Rule("an EC2 instance type", "g5.xlarge", matches(r"[a-z0-9-]+\.[a-z0-9-]+"))
InstanceType = Annotated[str, INSTANCE_TYPE]
AMI_TYPE = choice(
    *AMI_TYPES, *ENDED_AMI_TYPES, what="an EKS AMI type that is still published", example="AL2023_x86_64_NVIDIA"
)
AmiType = Annotated[str, AMI_TYPE]
CapacityType = Annotated[str, choice(*CAPACITY_TYPES, example="spot")]
RESERVATION_ID = Rule("the id of a capacity reservation", "cr-0123456789abcdef0", matches("cr-[0-9a-f]+"))
ReservationId = Annotated[str, RESERVATION_ID]
LaunchTemplateId = Annotated[str, Rule("the id of a launch template", "lt-0123456789abcdef0", matches("lt-[0-9a-f]+"))]
LaunchTemplateNumber = Annotated[
    str, Rule("the number of a launch template's version, as text", "1", matches("[1-9][0-9]*"))
]
SUBNET_ID = Rule("the id of a subnet", "subnet-0123456789abcdef0", matches("subnet-[0-9a-f]+"))
SubnetId = Annotated[str, SUBNET_ID]
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


def _within(what: str, least: int, most: int, example: int) -> Rule:
    return Rule(f"{what} between {least} and {most}", str(example), between(least, most))


# gp3's limits (EC2 API reference, LaunchTemplateEbsBlockDeviceRequest), except for the least size: an AMI's.
DiskSize = Annotated[int, _within("GiB", 20, 65536, 50)]
DiskIops = Annotated[int, _within("gp3 IOPS", GP3_FREE_IOPS, 80000, GP3_FREE_IOPS)]
DiskThroughput = Annotated[int, _within("gp3 MiB/s", GP3_FREE_THROUGHPUT, 2000, GP3_FREE_THROUGHPUT)]
