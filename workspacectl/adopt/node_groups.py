"""The node groups that somebody made for a workspace: found by their label, described as settings.

Owns: which groups of a cluster belong to the workspace, and how each would be written in a stack file so that nothing
of it is replaced. Does not own the settings' own rules: what is written is validated as every stack file is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from project_workspace.aws.client import Clients, translate_errors
from project_workspace.eks.instance_types import AMI_TYPES, ENDED_AMI_TYPES
from project_workspace.eks.scheduling import labels_of
from project_workspace.eks.taint import EKS_EFFECTS
from project_workspace.eks.values import CAPACITY_TYPES
from project_workspace.limits import NODE_LABEL
from workspacectl.adopt.buckets import tags_of

_CAPACITY = {theirs: ours for ours, theirs in CAPACITY_TYPES.items()}
_EFFECTS = {theirs: ours for ours, theirs in EKS_EFFECTS.items()}


@dataclass(frozen=True, kw_only=True)
class FoundGroup:
    """One node group: its spec, its settings, or why it cannot be adopted."""

    name: str
    spec: str
    settings: Mapping[str, Any]
    why_not: str | None = None
    """A sentence; None when the settings describe it."""


def groups_of(cluster: str, workspace: str, aws: Clients, region: str) -> list[FoundGroup]:
    """The groups whose nodes carry the workspace's label, by spec. Raises `RemoteError`."""
    eks = aws("eks")
    with translate_errors("eks:ListNodegroups", f"cluster {cluster}"):
        pages = eks.get_paginator("list_nodegroups").paginate(clusterName=cluster)
        names = [name for page in pages for name in page["nodegroups"]]
    found: list[FoundGroup] = []
    for name in names:
        with translate_errors("eks:DescribeNodegroup", f"node group {name} of cluster {cluster}"):
            group = eks.describe_nodegroup(clusterName=cluster, nodegroupName=name)["nodegroup"]
        label = (group.get("labels") or {}).get(NODE_LABEL, "")
        if label.startswith(f"{workspace}-"):
            found.append(_described(group, label.removeprefix(f"{workspace}-"), aws, region))
    return sorted(found, key=lambda group: group.spec)


def _described(group: Mapping[str, Any], spec: str, aws: Clients, region: str) -> FoundGroup:
    name, types, ami_type = group["nodegroupName"], group.get("instanceTypes") or [], group.get("amiType")
    taints, why_not = group.get("taints") or [], None
    if len(types) != 1:
        why_not = f"it has {len(types)} instance types, and AI Conductor is told of one"
    elif ami_type not in AMI_TYPES and ami_type not in ENDED_AMI_TYPES:
        why_not = f"its AMI type is {ami_type}, which this program does not manage"
    elif group.get("capacityType") == "CAPACITY_BLOCK":
        why_not = "it is bought as a capacity block"
    elif len({taint["key"] for taint in taints}) < len(taints):
        why_not = "two of its taints have the same key, and the autoscaler's tag of a key holds only one"
    if why_not:
        return FoundGroup(name=name, spec=spec, settings={}, why_not=why_not)
    return FoundGroup(name=name, spec=spec, settings=_settings(group, spec, types[0], aws, region))


def _settings(group: Mapping[str, Any], spec: str, instance_type: str, aws: Clients, region: str) -> dict[str, Any]:
    size, template = group["scalingConfig"], group.get("launchTemplate")
    own = labels_of(label="", instance_type=instance_type, ami_type=group["amiType"], given=None)
    existing: dict[str, Any] = {"nodeRole": group["nodeRole"].rpartition("/")[2]}
    if template:
        existing["launchTemplate"] = {"id": template["id"], "version": str(template["version"])}
    disk = _disk(template, aws) if template else {"sizeGib": group.get("diskSize")}
    return {
        "spec": spec,
        "instanceType": instance_type,
        "min": size["minSize"],
        "desired": size["desiredSize"],
        "max": size["maxSize"],
        "zones": _zones(group["subnets"], aws, region),
        "amiType": group["amiType"],
        "capacityType": _CAPACITY[group.get("capacityType") or "ON_DEMAND"],
        "labels": {key: value for key, value in group["labels"].items() if key not in own},
        "taints": [_taint(taint) for taint in group.get("taints") or []],
        **({"tags": tags} if (tags := tags_of(group.get("tags") or {})) else {}),
        **({"disk": disk} if disk.get("sizeGib") else {}),
        "existing": {**existing, "subnets": sorted(group["subnets"])},
    }


def _taint(taint: Mapping[str, str]) -> dict[str, str]:
    value = {"value": taint["value"]} if taint.get("value") else {}
    return {"key": taint["key"], **value, "effect": _EFFECTS[taint["effect"]]}


def _zones(subnets: list[str], aws: Clients, region: str) -> list[str]:
    with translate_errors("ec2:DescribeSubnets", ", ".join(subnets)):
        found = aws("ec2").describe_subnets(SubnetIds=subnets)["Subnets"]
    return sorted({subnet["AvailabilityZone"].removeprefix(region) for subnet in found})


def _disk(template: Mapping[str, Any], aws: Clients) -> dict[str, Any]:
    """The first disk of a launch template's version; empty when it leaves that to the AMI."""
    with translate_errors("ec2:DescribeLaunchTemplateVersions", f"launch template {template['id']}"):
        found = aws("ec2").describe_launch_template_versions(
            LaunchTemplateId=template["id"], Versions=[str(template["version"])]
        )
    devices = found["LaunchTemplateVersions"][0]["LaunchTemplateData"].get("BlockDeviceMappings") or [{}]
    ebs = devices[0].get("Ebs") or {}
    given = {"sizeGib": ebs.get("VolumeSize"), "iops": ebs.get("Iops"), "throughput": ebs.get("Throughput")}
    wanted = given if ebs.get("VolumeType") == "gp3" else {"sizeGib": ebs.get("VolumeSize")}
    return {key: value for key, value in wanted.items() if value is not None}
