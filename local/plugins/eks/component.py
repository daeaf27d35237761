"""Stand-in for the provider plugin pulumi-eks: what `eks.ManagedNodeGroup` constructs.

Owns the component and its one child `aws:eks/nodeGroup:NodeGroup`, with the defaults of the real plugin
(nodejs/eks/nodes/nodegroup.ts, `createManagedNodeGroup`). Does not own the rules on the inputs (`rules.py`).
Does not make launch templates, placement groups or user data: the inputs that ask for them are refused there.
"""

from __future__ import annotations

from importlib.metadata import version as distribution_version
from typing import Any

import pulumi
from pulumi.provider import ConstructResult, Provider

from local.plugins.eks.references import NodeGroup
from local.plugins.eks.rules import check_inputs, role_is_admitted

COMPONENT = "eks:index:ManagedNodeGroup"

_PASSED_ON = (
    "amiType",
    "capacityType",
    "diskSize",
    "forceUpdateVersion",
    "instanceTypes",
    "labels",
    "launchTemplate",
    "nodeGroupName",
    "nodeGroupNamePrefix",
    "releaseVersion",
    "remoteAccess",
    "tags",
    "taints",
)
_SCALING_DEFAULTS = {"desiredSize": 2, "minSize": 1, "maxSize": 2}


class EksProvider(Provider):
    """The plugin: constructs `eks:index:ManagedNodeGroup` and refuses every other type."""

    def __init__(self) -> None:
        super().__init__(distribution_version("pulumi-eks"))

    def construct(
        self,
        name: str,
        resource_type: str,
        inputs: pulumi.Inputs,
        options: pulumi.ResourceOptions | None = None,
    ) -> ConstructResult:
        """Construct the component; wrong inputs raise `InputPropertiesError` with every problem at once."""
        if resource_type != COMPONENT:
            reason = f"The stand-in for pulumi-eks does not implement '{resource_type}'."
            raise pulumi.InputPropertyError("", reason)
        given = {key: value for key, value in inputs.items() if value is not None}
        check_inputs(given)
        component = pulumi.ComponentResource(COMPONENT, name, None, options)
        node_group = _node_group(name, given, component)
        component.register_outputs({"nodeGroup": node_group})
        return ConstructResult(component.urn, {"nodeGroup": node_group, "placementGroupName": ""})


def _node_group(name: str, given: dict[str, Any], parent: pulumi.Resource) -> NodeGroup:
    core = given["cluster"]
    cluster = _part(core, "cluster")
    inputs = {key: given[key] for key in _PASSED_ON if key in given}
    inputs |= {
        "clusterName": given.get("clusterName") or cluster.apply(lambda found: found.name),
        "nodeRoleArn": role_is_admitted(_role_arn(given), cluster, _part(core, "instanceRoles")),
        "scalingConfig": pulumi.Output.from_input(given.get("scalingConfig")).apply(_scaling),
        "subnetIds": given.get("subnetIds") or _subnets(core),
    }
    version = given.get("version")
    if version is None and "launchTemplate" not in given:
        version = cluster.apply(lambda found: found.version)
    if version is not None:
        inputs["version"] = version
    ignored = ["scalingConfig.desiredSize"] if given.get("ignoreScalingChanges") else None
    return NodeGroup(name, inputs, pulumi.ResourceOptions(parent=parent, ignore_changes=ignored))


def _part(core: Any, key: str) -> pulumi.Output[Any]:
    """One entry of the core data, alone, so that what is unknown about another entry does not matter."""
    if isinstance(core, pulumi.Output):
        return core.apply(lambda found: found.get(key))
    return pulumi.Output.from_input(core.get(key))


def _role_arn(given: dict[str, Any]) -> pulumi.Output[str]:
    if "nodeRoleArn" in given:
        return pulumi.Output.from_input(given["nodeRoleArn"])
    return pulumi.Output.from_input(given["nodeRole"]).apply(lambda role: role.arn)


def _scaling(config: dict[str, Any] | None) -> dict[str, Any]:
    given = {key: value for key, value in (config or {}).items() if value is not None}
    return {key: given.get(key, default) for key, default in _SCALING_DEFAULTS.items()}


def _subnets(core: Any) -> pulumi.Output[list[str]]:
    parts = [_part(core, key) for key in ("subnetIds", "privateSubnetIds", "publicSubnetIds")]
    return pulumi.Output.all(*parts).apply(lambda found: next((ids for ids in found if ids is not None), []))
