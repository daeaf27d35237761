"""Whole checklists of a stack, and what differs between two of them: exactly the line that is meant, and no other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from tests.preflight.conftest import client
from workspacectl.preflight import running
from workspacectl.preflight.answers import Answer, Outcome
from workspacectl.preflight.profiles import PROFILES
from workspacectl.preflight.sites import WorkspaceSite
from workspacectl.progress import silent

Lines = dict[str, Answer]
CLUSTER = {
    "status": "ACTIVE",
    "version": "1.35",
    "endpoint": "https://e",
    "certificateAuthority": {"data": "Q0E="},
    "accessConfig": {"authenticationMode": "API"},
}


def lines_of(site: WorkspaceSite, profile: str = "workspace", *, only: Iterable[str] = ()) -> Lines:
    """What each check of the profile answers, by its name; or only these."""
    chosen = replace(PROFILES[profile], checks=tuple(only) or PROFILES[profile].checks)
    return {line.check: line.answer for line in running.run(site, chosen, silent)}


def broken(well: Lines, now: Lines) -> dict[str, Outcome]:
    """The lines that differ."""
    return {name: now[name].outcome for name in well.keys() | now.keys() if well.get(name) != now.get(name)}


def with_eks(site: WorkspaceSite, **changes: Any) -> WorkspaceSite:
    """A site whose EKS cluster is this one: moto's are always ACTIVE, and of its own version."""
    network = {"resourcesVpcConfig": {"vpcId": default_vpc()}} if site.options.node_groups else {}
    site.__dict__["eks"] = {**CLUSTER, **network, **changes}
    return site


def default_vpc() -> str:
    """The id of moto's, in which the private subnets of `conftest.py` are."""
    return str(client("ec2").describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"][0]["VpcId"])
