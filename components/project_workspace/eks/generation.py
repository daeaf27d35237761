"""A counter in the state that goes up whenever a node group must be replaced.

Owns: the generation and the suffix it gives to a node group's name. Does not own the node group; no remote is called.
Why: EKS cannot change a group's instance type, AMI type, capacity type or subnets in place, and under one name the old
group, with all pods on it, would have to go before the new one comes (docs/facts/eks-node-groups.md, "What replaces a
group"). With a new name the new one comes first (docs/decisions/0003). The first generation has no suffix, so that the
group keeps the name of the runbook (docs/facts/runbook.md).

What a generation is, is decided in `check` already: a preview then knows the name of the group, and a group that was
adopted is not shown as one to be replaced by something unknown (docs/decisions/0011).
"""

from dataclasses import dataclass
from typing import Any, ClassVar, Optional

import pulumi
from pulumi.dynamic import CheckResult, Resource

from project_workspace.remote.provider import Props, RemoteProvider, has_unknown, inputs_of, plain, plain_value


@dataclass(kw_only=True)
class NodeGroupGenerationArgs:
    """What a generation depends on."""

    replace_on: dict[str, Any]
    """The values of which any change begins a new generation."""
    subnet_ids: pulumi.Input[list[str]]
    """The subnets there are now. A generation keeps those that it began with: one that somebody adds to a zone later
    must not replace every node group."""


class NodeGroupGenerationProvider(RemoteProvider):
    """Counts the changes of `replaceOn`."""

    what = "node group generation"
    update_on: ClassVar[tuple[str, ...]] = ("replaceOn", "generation", "chosenSubnetIds")

    def check(self, _olds: Props, news: Props) -> CheckResult:
        checked = super().check(_olds, news)
        return CheckResult({**checked.inputs, **_decided(plain(_olds), checked.inputs)}, checked.failures)

    def same(self, name: str, old: Any, new: Any) -> bool:
        # What an earlier version of this program made has only `replaceOn` among its inputs.
        return old == new or (new is None and name != "replaceOn")

    def do_create(self, inputs: Props) -> tuple[str, Props]:
        return "generation", _outputs(inputs.get("generation", 1), inputs.get("chosenSubnetIds", inputs["subnetIds"]))

    def do_read(self, id_: str, outputs: Props) -> Props | None:
        return outputs

    def do_update(self, id_: str, olds: Props, news: Props) -> Props:
        if "generation" in news:
            return _outputs(news["generation"], news["chosenSubnetIds"])
        if olds.get("replaceOn") == news.get("replaceOn"):
            return _outputs(olds["generation"], olds["chosenSubnetIds"])
        return _outputs(olds["generation"] + 1, news["subnetIds"])

    def do_delete(self, id_: str, outputs: Props) -> None:
        """Nothing to delete: a generation exists in the state only."""


def _decided(before: Props, inputs: Props) -> Props:
    """The generation of these inputs, `before` being the old ones; empty when it cannot be known yet."""
    if not before:
        return _outputs(1, inputs["subnetIds"])
    if "generation" not in before or has_unknown(inputs["replaceOn"]):
        return {}
    if before["replaceOn"] == plain_value(inputs["replaceOn"]):
        return _outputs(before["generation"], before["chosenSubnetIds"])
    return _outputs(before["generation"] + 1, inputs["subnetIds"])


def _outputs(generation: int, subnet_ids: Any) -> Props:
    suffix = "" if generation == 1 else f"-g{generation}"
    return {"generation": generation, "suffix": suffix, "chosenSubnetIds": subnet_ids}


class NodeGroupGeneration(Resource, module="eks", name="NodeGroupGeneration"):
    """How many times a node group was replaced, plus one."""

    generation: pulumi.Output[int]
    suffix: pulumi.Output[str]
    """Empty for the first generation, then `-g2`, `-g3` and so on."""

    def __init__(self, name: str, args: NodeGroupGenerationArgs, opts: Optional[pulumi.ResourceOptions] = None) -> None:
        computed = {"generation": None, "suffix": None, "chosenSubnetIds": None}
        super().__init__(NodeGroupGenerationProvider(), name, inputs_of(args, **computed), opts)

    @property
    def subnet_ids(self) -> pulumi.Output[list[str]]:
        """The subnets that this generation began with."""
        return pulumi.get(self, "chosenSubnetIds")
