"""What AWS has for a node group: the private subnets of its zones, and what one of its nodes offers.

Owns: the lookups and the check that each zone has a subnet and offers the instance type; which subnets and offerings
those are is said without the engine too, for `workspacectl preflight`. Does not own the resources. Why looked up in the
preview: a zone without either is refused there, not minutes into an `up`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Optional

import pulumi

from project_workspace.eks.ec2 import ask
from project_workspace.eks.options import NodeGroupOptions

PRIVATE_SUBNET_TAG = "kubernetes.io/role/internal-elb"
"""The tag by which EKS's load balancer controller, and so this program, knows a private subnet."""


@dataclass(kw_only=True)
class NodeSize:
    """What one node of a group offers."""

    vcpu: pulumi.Output[int]
    ram_gb: pulumi.Output[int]
    """GiB, rounded down."""
    gpu: pulumi.Output[int]


def zones_of(group: NodeGroupOptions, region: str) -> list[str]:
    """The group's zones by their whole names."""
    return [f"{region}{letter}" for letter in group.zones]


def offering_filters(group: NodeGroupOptions, zones: Sequence[str]) -> dict[str, list[str]]:
    """EC2's filters of the offerings, by availability zone, of the group's instance type in these zones."""
    return {"instance-type": [group.instance_type], "location": list(zones)}


def subnet_filters(zone: str) -> dict[str, list[str]]:
    """EC2's filters of the private subnets of a zone, beside the one of the cluster's VPC (`vpc-id`)."""
    return {"availability-zone": [zone], f"tag:{PRIVATE_SUBNET_TAG}": ["1"]}


def subnets_of(
    group: NodeGroupOptions, *, region: str, vpc: pulumi.Output[str], invoke: pulumi.InvokeOptions
) -> pulumi.Output[list[str]]:
    """The private subnets of the group's zones; the preview fails when a zone does not suit."""
    zones = zones_of(group, region)
    asked = {"locationType": "availability-zone", "filters": _named(offering_filters(group, zones))}
    offered = ask("getInstanceTypeOfferings", asked, invoke)["locations"]
    subnets = {zone: _private_subnets(vpc, zone, invoke) for zone in zones}
    found: pulumi.Output[dict[str, Any]] = pulumi.Output.all(subnets=subnets, offered=offered)
    return found.apply(lambda values: suitable(group, subnets=values["subnets"], offered=values["offered"]))


def _private_subnets(vpc: pulumi.Output[str], zone: str, invoke: pulumi.InvokeOptions) -> pulumi.Output[list[str]]:
    return ask("getSubnets", {"filters": _named({"vpc-id": [vpc], **subnet_filters(zone)})}, invoke)["ids"]


def _named(filters: Mapping[str, Sequence[pulumi.Input[str]]]) -> list[dict[str, Any]]:
    return [{"name": name, "values": list(values)} for name, values in filters.items()]


def without_subnet(zone: str) -> str:
    """What is said of a zone that has no private subnet."""
    return f"no private subnet (tag {PRIVATE_SUBNET_TAG}=1) of the cluster's VPC in {zone}"


def not_offered(group: NodeGroupOptions, zone: str) -> str:
    """What is said of a zone that does not offer the group's instance type."""
    return f"{group.instance_type} is not offered in {zone}"


def suitable(group: NodeGroupOptions, *, subnets: Mapping[str, Sequence[str]], offered: Sequence[str]) -> list[str]:
    """All subnets, sorted. `subnets` are those of each zone, `offered` the zones that offer the instance type.

    Raises `pulumi.RunError` that names every zone which lacks one or the other.
    """
    wrong = [without_subnet(zone) for zone, ids in subnets.items() if not ids]
    wrong += [not_offered(group, zone) for zone in subnets if zone not in offered]
    if wrong:
        raise pulumi.RunError(
            f"nodeGroups, spec '{group.spec}', zones: {'; '.join(wrong)}. "
            "Expected zones with both, for example 'zones: [a, c]'."
        )
    return sorted(subnet for ids in subnets.values() for subnet in ids)


def size_of(group: NodeGroupOptions, *, invoke: pulumi.InvokeOptions) -> NodeSize:
    """What one node offers: as given, else as AWS says of its instance type."""
    known = ask("getInstanceType", {"instanceType": group.instance_type}, invoke)

    def given(value: Optional[int], asked: pulumi.Output[int]) -> pulumi.Output[int]:
        return asked if value is None else pulumi.Output.from_input(value)

    return NodeSize(
        vcpu=given(group.vcpu, known["defaultVcpus"].apply(int)),
        ram_gb=given(group.ram_gb, known["memorySize"].apply(lambda mib: int(mib) // 1024)),
        gpu=given(group.gpu, known["gpuses"].apply(lambda gpus: sum(int(gpu["count"]) for gpu in gpus or []))),
    )
