"""Rules about node groups: which machines, how many, kept free for GPU work, and out of reach of their metadata.

Owns: managed node groups (aws-native to pulumi-aws and pulumi-eks) and the launch templates below them. Configurable:
families, sizes, the most nodes of a GPU group. A GPU type is recognised by its family's letter: a pack has no AWS.
"""

import re
from collections.abc import Iterator
from typing import Any

from pulumi_policy import (
    EnforcementLevel,
    PolicyConfigSchema,
    ResourceValidationArgs,
)

from rules.reading import resource_rule

NODE_GROUPS = ("eks:index:ManagedNodeGroup", "aws:eks/nodeGroup:NodeGroup")
LAUNCH_TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
INSTANCE = "aws:ec2/instance:Instance"

FAMILIES = [
    *("m5", "m6i", "m7i", "c5", "c6i", "c7i", "r5", "r6i", "r7i"),
    *("m6g", "m7g", "c6g", "c7g", "r6g", "r7g"),
    *("g4dn", "g5", "g6", "g6e", "p3", "p4d", "p5"),
]
SIZES = ["large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge", "24xlarge", "48xlarge"]
MOST_GPU_NODES = 8

_GPU_FAMILY = re.compile(r"(?:g|p|trn|inf|dl)\d")
_KEEPS_OTHERS_AWAY = ("NO_SCHEDULE", "NO_EXECUTE", "NoSchedule", "NoExecute")


def instance_type_is_allowed(args: ResourceValidationArgs) -> Iterator[str]:
    config = args.get_config()
    for type_ in _instance_types(args):
        family, _, size = type_.partition(".")
        if family not in config["families"]:
            yield f"{type_} is of a family that is not allowed. Choose one of {', '.join(config['families'])}."
        elif size not in config["sizes"]:
            yield f"{type_} is of a size that is not allowed. Choose one of {', '.join(config['sizes'])}."


def gpu_group_is_tainted(args: ResourceValidationArgs) -> Iterator[str]:
    if not _is_gpu_group(args):
        return
    taints = args.props.get("taints") or []
    if not any(taint["effect"] in _KEEPS_OTHERS_AWAY for taint in taints):
        yield (
            f"Pods that need no GPU would fill the GPU nodes of {args.name}. Taint them, for example with "
            "nvidia.com/gpu=present:NoSchedule."
        )


def gpu_group_has_a_maximum(args: ResourceValidationArgs) -> Iterator[str]:
    if not _is_gpu_group(args):
        return
    limit = args.get_config()["nodes"]
    size = args.props.get("scalingConfig") or {}
    if not size.get("maxSize"):
        yield f"Nothing says how far the GPU group {args.name} may grow. Set its maximum, at most {limit:g} nodes."
    elif size["maxSize"] > limit:
        yield f"The GPU group {args.name} may grow to {size['maxSize']:g} nodes. Set at most {limit:g}."


def metadata_needs_a_token(args: ResourceValidationArgs) -> Iterator[str]:
    if args.resource_type not in (LAUNCH_TEMPLATE, INSTANCE):
        return
    options = args.props.get("metadataOptions") or {}
    if options.get("httpEndpoint") != "disabled" and options.get("httpTokens") != "required":
        yield (
            f"{args.name} answers IMDSv1: whoever can make it send a request gets the node's credentials. Set "
            "metadataOptions.httpTokens to 'required'."
        )


def _is_gpu_group(args: ResourceValidationArgs) -> bool:
    if args.resource_type not in NODE_GROUPS:
        return False
    by_ami = any(word in str(args.props.get("amiType") or "") for word in ("NVIDIA", "NEURON", "GPU"))
    return by_ami or any(_GPU_FAMILY.match(type_) for type_ in _instance_types(args))


def _instance_types(args: ResourceValidationArgs) -> Iterator[str]:
    if args.resource_type in NODE_GROUPS:
        yield from args.props.get("instanceTypes") or []
    if args.resource_type in (LAUNCH_TEMPLATE, INSTANCE) and args.props.get("instanceType"):
        yield args.props["instanceType"]


def _texts(description: str, default: list[str]) -> dict[str, Any]:
    return {"type": "array", "items": {"type": "string"}, "description": description, "default": default}


RULES = [
    resource_rule(
        "instance-type-is-allowed",
        "Nodes are of the families and sizes that somebody has agreed to pay for.",
        instance_type_is_allowed,
        EnforcementLevel.MANDATORY,
        PolicyConfigSchema(
            {
                "families": _texts("Instance families, for example 'g5'.", FAMILIES),
                "sizes": _texts("Sizes, for example 'xlarge'.", SIZES),
            }
        ),
    ),
    resource_rule(
        "gpu-group-is-tainted",
        "GPU nodes are kept free for pods that need a GPU.",
        gpu_group_is_tainted,
        EnforcementLevel.MANDATORY,
    ),
    resource_rule(
        "gpu-group-has-a-maximum",
        "A GPU node group cannot grow without a limit.",
        gpu_group_has_a_maximum,
        EnforcementLevel.MANDATORY,
        PolicyConfigSchema(
            {
                "nodes": {
                    "type": "integer",
                    "minimum": 1,
                    "description": "The most nodes that a GPU group may have.",
                    "default": MOST_GPU_NODES,
                }
            }
        ),
    ),
    resource_rule(
        "metadata-needs-a-token",
        "The instance metadata service is asked with a token (IMDSv2) or not at all.",
        metadata_needs_a_token,
        EnforcementLevel.MANDATORY,
    ),
]
