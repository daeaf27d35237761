"""What AWS says of the instance types of a stack's node groups, and where their nodes run.

Owns: these two, for the checks that need them. Does not own which subnets and zones those are: that is the program's
rule (`eks/ec2_lookups.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from project_workspace.eks.ec2_lookups import subnet_filters, zones_of
from project_workspace.eks.options import NodeGroupOptions
from workspacectl.preflight.checks.amazon.asking import ask
from workspacectl.preflight.site import NodeGroupsSite

Subnets = dict[str, list[dict[str, Any]]]
"""By zone."""


def described(site: NodeGroupsSite) -> Mapping[str, dict[str, Any]]:
    """What EC2 says of each instance type of the stack's node groups. Raises `RemoteError`."""
    types = sorted({group.instance_type for group in site.options.node_groups})
    found = ask(site, "ec2:DescribeInstanceTypes", "InstanceTypes", ", ".join(types), InstanceTypes=types)
    return {each["InstanceType"]: each for each in found}


def subnets_of(site: NodeGroupsSite, group: NodeGroupOptions) -> Subnets:
    """The subnets of the group's nodes; a zone without any stands with none. Raises `RemoteError`."""
    if group.existing:
        return _by_zone(_subnets(site, {"subnet-id": group.existing.subnets}))
    vpc = site.eks["resourcesVpcConfig"]["vpcId"]
    return {
        zone: _subnets(site, {"vpc-id": [vpc], **subnet_filters(zone)}) for zone in zones_of(group, site.options.region)
    }


def _by_zone(found: Sequence[dict[str, Any]]) -> Subnets:
    zones: Subnets = {}
    for subnet in found:
        zones.setdefault(subnet["AvailabilityZone"], []).append(subnet)
    return zones


def _subnets(site: NodeGroupsSite, filters: Mapping[str, Sequence[str]]) -> list[dict[str, Any]]:
    return ask(site, "ec2:DescribeSubnets", "Subnets", f"VPC of {site.options.cluster}", Filters=as_filters(filters))


def as_filters(filters: Mapping[str, Sequence[str]]) -> list[dict[str, Any]]:
    """Filters as EC2's API has them."""
    return [{"Name": name, "Values": list(values)} for name, values in filters.items()]
