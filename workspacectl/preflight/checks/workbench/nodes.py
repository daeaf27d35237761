"""The cluster and its nodes: version, number, size, and whether the profiles' sessions have room there.

Owns: those lines. Does not own where which pods may go (`placement.py`), nor the stack's own node groups, which count
with what they may grow to: EKS makes their nodes, and the autoscaler brings them when a session waits.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from project_workspace.kube.quantities import number
from workspacectl.preflight.answers import Answer, Detail, failed, ok, warning
from workspacectl.preflight.checks.amazon.eks import VERSIONS, today
from workspacectl.preflight.checks.workbench.findings import together
from workspacectl.preflight.checks.workbench.node_places import groups_to_come, to_come, workers
from workspacectl.preflight.checks.workbench.requirements import REQUIREMENTS, version
from workspacectl.preflight.checks.workbench.shown import as_table
from workspacectl.preflight.sites import WorkbenchSite

ASKED = REQUIREMENTS["nodes"]
RESOURCES = ("cpu", "memory")


def workbench_kubernetes(site: WorkbenchSite) -> Answer:
    """The cluster's API is of a version that Workbench is compatible with.

    Too new is a warning where the cluster is EKS's, which has no such version any more, and only the vendor can say
    whether a newer one does. Elsewhere a cluster of such a version can be had, and it fails.
    Checklist, item 2; "Supported Kubernetes Versions".
    """
    git = site.cluster.version
    api = version(git)[:2]
    oldest, newest = REQUIREMENTS["kubernetes"]["oldest"], REQUIREMENTS["kubernetes"]["newest"]
    shown = Detail("kubectl version", f"Server Version: {git}")
    expected = f"{oldest} to {newest}"
    if version(oldest) <= api <= version(newest):
        return ok(git).showing(shown)
    if api < version(oldest) or not (site.options.cluster or "-eks-" in git):
        return failed(git, expected, "use a cluster of one of these versions").showing(shown)
    remedy = "ask the vendor's implementation team for a word in writing on this version"
    return warning(f"{git}; {_what_eks_has()}", expected, remedy).showing(shown)


def _what_eks_has() -> str:
    until = {name: date.fromisoformat(day) for name, day in VERSIONS["extendedUntil"].items()}
    left = sorted((name for name, day in until.items() if day >= today()), key=version)
    newest = REQUIREMENTS["kubernetes"]["newest"]
    if version(left[0]) <= version(newest):
        return f"EKS still has {left[0]}"
    return f"EKS has no version up to {newest} any more: its oldest is {left[0]}, until {until[left[0]]}"


def workbench_workers(site: WorkbenchSite) -> Answer:
    """There are enough worker nodes that Workbench's pods may be put on.

    The control plane's nodes do not count, nor do nodes that are cordoned, or have a taint that none of the settings'
    tolerations is for. "CPU, memory, and nodes": minimum number of worker nodes.
    """
    found, coming = workers(site), sum(group.max for group in groups_to_come(site))
    there, names = len(found), ", ".join(node["metadata"]["name"] for node in found) or "none"
    expected = f"at least {ASKED['workers']}"
    if there >= ASKED["workers"]:
        return ok(f"{there}: {names}")
    told = f"{there} of {len(site.nodes)} nodes: {names}"
    if there + coming >= ASKED["workers"]:
        return warning(f"{told}; the stack's node groups may bring {coming} more", expected, "set 'nodeGroups[].min'")
    remedy = "add nodes, or 'tolerations' for the taints: kubectl get nodes -o custom-columns=NAME:.metadata.name,"
    return failed(told, expected, f"{remedy}TAINTS:.spec.taints[*].key")


def workbench_node_sizes(site: WorkbenchSite) -> Answer:
    """Each worker node has the minimum of CPUs and memory; below the recommendation is a warning.

    By the capacity, as the checklist's own command; a GB is 10^9 bytes, since the checklist shows a node of 64 GB with
    65806876Ki. Checklist, item 3; "CPU, memory, and nodes".
    """
    sizes = [(str(node["metadata"]["name"]), *_capacity(node["status"]["capacity"])) for node in workers(site)]
    sizes += [(place.name, *_capacity(place.resources)) for place in to_come(site)]
    rows = [(node["metadata"]["name"], *map(str, _capacity(node["status"]["capacity"]))) for node in site.nodes]
    columns = "{.metadata.name}{'\\t'}{.status.capacity.cpu}{'\\t'}{.status.capacity.memory}{'\\n'}"
    shown = as_table(rows, f'kubectl get nodes -o=jsonpath="{{range .items[*]}}{columns}{{end}}"')
    if not sizes:
        return ok("no worker node yet").showing(shown)
    return together(_size(*each) for each in sizes).showing(shown)


def _capacity(capacity: Mapping[str, str]) -> tuple[str, str]:
    return str(capacity["cpu"]), str(capacity["memory"])


def _size(name: str, cpu: str, memory: str) -> Answer:
    told = f"{name}: {cpu} CPU, {memory}"
    for limit, answer in (("least", failed), ("recommended", warning)):
        asked = ASKED[limit]
        if number(cpu) < number(asked["cpu"]) or number(memory) < number(asked["memory"]):
            return answer(told, f"at least {asked['cpu']} CPU, {asked['memory']}B", "use larger nodes")
    return ok(told)


def workbench_oversubscription(site: WorkbenchSite) -> Answer:
    """What the namespace says of limits and requests is at most 4:1.

    By its LimitRanges' defaults and ResourceQuotas: what the chart asks for is seen only once it is installed.
    "CPU, memory, and nodes": recommended oversubscription.
    """
    ratios = [*_of_limit_ranges(site), *_of_quotas(site)]
    if not ratios:
        return ok("no LimitRange or ResourceQuota of the namespace says otherwise than the chart")
    return together(_ratio(*each) for each in ratios)


def _ratio(where: str, limit: str, request: str) -> Answer:
    ratio, asked = number(limit) / number(request), ASKED["limitsToRequests"]
    told = f"{where}: {limit} to {request} is {float(ratio):.2g}:1"
    if ratio <= asked:
        return ok(told)
    return warning(told, f"at most {asked}:1", "kubectl edit the object, or have it made otherwise")


def _of_limit_ranges(site: WorkbenchSite) -> Iterator[tuple[str, str, str]]:
    for found in site.objects_of("LimitRange"):
        for limits in found["spec"]["limits"]:
            most, least = limits.get("default") or {}, limits.get("defaultRequest") or {}
            for resource in RESOURCES:
                if resource in most and number(least.get(resource, "0")):
                    yield f"LimitRange {found['metadata']['name']}, {resource}", most[resource], least[resource]


def _of_quotas(site: WorkbenchSite) -> Iterator[tuple[str, str, str]]:
    for found in site.objects_of("ResourceQuota"):
        hard = found["spec"].get("hard") or {}
        for resource in RESOURCES:
            most, least = hard.get(f"limits.{resource}"), hard.get(f"requests.{resource}")
            if most and least and number(least):
                yield f"ResourceQuota {found['metadata']['name']}, {resource}", most, least


CHECKS = (workbench_kubernetes, workbench_workers, workbench_node_sizes, workbench_oversubscription)
