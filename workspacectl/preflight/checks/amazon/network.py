"""Where the node groups' nodes run: subnets, free addresses, and whether the zones offer the instance types."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from project_workspace.eks.ec2_lookups import PRIVATE_SUBNET_TAG, not_offered, offering_filters, without_subnet
from project_workspace.eks.options import NodeGroupOptions
from workspacectl.preflight.answers import Answer, failed, ok, warning
from workspacectl.preflight.checks.amazon.asking import ask
from workspacectl.preflight.checks.amazon.instances import Subnets, as_filters, described, subnets_of
from workspacectl.preflight.site import NodeGroupsSite

MORE_ADDRESSES = f"a smaller 'max', or one more subnet of the zone with the tag {PRIVATE_SUBNET_TAG}=1"


@dataclass
class _Zone:
    free: dict[str, int] = field(default_factory=dict[str, int])
    """Free addresses, by subnet."""
    needed: int = 0


def subnets(site: NodeGroupsSite) -> Answer | None:
    """Each zone of the node groups has a private subnet with free addresses, enough for all nodes of `max`.

    At most all nodes of a group are in one zone, with all their interfaces full (docs/facts/aws-before-an-up.md,
    "Addresses of nodes").
    """
    if not site.options.node_groups:
        return None
    places = [(group, subnets_of(site, group)) for group in site.options.node_groups]
    zones = _zones(places, described(site))
    wrong = [*_gone(places), *(without_subnet(zone) for zone, found in zones.items() if not found.free)]
    wrong += [
        f"no free address in {zone}" for zone, found in zones.items() if found.free and not any(found.free.values())
    ]
    if wrong:
        return failed("; ".join(wrong), "a private subnet with free addresses in each zone", MORE_ADDRESSES)
    seen = "; ".join(
        f"{zone}: {sum(found.free.values())} addresses free, at most {found.needed} needed"
        for zone, found in zones.items()
    )
    if any(sum(found.free.values()) < found.needed for found in zones.values()):
        return warning(seen, "addresses for all nodes of 'max' and their pods", MORE_ADDRESSES)
    return ok(seen)


def _zones(places: list[tuple[NodeGroupOptions, Subnets]], types: Mapping[str, dict[str, Any]]) -> dict[str, _Zone]:
    zones: dict[str, _Zone] = {}
    for group, by_zone in places:
        network = types[group.instance_type]["NetworkInfo"]
        for name, found in sorted(by_zone.items()):
            zone = zones.setdefault(name, _Zone())
            zone.free |= {subnet["SubnetId"]: subnet["AvailableIpAddressCount"] for subnet in found}
            zone.needed += group.max * network["MaximumNetworkInterfaces"] * network["Ipv4AddressesPerInterface"]
    return zones


def _gone(places: list[tuple[NodeGroupOptions, Subnets]]) -> Iterator[str]:
    """Subnets that a group made by hand is said to have."""
    for group, by_zone in places:
        there = {subnet["SubnetId"] for found in by_zone.values() for subnet in found}
        missing = set(group.existing.subnets) - there if group.existing else set[str]()
        yield from (f"no subnet {each}" for each in sorted(missing))


def instance_offerings(site: NodeGroupsSite) -> Answer | None:
    """Each node group's instance type is offered in each of its zones: an offer, and no promise of capacity."""
    if not site.options.node_groups:
        return None
    seen: list[str] = []
    wrong: list[str] = []
    for group in site.options.node_groups:
        zones = sorted(subnets_of(site, group))
        offered = _offered(site, group, zones)
        wrong += [f"spec '{group.spec}': {not_offered(group, zone)}" for zone in zones if zone not in offered]
        seen.append(f"{group.instance_type} in {', '.join(zones)}")
    if wrong:
        remedy = "other 'zones', or another 'instanceType' (aws ec2 describe-instance-type-offerings)"
        return failed("; ".join(wrong), "zones that offer it", remedy)
    return ok("; ".join(seen))


def _offered(site: NodeGroupsSite, group: NodeGroupOptions, zones: list[str]) -> set[str]:
    filters = as_filters(offering_filters(group, zones))
    asked = {"LocationType": "availability-zone", "Filters": filters}
    found = ask(site, "ec2:DescribeInstanceTypeOfferings", "InstanceTypeOfferings", group.instance_type, **asked)
    return {each["Location"] for each in found}


CHECKS = (subnets, instance_offerings)
