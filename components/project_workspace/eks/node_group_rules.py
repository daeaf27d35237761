"""What EKS, EC2 and Auto Scaling would refuse of one node group, or silently do otherwise, though each value is right.

Owns: the rules about options of one group that must fit together. Does not own the kinds of single values
(`options.py`), rules across node groups (`workspace_rules.py`), or what only AWS can tell (`ec2_lookups.py`).
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from project_workspace.aws.tags import TAGS_OF_A_RESOURCE, TAGS_OF_EKS
from project_workspace.eks.instance_types import ENDED_AMI_TYPES, ami_matches, ami_type_of, family_of
from project_workspace.eks.scheduling import GPU_TAG, autoscaler_tags, labels_of, taints_of
from project_workspace.eks.values import (
    AMI_TYPE,
    GP3_FREE_IOPS,
    GP3_IOPS_PER_GIB,
    GP3_IOPS_PER_MIB,
    INSTANCE_TYPE,
    RESERVATION_ID,
    SUBNET_ID,
)
from project_workspace.schema.problem import Problem
from project_workspace.schema.section import Together

if TYPE_CHECKING:
    from project_workspace.eks.options import DiskOptions, ExistingOptions, NodeGroupOptions


def _least(group: "NodeGroupOptions") -> Iterator[Problem]:
    if group.desired is not None and group.min > group.desired:
        yield Problem("min", f"Expected at most desired ({group.desired}), for example '{group.desired}'.")


def _most(group: "NodeGroupOptions") -> Iterator[Problem]:
    if group.nodes_to_begin_with > group.max:
        yield Problem("desired", f"Expected at most max ({group.max}), for example '{group.max}'.")


def _instance_type(group: "NodeGroupOptions") -> Iterator[Problem]:
    if ami_type_of(group.instance_type, group.ami_type) is None:
        yield Problem(
            "instanceType",
            f"Expected {INSTANCE_TYPE.what}, for example '{INSTANCE_TYPE.example}'; '{group.instance_type}' is not "
            "known. For a newer one set amiType as well.",
        )
    if group.ami_type and not ami_matches(group.instance_type, group.ami_type):
        right = _usual_ami_type(group)
        yield Problem("amiType", f"Expected an AMI of {group.instance_type}'s kind, for example '{right}'.")


def _ended_ami_type(group: "NodeGroupOptions") -> Iterator[Problem]:
    if group.ami_type in ENDED_AMI_TYPES and group.existing is None:
        right = _usual_ami_type(group)
        yield Problem("amiType", f"Expected {AMI_TYPE.what}, for example '{right}'.")


def _usual_ami_type(group: "NodeGroupOptions") -> str:
    family = family_of(group.instance_type)
    return family.ami_type if family else "AL2023_x86_64_STANDARD"


def _capacity(group: "NodeGroupOptions") -> Iterator[Problem]:
    if (group.capacity_type == "capacity-block") != bool(group.capacity_reservation_id):
        yield Problem(
            "capacityReservationId",
            "Expected a reservation with capacityType 'capacity-block' and only there, "
            f"for example '{RESERVATION_ID.example}'.",
        )


def _labels(group: "NodeGroupOptions") -> Iterator[Problem]:
    own = labels_of(label="", instance_type=group.instance_type, ami_type=group.ami_type, given=None)
    for key in sorted(own.keys() & group.labels.keys()):
        yield Problem(
            f"labels.{key}",
            "Expected a label that the program does not set by itself, for example 'team'; leave it out.",
        )


def _taints(group: "NodeGroupOptions") -> Iterator[Problem]:
    """EKS takes a key with two effects. Cluster Autoscaler would see one of them: its tag is named after the key."""
    keys = [taint.key for taint in group.taints or []]
    for index, key in enumerate(keys):
        if key in keys[:index]:
            yield Problem(
                f"taints[{index}].key",
                f"Expected a key that no other taint of the group has, for example '{key}2', because the tag by which "
                "the autoscaler knows the key's taint holds one value and effect.",
            )


def _scaling_tags(group: "NodeGroupOptions") -> Iterator[Problem]:
    """Each label and each taint's key becomes a tag of the Auto Scaling group, of which there can be only so many.

    Of taints alone EKS takes more: 50 (EKS User Guide, "Node taints on managed node groups").
    """
    found = len(_tag_keys(group))
    here = len(group.labels) + len({taint.key for taint in group.taints or []})
    room = TAGS_OF_A_RESOURCE - TAGS_OF_EKS - (found - here)
    if here > room:
        yield Problem(
            "labels",
            f"Expected at most {room} labels and keys of taints together, for example '{room}', not {here}, because "
            "each becomes a tag of the Auto Scaling group.",
        )


def _tag_keys(group: "NodeGroupOptions") -> set[str]:
    """The tags that `component.py` makes for this group."""
    ami_type = ami_type_of(group.instance_type, group.ami_type) or ""
    labels = labels_of(label="", instance_type=group.instance_type, ami_type=ami_type, given=group.labels)
    taints = taints_of(instance_type=group.instance_type, ami_type=ami_type, given=group.taints)
    gpu = {GPU_TAG} if "NVIDIA" in ami_type else set[str]()
    return {*autoscaler_tags(labels, taints, group.disk.size_gib)} | gpu


def _speeds(disk: "DiskOptions") -> Iterator[Problem]:
    most = max(GP3_FREE_IOPS, GP3_IOPS_PER_GIB * disk.size_gib)
    if disk.iops > most:
        yield Problem(
            "iops",
            f"Expected at most {GP3_IOPS_PER_GIB} IOPS for each GiB of sizeGib ({disk.size_gib}), "
            f"for example '{most}'.",
        )
    fastest = disk.iops // GP3_IOPS_PER_MIB
    if disk.throughput > fastest:
        yield Problem(
            "throughput",
            f"Expected at most 1 MiB/s for every {GP3_IOPS_PER_MIB} of the {disk.iops} IOPS, for example '{fastest}'.",
        )


def _subnets(existing: "ExistingOptions") -> Iterator[Problem]:
    if not existing.subnets:
        yield Problem("subnets", f"Expected at least one subnet of the group, for example '{SUBNET_ID.example}'.")


_SCHEDULING = ("instance_type", "ami_type", "labels")
OF_A_GROUP = (
    Together(("min", "desired"), _least),
    Together(("min", "desired", "max"), _most),
    Together(("instance_type", "ami_type"), _instance_type),
    Together(("instance_type", "ami_type", "existing"), _ended_ami_type),
    Together(("capacity_type", "capacity_reservation_id"), _capacity),
    Together(_SCHEDULING, _labels),
    Together(("taints",), _taints),
    Together((*_SCHEDULING, "taints", "disk"), _scaling_tags),
)
OF_A_DISK = (Together(("size_gib", "iops", "throughput"), _speeds),)
OF_EXISTING_NODES = (Together(("subnets",), _subnets),)
