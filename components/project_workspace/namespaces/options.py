"""What people choose of how the namespace comes to be: the section `namespace` of a stack file."""

from collections.abc import Iterator
from typing import Annotated, Optional

from project_workspace import limits
from project_workspace.namespaces.kinds import EXISTING, PLAIN, PROFILE
from project_workspace.schema.problem import Problem
from project_workspace.schema.rule import Rule, choice, matches, or_empty
from project_workspace.schema.section import Section
from project_workspace.schema.values import LABEL_KEY

NamespaceKind = Annotated[str, choice(PROFILE, PLAIN, EXISTING)]
NamespaceLabelKey = Annotated[
    str,
    Rule(
        LABEL_KEY.what,
        LABEL_KEY.example,
        lambda key: key != limits.NAMESPACE_LABEL and LABEL_KEY.right(key),
        reasons=(
            (limits.NAMESPACE_LABEL, "Expected another label, for example 'team': this one is the API server's."),
        ),
    ),
]
NamespaceLabelValue = Annotated[
    str,
    or_empty(
        Rule(
            f"a Kubernetes label value of at most {limits.LABEL_VALUE_LIMIT} characters",
            "vision",
            matches(limits.QUALIFIED_NAME),
        )
    ),
]


class NamespaceOptions(Section):
    """How the workspace's namespace comes to be. Limits, network, members, volumes and Run:ai are the same in each
    kind.
    """

    kind: NamespaceKind = PROFILE
    """Who makes the namespace. `profile`: Kubeflow, from a Profile of this stack. `plain`: this stack, without
    Kubeflow. `existing`: somebody else; it is there before, and it stays when the stack is destroyed, which takes away
    only what the stack has put there. The kind never changes."""
    labels: dict[NamespaceLabelKey, NamespaceLabelValue] = {}
    """Labels of the namespace beside those that it has. Default: none."""


def unfit_name(kind: str, given: Optional[str]) -> Iterator[Problem]:
    """A namespace that is to be there must be named, and none of Kubernetes' own is a workspace's."""
    if kind == EXISTING and not given:
        yield Problem("namespace", "Expected the name of the namespace that exists, for example 'team-vision'.")
    elif kind != PROFILE and given and (given == "default" or given.startswith("kube-")):
        yield Problem(
            "namespace", f"Expected a namespace of people, for example 'team-vision': '{given}' is Kubernetes' own."
        )
