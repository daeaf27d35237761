"""aws/aws_regions.json of the library: the AWS regions with their alias, partition and zones.

Owns: where those facts come from (botocore's and moto's data), and the aliases. Does not own their use. Read the diff
after raising the pins of boto3 and moto: an alias that changes would rename every bucket of a region, so existing
aliases are kept and only new regions get one.
"""

from __future__ import annotations

import re
from typing import Any

import boto3

from codegen.data_files import text_of
from codegen.paths import LIBRARY

FILE = LIBRARY / "aws" / "aws_regions.json"
PARTITIONS = ("aws", "aws-cn", "aws-us-gov")

ALIASES = {
    # AWS's own three-character region codes ("fixed" codes), to which the runbook's `an2` belongs.
    "af-south-1": "fs1", "ap-east-1": "ae1", "ap-northeast-1": "an1", "ap-northeast-2": "an2",
    "ap-northeast-3": "an3", "ap-south-1": "as0", "ap-southeast-1": "as1", "ap-southeast-2": "as2",
    "ca-central-1": "cc1", "cn-north-1": "nn0", "cn-northwest-1": "nn1", "eu-central-1": "ec1",
    "eu-north-1": "en1", "eu-south-1": "es1", "eu-west-1": "ew1", "eu-west-2": "ew2", "eu-west-3": "ew3",
    "me-south-1": "ms1", "sa-east-1": "se1", "us-east-1": "ue1", "us-east-2": "ue2", "us-gov-east-1": "ge1",
    "us-gov-west-1": "gw1", "us-west-1": "uw1", "us-west-2": "uw2",
    # Regions opened since: the same rule (first letters of area and direction, number), and where that is taken
    # the direction's first two letters.
    "ap-east-2": "ae2", "ap-south-2": "aso2", "ap-southeast-3": "as3", "ap-southeast-4": "as4",
    "ap-southeast-5": "as5", "ap-southeast-6": "as6", "ap-southeast-7": "as7", "ca-west-1": "cw1",
    "eu-central-2": "ec2", "eu-south-2": "es2", "il-central-1": "ic1", "me-central-1": "mc1",
    "mx-central-1": "xc1",
}  # fmt: skip


def text() -> str:
    """The file as it should be. Raises LookupError for a region without an alias."""
    return text_of(regions())


def regions() -> dict[str, Any]:
    """By name, those that the installed botocore knows."""
    session = boto3.Session()
    found = {
        region: partition
        for partition in PARTITIONS
        for region in session.get_available_regions("ec2", partition_name=partition)
    }
    unnamed = sorted(set(found) - set(ALIASES))
    if unnamed:
        raise LookupError(f"Expected an alias of each region in {__name__}; without: {', '.join(unnamed)}.")
    return {
        region: {"alias": ALIASES[region], "partition": partition, "zones": _zones(region)}
        for region, partition in found.items()
    }


def _zones(region: str) -> str:
    from moto.ec2.models.availability_zones_and_regions import RegionsAndZonesBackend

    known = RegionsAndZonesBackend.zones.get(region, [])
    letters = {zone.name.removeprefix(region) for zone in known}
    return "".join(sorted(letter for letter in letters if re.fullmatch("[a-z]", letter))) or "abc"
