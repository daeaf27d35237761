"""What EKS, EC2 and Auto Scaling would refuse of one node group, or silently do otherwise, though each value is right.

Owns: the rules about values that must fit together, with paths as the settings spell them. Does not own the kinds of
single values (`values.py`), rules across node groups (`loading.py`), or what only AWS can tell (`capacity.py`).
"""

from collections.abc import Iterator

from project_workspace.aws.tags import TAGS_OF_A_RESOURCE, TAGS_OF_EKS
from project_workspace.config.values import Problem
from project_workspace.eks.instance_types import ENDED_AMI_TYPES, ami_matches, family_of
from project_workspace.eks.node_group import NodeGroupArgs
from project_workspace.eks.scheduling import GPU_TAG, autoscaler_tags, labels_of, taints_of

GP3_FREE_IOPS = 3000
"""What every gp3 volume may have, however small."""
GP3_IOPS_PER_GIB = 500
GP3_IOPS_PER_MIB = 4
"""IOPS that each MiB/s of throughput needs: "a maximum ratio of 0.25 MiB/s per provisioned IOPS" (EBS User Guide,
"General Purpose SSD volumes")."""

TAINT_LIMIT = 50
"""Taints of a managed node group (EKS User Guide, "Node taints on managed node groups")."""


def problems(group: NodeGroupArgs) -> list[Problem]:
    """Everything that is wrong with one node group as a whole, its paths relative to the group."""
    rules = (_sizes, _instances, _existing, _disk, _labels, _taints, _scaling_tags)
    return [problem for rule in rules for problem in rule(group)]


def _sizes(group: NodeGroupArgs) -> Iterator[Problem]:
    desired = group.min_size if group.desired_size is None else group.desired_size
    if group.min_size > desired:
        yield Problem("min", f"Expected at most desired ({desired}), for example '{desired}'.")
    if desired > group.max_size:
        yield Problem("desired", f"Expected at most max ({group.max_size}), for example '{group.max_size}'.")


def _instances(group: NodeGroupArgs) -> Iterator[Problem]:
    known = family_of(group.instance_type)
    if known is None and group.ami_type is None:
        yield Problem(
            "instanceType",
            f"Expected an EC2 instance type, for example 'g5.xlarge'; '{group.instance_type}' is not known. "
            "For a newer one set amiType as well.",
        )
    if group.ami_type and not ami_matches(group.instance_type, group.ami_type):
        right = known.ami_type if known else "AL2023_x86_64_STANDARD"
        yield Problem("amiType", f"Expected an AMI of {group.instance_type}'s kind, for example '{right}'.")
    if group.ami_type in ENDED_AMI_TYPES and group.existing is None:
        right = known.ami_type if known else "AL2023_x86_64_STANDARD"
        yield Problem("amiType", f"Expected an EKS AMI type that is still published, for example '{right}'.")
    if (group.capacity_type == "capacity-block") != bool(group.capacity_reservation_id):
        yield Problem(
            "capacityReservationId",
            "Expected a reservation with capacityType 'capacity-block' and only there, "
            "for example 'cr-0123456789abcdef0'.",
        )


def _existing(group: NodeGroupArgs) -> Iterator[Problem]:
    if group.existing and not group.existing.subnet_ids:
        yield Problem(
            "existing.subnets", "Expected at least one subnet of the group, for example 'subnet-0123456789abcdef0'."
        )


def _disk(group: NodeGroupArgs) -> Iterator[Problem]:
    most = max(GP3_FREE_IOPS, GP3_IOPS_PER_GIB * group.disk_gib)
    if group.disk_iops > most:
        yield Problem(
            "disk.iops",
            f"Expected at most {GP3_IOPS_PER_GIB} IOPS for each GiB of sizeGib ({group.disk_gib}), "
            f"for example '{most}'.",
        )
    fastest = group.disk_iops // GP3_IOPS_PER_MIB
    if group.disk_throughput > fastest:
        yield Problem(
            "disk.throughput",
            f"Expected at most 1 MiB/s for every {GP3_IOPS_PER_MIB} of the {group.disk_iops} IOPS, "
            f"for example '{fastest}'.",
        )


def _labels(group: NodeGroupArgs) -> Iterator[Problem]:
    own = labels_of(label="", instance_type=group.instance_type, ami_type=group.ami_type, given=None)
    for key in sorted(own.keys() & (group.labels or {}).keys()):
        yield Problem(
            f"labels.{key}",
            "Expected a label that the program does not set by itself, for example 'team'; leave it out.",
        )


def _taints(group: NodeGroupArgs) -> Iterator[Problem]:
    taints = [(taint.key, taint.effect) for taint in group.taints or []]
    for index, (key, effect) in enumerate(taints):
        if (key, effect) in taints[:index]:
            yield Problem(
                f"taints[{index}].key",
                f"Expected a key that no other taint with {effect} has, for example '{key}2'.",
            )
    if len(taints) > TAINT_LIMIT:
        yield Problem(
            "taints", f"Expected at most {TAINT_LIMIT} taints, for example '{TAINT_LIMIT}', not {len(taints)}."
        )


def _scaling_tags(group: NodeGroupArgs) -> Iterator[Problem]:
    """Each label and each taint's key becomes a tag of the Auto Scaling group, of which there can be only so many."""
    found = len(_tag_keys(group))
    given = {*(group.labels or {})}, {taint.key for taint in group.taints or []}
    here = sum(len(keys) for keys in given)
    room = TAGS_OF_A_RESOURCE - TAGS_OF_EKS - (found - here)
    if here > room:
        yield Problem(
            "labels",
            f"Expected at most {room} labels and keys of taints together, for example '{room}', not {here}, because "
            "each becomes a tag of the Auto Scaling group.",
        )


def _tag_keys(group: NodeGroupArgs) -> set[str]:
    """The tags that `nodes.py` makes for this group."""
    known = family_of(group.instance_type)
    ami_type = group.ami_type or (known.ami_type if known else "")
    labels = labels_of(label="", instance_type=group.instance_type, ami_type=ami_type, given=group.labels)
    taints = taints_of(instance_type=group.instance_type, ami_type=ami_type, given=group.taints)
    gpu = {GPU_TAG} if "NVIDIA" in ami_type else set[str]()
    return {*autoscaler_tags(labels, taints, group.disk_gib)} | gpu
