"""Stand-in for the provider plugin pulumi-eks: which inputs of `eks.ManagedNodeGroup` are refused, and why.

Owns the rules of the real plugin (nodejs/eks/nodes/nodegroup.ts, `createManagedNodeGroup`; the sentences are
its own) and the refusal of what this stand-in does not implement. Owns no resource.
"""

from __future__ import annotations

from typing import Any

import pulumi

NEEDS_TEMPLATE = (
    "kubeletExtraArgs",
    "bootstrapExtraArgs",
    "bottlerocketSettings",
    "nodeadmExtraOptions",
    "enableIMDSv2",
    "userData",
    "amiId",
    "enableEfaSupport",
)
"""Inputs for which the real plugin makes a launch template of its own."""

KNOWN = frozenset(
    {
        *NEEDS_TEMPLATE,
        "amiType",
        "capacityType",
        "cluster",
        "clusterName",
        "diskSize",
        "forceUpdateVersion",
        "gpu",
        "ignoreScalingChanges",
        "instanceTypes",
        "labels",
        "launchTemplate",
        "nodeGroupName",
        "nodeGroupNamePrefix",
        "nodeRole",
        "nodeRoleArn",
        "operatingSystem",
        "placementGroupAvailabilityZone",
        "releaseVersion",
        "remoteAccess",
        "scalingConfig",
        "subnetIds",
        "tags",
        "taints",
        "version",
    }
)
"""All inputs of the component (SDK 4.4.0)."""

_INVALID = "The input properties for the managed node group are invalid."
_ACCESS_ENTRIES = ("API", "API_AND_CONFIG_MAP")


def check_inputs(given: dict[str, Any]) -> None:
    """Raise `InputPropertiesError` with every problem of the inputs that were given."""
    found = _exclusions(given) + _not_implemented(given)
    if found:
        details: list[Any] = [{"property_path": name, "reason": reason} for name, reason in found]
        raise pulumi.InputPropertiesError(_INVALID, details)


def role_is_admitted(
    arn: pulumi.Output[str], cluster: pulumi.Output[Any], roles: pulumi.Output[Any]
) -> pulumi.Output[str]:
    """The role's ARN; refused when a cluster without access entries does not name it."""

    def admit(mode: str | None) -> pulumi.Output[str]:
        if mode in _ACCESS_ENTRIES:
            return arn
        arns = roles.apply(lambda given: pulumi.Output.all(*[role.arn for role in given or []]))
        return pulumi.Output.all(arn, arns).apply(lambda both: _named(*both))

    return cluster.apply(lambda found: found.access_config).apply(lambda access: admit(_mode(access)))


def _mode(access: Any) -> str | None:
    return (access or {}).get("authenticationMode")


def _named(arn: str, arns: list[str]) -> str:
    if arn not in arns:
        raise pulumi.InputPropertyError(
            "nodeRole",
            "A managed node group cannot be created without first setting its role in the cluster's instanceRoles",
        )
    return arn


def _exclusions(given: dict[str, Any]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    if "nodeRole" in given and "nodeRoleArn" in given:
        reason = "You cannot specify both nodeRole and nodeRoleArn when creating a managed node group."
        found.append(("nodeRole", reason))
    if "nodeRole" not in given and "nodeRoleArn" not in given:
        reason = "An IAM role, or role ARN must be provided to create a managed node group"
        found.append(("nodeRole", reason))
    found += [
        ("amiId", f"You cannot specify both amiId and {name} when creating a managed node group.")
        for name in ("gpu", "amiType")
        if "amiId" in given and given.get(name)
    ]
    if "launchTemplate" in given and any(name in given for name in NEEDS_TEMPLATE):
        reason = (
            "If you provide a custom launch template, you cannot provide any of "
            f"{', '.join(NEEDS_TEMPLATE)}. "
            "Please include these in the launch template that you are providing."
        )
        found.append(("launchTemplate", reason))
    return found


def _not_implemented(given: dict[str, Any]) -> list[tuple[str, str]]:
    refused = [name for name in sorted(given) if name not in KNOWN]
    if "launchTemplate" not in given:
        refused += [name for name in NEEDS_TEMPLATE if name in given]
    if "operatingSystem" in given and "amiType" not in given:
        refused.append("operatingSystem")
    if "placementGroupAvailabilityZone" in given:
        refused.append("placementGroupAvailabilityZone")
    found = [(name, f"The stand-in for pulumi-eks does not implement '{name}'.") for name in refused]
    return found + _core_not_implemented(given.get("cluster"))


def _core_not_implemented(core: Any) -> list[tuple[str, str]]:
    if core is None:
        return [("cluster", "Missing required argument 'cluster'.")]
    if isinstance(core, pulumi.Output):
        return []
    if not isinstance(core, dict):
        return [("cluster", "The stand-in for pulumi-eks implements CoreDataArgs only, not an eks.Cluster.")]
    names = ("eksNodeAccess", "awsProvider")
    reason = "The stand-in for pulumi-eks does not implement"
    return [(f"cluster.{name}", f"{reason} 'cluster.{name}'.") for name in names if core.get(name) is not None]
