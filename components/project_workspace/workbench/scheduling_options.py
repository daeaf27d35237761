"""What people choose of where Workbench's pods run: `resourceProfiles`, `tolerations` and `affinity` of a stack."""

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Optional

from pydantic import Field

from project_workspace import limits
from project_workspace.eks.taint import TaintEffect, TaintKey, TaintValue
from project_workspace.eks.values import Spec
from project_workspace.kube.quantities import Quantity
from project_workspace.schema.problem import Problem
from project_workspace.schema.rule import Rule, choice, matches
from project_workspace.schema.section import Section, Together
from project_workspace.schema.values import LABEL_KEY, AtLeastOne, Count

AFFINITIES = ("nodeAffinity", "podAffinity", "podAntiAffinity")


def _is_affinity(value: Any) -> bool:
    return all(key in AFFINITIES and isinstance(each, dict) for key, each in value.items())


ProfileName = Annotated[
    str,
    Rule("a name of lower-case letters, digits and inner hyphens", "gpu-large", matches(limits.DNS_LABEL, 63)),
]
Operator = Annotated[str, choice("Equal", "Exists")]
NodeLabelKey = Annotated[str, LABEL_KEY]
NodeLabelValue = Annotated[
    str, Rule("the value of a node's label, as text", "gpu", matches(rf"({limits.QUALIFIED_NAME.pattern})?"))
]
Affinity = Annotated[
    dict[str, Any],
    Rule(f"an affinity as a pod's spec has it, by {', '.join(AFFINITIES)}", "{nodeAffinity: {}}", _is_affinity),
]


def _toleration(options: "TolerationOptions") -> Iterator[Problem]:
    if options.operator == "Exists" and options.value is not None:
        yield Problem("value", "Expected none with 'operator: Exists', for example 'operator: Equal'.")
    if options.operator == "Equal" and options.key is None:
        yield Problem("key", "Expected the key of a taint with 'operator: Equal', for example 'dedicated'.")
    if options.seconds is not None and options.effect != "NoExecute":
        yield Problem("seconds", "Expected it only with 'effect: NoExecute', for example 'effect: NoExecute'.")


class TolerationOptions(Section):
    """A taint that pods tolerate, as in a pod's spec."""

    key: Optional[TaintKey] = None
    """Key of the taint. Default: every taint, with `operator: Exists`."""
    operator: Operator = "Equal"
    """Whether the taint's value counts (`Equal`) or not (`Exists`)."""
    value: Optional[TaintValue] = None
    """Value of the taint. Default: the empty one."""
    effect: Optional[TaintEffect] = None
    """Effect of the taint. Default: every effect."""
    seconds: Optional[Count] = None
    """How long a pod stays on a node that gets the taint while it runs. Only with `NoExecute`. Default: for ever."""

    together: ClassVar[tuple[Together, ...]] = (
        Together(("key", "operator", "value", "effect", "seconds"), _toleration),
    )

    @property
    def in_a_pod(self) -> dict[str, Any]:
        """As a pod's spec has it."""
        found = {
            "key": self.key,
            "operator": self.operator,
            "value": self.value,
            "effect": self.effect,
            "tolerationSeconds": self.seconds,
        }
        return {key: value for key, value in found.items() if value is not None}


class TolerationsOptions(Section):
    """What Workbench's pods tolerate."""

    overall: Annotated[list[TolerationOptions], Field(alias="global")] = []
    """All of them. Default: nothing."""
    system: list[TolerationOptions] = []
    """Those of Workbench itself, but not of its ingress. Default: nothing."""
    ingress: list[TolerationOptions] = []
    """Those of the ingress that the chart installs. Default: nothing."""
    user: list[TolerationOptions] = []
    """Sessions and deployments. Default: nothing."""


class AffinityOptions(Section):
    """Which nodes Workbench's pods want or avoid."""

    overall: Annotated[Affinity, Field(alias="global")] = {}
    """All of them. Default: none."""
    system: Affinity = {}
    """Those of Workbench itself, but not of its ingress. Default: none."""
    ingress: Affinity = {}
    """Those of the ingress that the chart installs. Default: none."""
    user: Affinity = {}
    """Sessions and deployments. Default: none."""


def _one_way(options: "ResourceProfileOptions") -> Iterator[Problem]:
    if options.node_group and (options.node_selector or options.tolerations):
        yield Problem(
            "nodeGroup",
            "Expected it without 'nodeSelector' and 'tolerations', which come from the group, for example "
            "'nodeSelector: {}'.",
        )


class ResourceProfileOptions(Section):
    """What a session or deployment may get, as its user chooses it."""

    name: ProfileName
    """Name of the profile; `default` is the one that counts where nothing is chosen."""
    description: str
    """What users see. Workbench adds CPU, memory and GPU by itself."""
    cpu: Quantity
    """CPU limit."""
    memory: Quantity
    """Memory limit."""
    gpu: Optional[AtLeastOne] = None
    """NVIDIA GPUs. Default: none."""
    node_group: Optional[Spec] = None
    """Spec of one of `nodeGroups`: its pods run there and tolerate its taints. Default: wherever they fit."""
    node_selector: dict[NodeLabelKey, NodeLabelValue] = {}
    """Labels of the nodes where its pods run, if these are no group of this stack. Default: none."""
    tolerations: list[TolerationOptions] = []
    """Taints that its pods tolerate, if the nodes are no group of this stack. Default: none."""

    together: ClassVar[tuple[Together, ...]] = (Together(("node_group", "node_selector", "tolerations"), _one_way),)
