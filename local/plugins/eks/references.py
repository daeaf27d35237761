"""Stand-in for the provider plugin pulumi-eks: the AWS resources it reads and makes, as small classes.

Owns what `pulumi_aws` would bring, for three types only: a cluster and a role that arrive as references and
are looked up in the engine, and the node group that is registered. Why not `pulumi_aws` itself: its import
would take half as long as the whole start, and every preview with a node group would pay it. References to
other types stay what the SDK makes of them without a class: their id.
"""

from __future__ import annotations

from importlib.metadata import version as distribution_version
from typing import Any

import pulumi
from pulumi.runtime.rpc import ResourceModule, register_resource_module
from semver import VersionInfo

AWS_VERSION = distribution_version("pulumi-aws")
"""The version of the AWS provider the program uses: another one would be another default provider."""


class Cluster(pulumi.CustomResource):
    """`aws.eks.Cluster` by reference: the outputs that a node group needs."""

    kind = "aws:eks/cluster:Cluster"
    name: pulumi.Output[str]
    version: pulumi.Output[str]
    access_config: pulumi.Output[Any]

    def __init__(self, name: str, opts: pulumi.ResourceOptions) -> None:
        super().__init__(self.kind, name, {"name": None, "version": None, "access_config": None}, opts)

    def translate_output_property(self, prop: str) -> str:
        return "access_config" if prop == "accessConfig" else prop


class Role(pulumi.CustomResource):
    """`aws.iam.Role` by reference: its ARN."""

    kind = "aws:iam/role:Role"
    arn: pulumi.Output[str]

    def __init__(self, name: str, opts: pulumi.ResourceOptions) -> None:
        super().__init__(self.kind, name, {"arn": None}, opts)


class NodeGroup(pulumi.CustomResource):
    """`aws.eks.NodeGroup`: registered with the inputs in their wire names, so nothing is translated."""

    kind = "aws:eks/nodeGroup:NodeGroup"

    def __init__(self, name: str, inputs: pulumi.Inputs, opts: pulumi.ResourceOptions) -> None:
        own = pulumi.ResourceOptions(version=AWS_VERSION)
        super().__init__(self.kind, name, inputs, pulumi.ResourceOptions.merge(own, opts))


class _Module(ResourceModule):
    """Tells the SDK which class to make from a reference to a resource."""

    def __init__(self, made: type[Cluster] | type[Role]) -> None:
        self._made = made

    def version(self) -> VersionInfo | None:
        return None

    def construct(self, name: str, typ: str, urn: str) -> pulumi.Resource:
        if typ != self._made.kind:
            raise ValueError(f"The stand-in for pulumi-eks does not implement references to '{typ}'.")
        return self._made(name, pulumi.ResourceOptions(urn=urn))


def register() -> None:
    """Make the SDK recognise references to clusters and roles; once a process."""
    for made in (Cluster, Role):
        package, module, _ = made.kind.split(":")
        register_resource_module(package, module, _Module(made))
