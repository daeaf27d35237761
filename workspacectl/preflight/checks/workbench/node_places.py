"""Which nodes Workbench's pods may be on: those of the cluster, and those that the stack's node groups will bring.

Owns: that, by the settings. Does not own the scheduler's rules (`placement.py`), nor what is asked of a node.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from project_workspace.aws.client import translate_errors, with_deadline
from project_workspace.eks.options import NodeGroupOptions
from project_workspace.eks.scheduling import GPU_RESOURCE, labels_of, taints_of, tolerations
from project_workspace.eks.taint import TaintOptions
from project_workspace.kube.metadata import labels_of as labels_of_object
from project_workspace.kube.quantities import number
from project_workspace.limits import NODE_LABEL
from project_workspace.workbench.scheduling_options import ResourceProfileOptions, TolerationOptions
from workspacectl.preflight.checks.workbench import placement
from workspacectl.preflight.sites import WorkbenchSite

RESOURCES = ("cpu", "memory", GPU_RESOURCE)


@dataclass(frozen=True)
class Place:
    """One node, or one group's nodes of which none is there yet."""

    name: str
    labels: Mapping[str, str]
    spec: Mapping[str, Any]
    """As a node has it: `taints`, `unschedulable`."""
    resources: Mapping[str, str]
    """What pods may have of it; of a group that is to come, all that its instance type has."""
    count: int = 1
    """How many of them there may be."""

    @property
    def as_node(self) -> dict[str, Any]:
        """As the scheduler's rules have it."""
        return {"metadata": {"labels": self.labels}, "spec": self.spec}

    def times(self, needs: Mapping[str, Fraction]) -> int:
        """How often what is needed fits into one of them."""
        return min(int(number(self.resources.get(name, "0")) / need) for name, need in needs.items() if need)


def workers(site: WorkbenchSite) -> list[dict[str, Any]]:
    """The cluster's nodes on which pods of Workbench, its own or its users', may be put."""
    return [node for node in site.nodes if not placement.is_control_plane(node) and _is_for_any(site, node)]


def _is_for_any(site: WorkbenchSite, node: Mapping[str, Any]) -> bool:
    return is_for(site, node, "system") or is_for(site, node, "user")


def is_for(site: WorkbenchSite, node: Mapping[str, Any], whose: str, *more: Mapping[str, Any]) -> bool:
    """Whether `system` or `user` pods may be there; `more` are tolerations besides those of the settings."""
    tolerated, wanted = site.options.tolerations, site.options.affinity
    given: Sequence[TolerationOptions] = [*tolerated.overall, *getattr(tolerated, whose)]
    affinities = (wanted.overall, getattr(wanted, whose))
    return placement.admits(node, [*(each.in_a_pod for each in given), *more]) and all(
        placement.matches(labels_of_object(node), {}, each) for each in affinities
    )


def groups_to_come(site: WorkbenchSite) -> list[NodeGroupOptions]:
    """The stack's node groups of which no node is there."""
    there = {labels_of_object(node).get(NODE_LABEL) for node in site.nodes}
    names = site.names.node_groups
    return [group for group in site.options.node_groups if names[group.spec].label not in there]


def places(site: WorkbenchSite) -> list[Place]:
    """All of them."""
    there = [
        Place(node["metadata"]["name"], labels_of_object(node), node["spec"], node["status"].get("allocatable") or {})
        for node in site.nodes
        if not placement.is_control_plane(node)
    ]
    return [*there, *to_come(site)]


def to_come(site: WorkbenchSite) -> Iterator[Place]:
    """One for each group of which no node is there. Raises `RemoteError` where AWS does not answer."""
    groups = groups_to_come(site)
    types = _instance_types(site, {group.instance_type for group in groups})
    for group in groups:
        kind, label = group.instance_type, site.names.node_groups[group.spec].label
        labels = labels_of(label=label, instance_type=kind, ami_type=group.ami_type, given=group.labels)
        taints = [{"key": taint.key, "value": taint.value or "", "effect": taint.effect} for taint in _taints_of(group)]
        yield Place(
            f"node group {group.spec}", labels, {"taints": taints}, types.get(group.instance_type, {}), group.max
        )


def _instance_types(site: WorkbenchSite, names: set[str]) -> dict[str, dict[str, str]]:
    """What AWS says of each: CPUs, memory, GPUs. Raises `RemoteError`."""
    if not names:
        return {}
    with translate_errors("ec2:DescribeInstanceTypes", ", ".join(sorted(names))):
        client = site.aws("ec2")
        found = with_deadline(lambda: client.describe_instance_types(InstanceTypes=sorted(names)))
    return {
        each["InstanceType"]: {
            "cpu": str(each["VCpuInfo"]["DefaultVCpus"]),
            "memory": f"{each['MemoryInfo']['SizeInMiB']}Mi",
            GPU_RESOURCE: str(sum(gpu["Count"] for gpu in (each.get("GpuInfo") or {}).get("Gpus") or [])),
        }
        for each in found["InstanceTypes"]
    }


def _taints_of(group: NodeGroupOptions) -> list[TaintOptions]:
    return taints_of(instance_type=group.instance_type, ami_type=group.ami_type, given=group.taints)


def of_profile(site: WorkbenchSite, profile: ResourceProfileOptions) -> list[Place]:
    """Where sessions with this profile may be, whatever their size."""
    if profile.node_group:
        group = next(each for each in site.options.node_groups if each.spec == profile.node_group)
        selector: Mapping[str, str] = {NODE_LABEL: site.names.node_groups[group.spec].label}
        more = tolerations(_taints_of(group))
    else:
        selector, more = profile.node_selector, [each.in_a_pod for each in profile.tolerations]
    return [
        place
        for place in places(site)
        if selector.items() <= place.labels.items() and is_for(site, place.as_node, "user", *more)
    ]
