"""Resource profiles: that there are some, that their sessions may be somewhere, and have room there.

Owns: those lines. Does not own where pods may be (`node_places.py`). How many sessions there will be at once is
nobody's setting: the line says for how many there is room.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from project_workspace.eks.scheduling import GPU_RESOURCE
from project_workspace.kube.quantities import number
from project_workspace.workbench.scheduling_options import ResourceProfileOptions
from workspacectl.preflight.answers import Answer, failed, ok, warning
from workspacectl.preflight.checks.workbench import node_places, placement
from workspacectl.preflight.checks.workbench.findings import together
from workspacectl.preflight.checks.workbench.shown import as_table
from workspacectl.preflight.sites import WorkbenchSite

LABELS = "kubectl get nodes --show-labels"


def workbench_placement(site: WorkbenchSite) -> Answer:
    """Sessions of each resource profile may be on a node, or on one of the stack's node groups: by labels and taints.

    Taints that nothing in the settings is for are named: nothing of Workbench runs there. Checklist, item 10; "CPU,
    memory, and nodes", labels, taints and tolerations.
    """
    rows = [
        (node["metadata"]["name"], " ".join(taint["key"] for taint in node["spec"].get("taints") or []))
        for node in site.nodes
    ]
    columns = '{.metadata.name}{"\\t"}{.spec.taints[*].key}{"\\n"}'
    shown = as_table(rows, f"kubectl get nodes -o=jsonpath='{{range .items[*]}}{columns}{{end}}'")
    return together([*_nowhere(site), _taints(site)]).showing(shown)


def _nowhere(site: WorkbenchSite) -> Iterator[Answer]:
    for profile in site.options.resource_profiles:
        if not node_places.of_profile(site, profile):
            seen = f"profile {profile.name}: no node has its labels and only taints that it tolerates"
            yield failed(seen, "one at least", f"correct its 'nodeSelector' or 'tolerations': {LABELS}")


def _taints(site: WorkbenchSite) -> Answer:
    left = {id(node) for node in node_places.workers(site)}
    closed = sorted(
        f"{node['metadata']['name']} ({', '.join(taint['key'] for taint in placement.taints_of(node))})"
        for node in site.nodes
        if placement.taints_of(node) and id(node) not in left
    )
    return ok(f"closed to Workbench by their taints: {', '.join(closed)}" if closed else "no node is closed by a taint")


def workbench_profiles(site: WorkbenchSite) -> Answer:
    """Resource profiles are settled, and each has room for one session at least; how many at once, the line says.

    That is for the person to judge, bursts included. Without profiles the chart's own count, which is a warning.
    Checklist, items 13 and 14; "Resource profiles".
    """
    profiles = site.options.resource_profiles
    if not profiles:
        return warning("none: the chart's own count", "those that the users will need", "set 'resourceProfiles'")
    return together(_room(site, profile) for profile in profiles)


def _room(site: WorkbenchSite, profile: ResourceProfileOptions) -> Answer:
    places, needs = node_places.of_profile(site, profile), _needs(profile)
    sessions = sum(place.times(needs) * place.count for place in places)
    told = f"{profile.name}: room for {sessions} sessions at once"
    # Nowhere at all is the other line's.
    if sessions or not places:
        return ok(told)
    needed = ", ".join(f"{name} {amount}" for name, amount in _told(profile).items())
    names = ", ".join(place.name for place in places)
    return failed(
        f"{profile.name}: no room for one session on {names}", needed, "use larger nodes, or a smaller profile"
    )


def _told(profile: ResourceProfileOptions) -> Mapping[str, str]:
    return {"cpu": profile.cpu, "memory": profile.memory, **({GPU_RESOURCE: str(profile.gpu)} if profile.gpu else {})}


def _needs(profile: ResourceProfileOptions) -> dict[str, Fraction]:
    return {name: number(amount) for name, amount in _told(profile).items()}


CHECKS = (workbench_placement, workbench_profiles)
