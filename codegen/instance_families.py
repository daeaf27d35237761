"""eks/aws_instance_families.json of the library: the EC2 instance types by family, with architecture and accelerator.

Owns: where those facts come from (botocore's service models, moto's recorded API answers, and for GPUs that these do
not have EC2's product pages). Does not own their use.
"""

from __future__ import annotations

import gzip
import json
import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import botocore
import moto

from codegen.data_files import text_of
from codegen.paths import LIBRARY

FILE = LIBRARY / "eks" / "aws_instance_families.json"

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


def text() -> str:
    """The file as it should be."""
    return text_of(families())


def families() -> dict[str, Any]:
    """By name, those that the installed botocore knows."""
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
