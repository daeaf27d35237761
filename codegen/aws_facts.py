"""Writes the data files `aws/aws_regions.json` and `eks/aws_instance_families.json` of the library anew.

Owns: where those facts come from (botocore's service models, moto's recorded API answers) and their form. Does not
own their use. Run `python -m codegen.aws_facts` after raising the pins of boto3 and moto, and read the diff: an alias
that changes would rename every bucket of a region, so existing aliases are kept and only new regions get one.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import boto3
import botocore
import moto

LIBRARY = Path(__file__).parents[1] / "components" / "project_workspace"
PARTITIONS = ("aws", "aws-cn", "aws-us-gov")

FIRST_ALIASES = {
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

ACCELERATOR_LABELS = {
    # GPU model as EC2 names it -> label value that Cluster Autoscaler and EKS use (autoscaler cloudprovider/aws).
    "K80": "nvidia-tesla-k80", "M60": "nvidia-tesla-m60", "T4": "nvidia-tesla-t4", "T4g": "nvidia-t4g",
    "A10G": "nvidia-a10g", "L4": "nvidia-l4", "L40S": "nvidia-l40s", "V100": "nvidia-tesla-v100",
    "A100": "nvidia-tesla-a100", "H100": "nvidia-h100", "H200": "nvidia-h200", "B200": "nvidia-b200",
    "B300": "nvidia-b300", "GB200": "nvidia-gb200",
}  # fmt: skip

FAMILY_GPUS = {
    "g7": "RTX PRO 4500",
    "g7e": "RTX PRO 6000",
    "p6-b200": "B200",
    "p6-b300": "B300",
    "p6e-gb200": "GB200",
}
"""GPU families that moto has no record of, from EC2's product pages."""

NEURON_FAMILIES = {"inf1", "inf2", "trn1", "trn1n", "trn2", "trn2u"}


def regions() -> dict[str, Any]:
    session = boto3.Session()
    return {
        region: {"alias": FIRST_ALIASES[region], "partition": partition, "zones": _zones(region)}
        for partition in PARTITIONS
        for region in session.get_available_regions("ec2", partition_name=partition)
    }


def _zones(region: str) -> str:
    from moto.ec2.models.availability_zones_and_regions import RegionsAndZonesBackend

    known = RegionsAndZonesBackend.zones.get(region, [])
    letters = {zone.name.removeprefix(region) for zone in known}
    return "".join(sorted(letter for letter in letters if re.fullmatch("[a-z]", letter))) or "abc"


def instance_families() -> dict[str, Any]:
    model = gzip.decompress((Path(botocore.__file__).parent / "data/ec2/2016-11-15/service-2.json.gz").read_bytes())
    recorded = json.loads(
        gzip.decompress((Path(moto.__file__).parent / "ec2/resources/instance_types.json.gz").read_bytes())
    )
    sizes: dict[str, list[str]] = defaultdict(list)
    for name in json.loads(model)["shapes"]["InstanceType"]["enum"]:
        family, size = name.split(".", 1)
        if not family.startswith("mac"):
            sizes[family].append(size)
    return {family: _family(family, sizes[family], recorded) for family in sorted(sizes)}


def _family(family: str, sizes: list[str], recorded: dict[str, Any]) -> dict[str, Any]:
    samples = [recorded[f"{family}.{size}"] for size in sizes if f"{family}.{size}" in recorded]
    gpus = [gpu for sample in samples for gpu in sample.get("GpuInfo", {}).get("Gpus", [])]
    architectures = {a for sample in samples for a in sample["ProcessorInfo"]["SupportedArchitectures"]}
    by_name = "arm64" if re.match(r"[a-z]+\d+g|p6e-gb200|a1$", family) and family not in {"g5g"} else "x86_64"
    architecture = ("arm64" if "arm64" in architectures else "x86_64") if architectures else by_name
    entry: dict[str, Any] = {"architecture": architecture}
    model = gpus[0]["Name"] if gpus else FAMILY_GPUS.get(family)
    maker = gpus[0]["Manufacturer"].upper() if gpus else "NVIDIA"
    if family in NEURON_FAMILIES:
        entry["accelerator"] = "neuron"
    elif model and maker == "NVIDIA":
        entry |= {"accelerator": "nvidia", "gpu": model}
        if model in ACCELERATOR_LABELS:
            entry["acceleratorLabel"] = ACCELERATOR_LABELS[model]
    return {**entry, "sizes": " ".join(sizes)}


def write(name: str, source: str, facts: dict[str, Any]) -> None:
    document = {"asOf": date.today().isoformat(), "source": source, **{"facts": facts}}
    text = json.dumps(document, indent=1)
    (LIBRARY / name).write_text(re.sub(r"\n\s{3,}", " ", text).replace("\n  }", " }") + "\n")


def main() -> int:
    source = f"botocore {botocore.__version__}, moto {moto.__version__}; see codegen/aws_facts.py"
    write("aws/aws_regions.json", source, regions())
    write("eks/aws_instance_families.json", source, instance_families())
    return 0


if __name__ == "__main__":
    sys.exit(main())
