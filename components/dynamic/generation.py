"""A counter in the state that goes up whenever a node group must be replaced.

Owns: the generation and the suffix it gives to a node group's name. Does not own the node group; no remote is called.
Why: EKS cannot change a group's instance type, AMI type, capacity type or subnets in place, and under one name the
old group, with all pods on it, would have to go before the new one comes. With a new name the new one comes first
(design.md, section 8). The first generation has no suffix, so that the runbook's name stands.
"""

from dataclasses import dataclass
from typing import Any, ClassVar, Optional

import pulumi
from pulumi.dynamic import Resource

from components.dynamic.base import Props, RemoteProvider, inputs_of


@dataclass(kw_only=True)
class GenerationArgs:
    """What a generation depends on."""

    replaced_by: pulumi.Input[dict[str, Any]]
    """The values of which any change begins a new generation."""


class GenerationProvider(RemoteProvider):
    """Counts the changes of `replacedBy`."""

    what = "node group generation"
    compared: ClassVar[tuple[str, ...]] = ("replacedBy",)

    def make(self, inputs: Props) -> tuple[str, Props]:
        return "generation", _outputs(1)

    def find(self, id_: str, outputs: Props) -> Props | None:
        return outputs

    def change(self, id_: str, olds: Props, news: Props) -> Props:
        same = olds.get("replacedBy") == news.get("replacedBy")
        return _outputs(int(olds["generation"]) + (0 if same else 1))

    def remove(self, id_: str, outputs: Props) -> None:
        """Nothing stands anywhere but in the state."""


def _outputs(generation: int) -> Props:
    return {"generation": generation, "suffix": "" if generation == 1 else f"-g{generation}"}


class Generation(Resource, module="nodes", name="Generation"):
    """How many times a node group was replaced, plus one."""

    generation: pulumi.Output[int]
    suffix: pulumi.Output[str]
    """Empty for the first generation, then `-g2`, `-g3` and so on."""

    def __init__(self, name: str, args: GenerationArgs, opts: Optional[pulumi.ResourceOptions] = None) -> None:
        super().__init__(GenerationProvider(), name, inputs_of(args, generation=None, suffix=None), opts)
