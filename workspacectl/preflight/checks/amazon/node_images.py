"""The images that nodes start from: that EKS has them for the cluster's version, and that they suit the instances.

Owns: the questions, to Systems Manager, where EKS publishes the ids of its images, and to EC2. Does not own the choice
of an AMI type (`eks/instance_types.py`), whose rules refuse in the settings what they know to be wrong; here AWS is
asked, which knows newer instance types too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from project_workspace.eks.instance_types import ENDED_AMI_TYPES, ami_type_of
from project_workspace.eks.options import NodeGroupOptions
from project_workspace.remote.errors import RefusedError
from workspacectl.preflight.answers import Answer, failed, ok, warning
from workspacectl.preflight.checks.amazon.asking import ask
from workspacectl.preflight.checks.amazon.instances import described
from workspacectl.preflight.site import NodeGroupsSite

PARAMETERS = json.loads((Path(__file__).parent / "ami_parameters.json").read_text())
SUITABLE = "an 'amiType' for the instance type and the cluster's version (docs/settings.md)"
NAMES_AT_ONCE = 10
"""Systems Manager API reference, GetParameters."""


def ami_family(site: NodeGroupsSite) -> Answer | None:
    """EKS has each node group's AMI type for the cluster's version, and it is made for the instances it is given to."""
    groups = site.options.node_groups
    if not groups:
        return None
    version, types = str(site.eks["version"]), described(site)
    chosen = {group.spec: _ami_type(group) for group in groups}
    published, by_whom = _published(site, version, sorted(set(chosen.values())))
    wrong = [f"spec '{spec}': no {ami} for {version}" for spec, ami in chosen.items() if ami not in published]
    odd: list[str] = []
    for group in groups:
        ami, facts = chosen[group.spec], types[group.instance_type]
        wrong += [f"spec '{group.spec}': {said}" for said in _unbootable(ami, facts)]
        odd += [f"spec '{group.spec}': {said}" for said in _odd(ami, facts)]
    if wrong:
        return failed("; ".join(wrong), SUITABLE, "amiType")
    if odd:
        return warning("; ".join(odd), SUITABLE, "amiType")
    return ok(f"{', '.join(sorted(set(chosen.values())))} for {version}{by_whom}")


def _ami_type(group: NodeGroupOptions) -> str:
    found = ami_type_of(group.instance_type, group.ami_type)
    assert found, "the settings refuse an instance type that is not known without an AMI type"
    return found


def _published(site: NodeGroupsSite, version: str, ami_types: list[str]) -> tuple[set[str], str]:
    """Those that EKS has for this version, and a word where not AWS said so: it may not be asked by everybody."""
    assert len(ami_types) <= NAMES_AT_ONCE
    names = {PARAMETERS["parameters"][ami].format(version=version): ami for ami in ami_types}
    try:
        asked = {"Names": sorted(names)}
        found = ask(site, "ssm:GetParameters", "Parameters", f"images for {version}", **asked)
        return {names[each["Name"]] for each in found}, ""
    except RefusedError:
        ended = _number(version) > _number(PARAMETERS["lastVersionOfEnded"])
        gone = set(ENDED_AMI_TYPES) if ended else set[str]()
        return set(ami_types) - gone, f", as of {PARAMETERS['checked']}: ssm:GetParameters is refused"


def _number(version: str) -> list[int]:
    return [int(part) for part in version.split(".")]


def _unbootable(ami: str, facts: Mapping[str, Any]) -> Iterator[str]:
    architecture = "arm64" if "ARM_64" in ami else "x86_64"
    if architecture not in facts["ProcessorInfo"]["SupportedArchitectures"]:
        yield f"{ami} does not start on {facts['InstanceType']}"


def _odd(ami: str, facts: Mapping[str, Any]) -> Iterator[str]:
    """What starts, and then is not what was meant."""
    if ami in ENDED_AMI_TYPES:
        yield f"{ami} is not published any more since 2025-11-26"
    makers = {each["Manufacturer"] for each in facts.get("GpuInfo", {}).get("Gpus", [])}
    if makers - {"NVIDIA"}:
        yield f"no image of EKS's serves the GPUs of {facts['InstanceType']}"
    if "NVIDIA" in makers and not ami.endswith(("_NVIDIA", "_GPU")):
        yield f"{ami} has no driver for the GPUs of {facts['InstanceType']}"
    if "NVIDIA" not in makers and ami.endswith(("_NVIDIA", "_GPU")):
        yield f"{ami} is for GPUs, which {facts['InstanceType']} has not"
    if facts.get("NeuronInfo") and not ami.endswith("_NEURON"):
        yield f"{ami} has no driver for the accelerators of {facts['InstanceType']}"


CHECKS = (ami_family,)
