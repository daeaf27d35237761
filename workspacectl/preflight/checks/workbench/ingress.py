"""The way in: the ingress API, class and controller, and whether anything keeps nodes and pods from each other.

Owns: those lines. Does not own DNS (`names.py`). Where the chart brings its own controller, none of it is there before,
and that is well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from project_workspace.aws.client import translate_errors, with_deadline
from project_workspace.kube.cluster import CORE, Document, Ref
from project_workspace.kube.metadata import labels_of
from workspacectl.preflight.answers import Answer, failed, ok, unknown, warning
from workspacectl.preflight.checks.workbench.shown import as_table, as_yaml
from workspacectl.preflight.site import any_of
from workspacectl.preflight.sites import WorkbenchSite

NETWORKING = "apis/networking.k8s.io/v1"
INGRESSES = Ref(NETWORKING, "ingresses", "Ingress", "", "")
CONTROLLERS: Mapping[str, tuple[str, ...]] = {
    "k8s.io/ingress-nginx": ("ingress-nginx",),
    "nginx.org/ingress-controller": ("nginx-ingress",),
    "traefik.io/ingress-controller": ("traefik",),
    "haproxy.org/ingress-controller": ("kubernetes-ingress", "haproxy-ingress"),
    "haproxy-ingress.github.io/controller": ("haproxy-ingress",),
    "projectcontour.io/ingress-controller": ("contour",),
    "ingress-controllers.konghq.com/kong": ("kong", "controller"),
    "ingress.k8s.aws/alb": ("aws-load-balancer-controller",),
    "openshift.io/ingress-to-route": ("router",),
}
"""By an IngressClass's controller: the label `app.kubernetes.io/name` of what owns its pods, as its chart has it."""
NAME = "app.kubernetes.io/name"
OWNERS = (
    Ref("apis/apps/v1", "deployments", "Deployment", "", ""),
    Ref("apis/apps/v1", "daemonsets", "DaemonSet", "", ""),
)


def class_ref(name: str) -> Ref:
    """An IngressClass."""
    return Ref(NETWORKING, "ingressclasses", "IngressClass", "", name)


def workbench_ingress_api(site: WorkbenchSite) -> Answer:
    """The cluster serves ingresses of networking.k8s.io/v1, by which Workbench makes its endpoints.

    "Ingress and firewall".
    """
    if site.cluster.serves(INGRESSES):
        return ok("ingresses of networking.k8s.io/v1 are served")
    return failed("no kind Ingress of networking.k8s.io/v1", "it", "use a cluster of 1.19 or newer")


def workbench_ingress_class(site: WorkbenchSite) -> Answer:
    """The IngressClass that the settings name is there, or is made with Workbench. Checklist, item 16."""
    options = site.options.ingress
    found = site.cluster.find(class_ref(options.class_name))
    if found is None and options.install_class:
        return ok(f"{options.class_name}, not there yet: it is installed with Workbench")
    if found is None:
        remedy = "set 'ingress.className' to one of these, or 'ingress.installClass': kubectl get ingressclass"
        names = ", ".join(each["metadata"]["name"] for each in site.cluster.every(class_ref(""))) or "none"
        return failed(f"no IngressClass {options.class_name}; there is: {names}", options.class_name, remedy)
    shown = as_yaml(found, f"kubectl get ingressclass {options.class_name} -o yaml")
    return ok(f"{options.class_name}, of {found['spec'].get('controller')}").showing(shown)


def workbench_ingress_controller(site: WorkbenchSite) -> Answer:
    """The controller of the IngressClass runs, or is installed with Workbench. Checklist, item 16."""
    options = site.options.ingress
    if options.install:
        return ok("it is installed with Workbench")
    found = site.cluster.find(class_ref(options.class_name))
    if found is None:
        return ok("whatever runs: see the class")
    controller = str(found["spec"].get("controller"))
    names = next((known for each, known in CONTROLLERS.items() if controller.startswith(each)), None)
    if names is None:
        return unknown(f"How the pods of {controller} are called is not known: kubectl get pods -A, and look for them")
    owners = [each for kind in OWNERS for each in site.cluster.every(kind) if labels_of(each).get(NAME) in names]
    ready = [each for each in owners if _available(each)]
    told = ", ".join(f"{each['metadata']['namespace']}/{each['metadata']['name']}" for each in ready or owners)
    if ready:
        return ok(f"{controller}: {told}")
    remedy = f"kubectl get deployments,daemonsets -A -l '{NAME} in ({','.join(names)})'"
    return failed(f"{controller}: {f'{told} is not available' if told else 'nothing of it'}", "it runs", remedy)


def _available(owner: Document) -> bool:
    status = owner.get("status") or {}
    return bool(status.get("availableReplicas") or status.get("numberAvailable"))


def workbench_ingress_address(site: WorkbenchSite) -> Answer:
    """The ingress controller's address is known, and is the one that the settings name.

    By the load balancers of Services, and by the ingresses of the class. Checklist, item 16, and its note.
    """
    options, found = site.options.ingress, sorted(set(_addresses(site)))
    told = ", ".join(f"{address} ({where})" for address, where in found) or "no load balancer has an address"
    shown = as_table(found, "kubectl get services,ingresses -A -o wide")
    if options.address in {address for address, _ in found}:
        return ok(f"{options.address}, class {options.class_name}").showing(shown)
    if options.install:
        return warning(
            "it is known only after the installation", "an address", "set 'ingress.address' then; see the DNS lines"
        )
    remedy = "set 'ingress.address': kubectl get services -A -o wide"
    if options.address is None:
        return failed(f"no 'ingress.address'; there is: {told}", "it", remedy).showing(shown)
    seen = f"{options.address} is not what the cluster says: {told}"
    return warning(seen, "the ingress controller's address", remedy).showing(shown)


def _addresses(site: WorkbenchSite) -> Iterator[tuple[str, str]]:
    for each in site.cluster.every(Ref(CORE, "services", "Service", "", "")):
        if each["spec"].get("type") == "LoadBalancer":
            yield from ((address, _place("Service", each)) for address in _of_status(each))
    for each in site.cluster.every(INGRESSES):
        if each["spec"].get("ingressClassName") == site.options.ingress.class_name:
            yield from ((address, _place("Ingress", each)) for address in _of_status(each))


def _of_status(found: Document) -> Iterator[str]:
    for entry in any_of(found, "status", "loadBalancer", "ingress") or []:
        yield from (entry[key] for key in ("ip", "hostname") if entry.get(key))


def _place(kind: str, found: Document) -> str:
    return f"{kind} {found['metadata']['namespace']}/{found['metadata']['name']}"


def workbench_network_policies(site: WorkbenchSite) -> Answer:
    """No NetworkPolicy of the namespace keeps Workbench's pods from each other or from the ingress controller.

    "Ingress and firewall": all TCP traffic must be allowed.
    """
    closing = [each for each in site.objects_of("NetworkPolicy") if not all(_is_open(each, way) for way in WAYS)]
    if not closing:
        return ok(f"none in {site.namespace} that closes anything")
    names = ", ".join(each["metadata"]["name"] for each in closing)
    remedy = f"kubectl -n {site.namespace} describe networkpolicy {closing[0]['metadata']['name']}"
    shown = [as_yaml(each, f"kubectl -n {site.namespace} get networkpolicy -o yaml") for each in closing]
    return warning(f"{names} closes some of it", "all TCP traffic between pods and nodes", remedy).showing(*shown)


WAYS = ("ingress", "egress")


def _is_open(policy: Mapping[str, Any], way: str) -> bool:
    """Whether it lets everything through that way: it says nothing of it, or has a rule without any condition."""
    spec = policy["spec"]
    kinds = spec.get("policyTypes") or ["Ingress"]
    return way.capitalize() not in kinds or {} in (spec.get(way) or [])


def workbench_node_traffic(site: WorkbenchSite) -> Answer:
    """All TCP traffic between the nodes is allowed, HTTP, HTTPS and Postgres' ports above all.

    On EKS by the cluster's own security group, which must let its members reach each other; elsewhere nothing that can
    be read says so. "Ingress and firewall".
    """
    if not site.options.cluster:
        return unknown(
            "No reading shows the firewall between the nodes: ask the network's people for all TCP between them, 80, "
            "443 and 5432 above all, or connect from a pod on one node to one on another."
        )
    group = str(any_of(site.eks, "resourcesVpcConfig", "clusterSecurityGroupId"))
    if any(_lets_in(rule, group) for rule in _rules(site, group)):
        return ok(f"{group} lets its members reach each other; nodes with groups of their own: look at those")
    remedy = f"aws ec2 authorize-security-group-ingress --group-id {group} --protocol all --source-group {group}"
    return failed(f"{group} does not let its members reach each other", "all TCP between nodes", remedy)


def _rules(site: WorkbenchSite, group: str) -> list[Mapping[str, Any]]:
    with translate_errors("ec2:DescribeSecurityGroups", group):
        client = site.aws("ec2")
        found = with_deadline(lambda: client.describe_security_groups(GroupIds=[group]))
    return [rule for each in found["SecurityGroups"] for rule in each["IpPermissions"]]


def _lets_in(rule: Mapping[str, Any], group: str) -> bool:
    every = rule["IpProtocol"] == "-1" or (
        rule["IpProtocol"] == "tcp" and rule.get("FromPort") == 0 and rule.get("ToPort") == 65535
    )
    return every and group in [pair.get("GroupId") for pair in rule.get("UserIdGroupPairs") or []]


CHECKS = (
    workbench_ingress_api,
    workbench_ingress_class,
    workbench_ingress_controller,
    workbench_ingress_address,
    workbench_network_policies,
    workbench_node_traffic,
)
