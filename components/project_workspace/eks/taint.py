"""A taint of a node group: what it may be, and its spellings.

Owns: the option model of one taint. Does not own which taints a group has (`scheduling.py`).
"""

from typing import Annotated, Optional

from project_workspace import limits
from project_workspace.schema.rule import Rule, choice, matches
from project_workspace.schema.section import Section

EKS_EFFECTS = {
    "NoSchedule": "NO_SCHEDULE",
    "NoExecute": "NO_EXECUTE",
    "PreferNoSchedule": "PREFER_NO_SCHEDULE",
}
"""A taint's effect as Kubernetes spells it, and as EKS does."""

is_node_key = matches(rf"({limits.DNS_SUBDOMAIN.pattern}/)?{limits.QUALIFIED_NAME.pattern}", limits.EKS_KEY_LIMIT)
"""Whether EKS takes this as the key of a label or taint."""

TaintEffect = Annotated[str, choice(*EKS_EFFECTS)]
TaintKey = Annotated[
    str, Rule(f"a Kubernetes taint key of at most {limits.EKS_KEY_LIMIT} characters", "dedicated", is_node_key)
]
TaintValue = Annotated[
    str,
    Rule(
        f"a Kubernetes taint value of at most {limits.LABEL_VALUE_LIMIT} characters",
        "vision",
        matches(rf"({limits.QUALIFIED_NAME.pattern})?"),
    ),
]


class TaintOptions(Section):
    """A taint of all nodes of a group: keeps pods away that do not tolerate it."""

    key: TaintKey
    """Key of the taint; each only once in a group, because a tag that is named after it tells the autoscaler."""
    value: Optional[TaintValue] = None
    """Value of the taint. Default: the taint has none."""
    effect: TaintEffect
    """What happens to pods that do not tolerate the taint: `NoSchedule`, `NoExecute` (running ones are removed as well)
    or `PreferNoSchedule`."""
