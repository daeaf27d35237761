"""The names of one Workbench's things that nobody chooses: its nodes on AWS, and what is beside its namespace.

Owns: those, and the limits on them. Does not own names that are chosen (`options.py`). Why of the namespace's name: a
cluster has one of a name, and a Workbench has one of its own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from project_workspace import limits
from project_workspace.names import NodeGroupNames
from project_workspace.schema.problem import Problem


@dataclass(frozen=True, kw_only=True)
class WorkbenchNames:
    """All such names of one Workbench."""

    node_role: str
    ingress_role: str
    """Of the ClusterRole and its binding."""
    node_groups: dict[str, NodeGroupNames]
    """By spec."""


def derive(
    *, site: str, alias: str, namespace: str, service_account: str, node_groups: Sequence[tuple[str, str | None]]
) -> WorkbenchNames:
    """All names, however long: see `problems`. `site` is alias, installation and environment; `node_groups` are specs,
    each with the name that was given."""
    return WorkbenchNames(
        node_role=f"role-{site}-{namespace}-node",
        ingress_role=f"{service_account}-ingress",
        node_groups={
            spec: NodeGroupNames(group=given or f"ng-{alias}-{namespace}-{spec}", label=f"{namespace}-{spec}")
            for spec, given in node_groups
        },
    )


def problems(names: WorkbenchNames) -> Iterator[Problem]:
    """The name that is longest over what AWS or Kubernetes allows, if any is and there are nodes to bear it."""
    lengths = [("role name", names.node_role, limits.ROLE_LIMIT)] if names.node_groups else []
    for group in names.node_groups.values():
        lengths.append(("node label value", group.label, limits.LABEL_VALUE_LIMIT))
        lengths.append(("node group name", group.group, limits.NODE_GROUP_LIMIT - limits.GENERATION_RESERVE))
    over = [each for each in lengths if len(each[1]) > each[2]]
    if over:
        what, name, limit = max(over, key=lambda each: len(each[1]) - each[2])
        because = f"because the {what} '{name}' has {len(name)} characters and {limit} are allowed"
        yield Problem(
            "namespace.name", f"Expected a shorter namespace, infra or spec, for example 'workbench', {because}."
        )
