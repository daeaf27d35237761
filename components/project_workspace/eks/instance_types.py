"""What the program must know about an EC2 instance type before AWS is asked: whether it exists, its AMI type, its GPU.

Owns: the reading of `aws_instance_families.json` (its source is named there; `make generate` renews it) and the choice
of the AMI type. Does not own the numbers of vCPUs, memory and GPUs: those are asked of AWS in the preview
(`aws.ec2.get_instance_type`). Why data: a wrong instance type must be refused with all other wrong settings at once,
without AWS.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

AMI_TYPES = (
    "AL2023_x86_64_STANDARD",
    "AL2023_ARM_64_STANDARD",
    "AL2023_x86_64_NVIDIA",
    "AL2023_ARM_64_NVIDIA",
    "AL2023_x86_64_NEURON",
    "BOTTLEROCKET_x86_64",
    "BOTTLEROCKET_ARM_64",
    "BOTTLEROCKET_x86_64_NVIDIA",
    "BOTTLEROCKET_ARM_64_NVIDIA",
)
"""EKS's AMI types that are still published; the AL2 ones ended on 2025-11-26 (docs/facts/eks-node-groups.md)."""

ENDED_AMI_TYPES = ("AL2_x86_64", "AL2_x86_64_GPU", "AL2_ARM_64")
"""AMI types that only an existing node group may still have (`amiFamily: AmazonLinux2` in docs/facts/runbook.md)."""


@dataclass(frozen=True)
class InstanceFamily:
    """One family of instance types, for example `g5`."""

    architecture: str
    """`x86_64` or `arm64`."""
    accelerator: str | None
    """`nvidia`, `neuron`, or None."""
    gpu: str | None
    """Name of the accelerator, for example `A10G`, as EC2 has it."""
    accelerator_label: str | None
    """Value of the node label `k8s.amazonaws.com/accelerator`, where Cluster Autoscaler knows one."""
    sizes: tuple[str, ...]

    @property
    def ami_type(self) -> str:
        """The Amazon Linux 2023 AMI for these instances."""
        if self.accelerator == "neuron":
            return "AL2023_x86_64_NEURON"
        flavour = "NVIDIA" if self.accelerator == "nvidia" else "STANDARD"
        return f"AL2023_{'ARM_64' if self.architecture == 'arm64' else 'x86_64'}_{flavour}"


@cache
def _document() -> dict[str, InstanceFamily]:
    facts = json.loads((Path(__file__).parent / "aws_instance_families.json").read_text())["facts"]
    return {
        name: InstanceFamily(
            architecture=fact["architecture"],
            accelerator=fact.get("accelerator"),
            gpu=fact.get("gpu"),
            accelerator_label=fact.get("acceleratorLabel"),
            sizes=tuple(fact["sizes"].split()),
        )
        for name, fact in facts.items()
    }


def family_of(instance_type: str) -> InstanceFamily | None:
    """The family of an instance type; None when the type is not known."""
    name, _, size = instance_type.partition(".")
    family = _document().get(name)
    return family if family and size in family.sizes else None


def ami_type_of(instance_type: str, chosen: str | None) -> str | None:
    """The AMI type of a group's nodes: as chosen, else Amazon Linux 2023; None for a type that is not known."""
    family = family_of(instance_type)
    return chosen or (family.ami_type if family else None)


def is_gpu(instance_type: str, ami_type: str | None) -> bool:
    """Whether nodes of this type carry NVIDIA GPUs: by the type, or by the AMI that was chosen for a newer type."""
    family = family_of(instance_type)
    return family.accelerator == "nvidia" if family else "NVIDIA" in (ami_type or "")


def ami_matches(instance_type: str, ami_type: str) -> bool:
    """Whether an AMI type has the instance type's architecture; true for types that are not known."""
    family = family_of(instance_type)
    return family is None or (("ARM_64" in ami_type) == (family.architecture == "arm64"))
