"""What is installed on a cluster beside Kubernetes: Istio, cert-manager, an autoscaler.

Owns: these checks. Does not own how an add-on is found (`deployments.py`), nor Kubeflow's own parts (`kubeflow.py`).
Where such a part is, and what it is called, is as in the manifests of kubeflow/community-distribution (2026-06) and in
the add-ons' own.
"""

from __future__ import annotations

from project_workspace.kube.cluster import Ref
from project_workspace.kube.kinds import object_ref
from project_workspace.namespaces.kinds import PROFILE
from workspacectl.preflight.answers import Answer, Outcome, failed, warning
from workspacectl.preflight.checks.deployments import AddOn, available, find, place, running, version
from workspacectl.preflight.site import NodeGroupsSite, Site
from workspacectl.preflight.sites import WorkspaceSite

ISTIOD = AddOn("Istio's control plane", "istio-system", ("istiod",), ("istiod",))
CERT_MANAGER = AddOn("cert-manager", "cert-manager", ("cert-manager",), ("cert-manager",))
CERTIFICATES = Ref("apis/cert-manager.io/v1", "certificates", "Certificate", "", "")
AUTOSCALER = AddOn(
    "the cluster autoscaler",
    "kube-system",
    ("cluster-autoscaler",),
    ("cluster-autoscaler", "aws-cluster-autoscaler"),
)
KARPENTER = AddOn("Karpenter", "kube-system", ("karpenter",), ("karpenter",))
NODE_POOLS = Ref("apis/karpenter.sh/v1", "nodepools", "NodePool", "", "")


def istio(site: WorkspaceSite) -> Answer | None:
    """Istio's AuthorizationPolicies are served, and its control plane runs, where members are Kubeflow's contributors.

    Requirement document 'Kubeflow account management', "Istio rbac".
    """
    options = site.options
    if not (options.contributors and (options.members or options.owner_is_bound)):
        return None
    if not site.cluster.serves(object_ref("AuthorizationPolicy", "", "")):
        return failed("no kind AuthorizationPolicy of security.istio.io/v1beta1", "Istio", "install Istio")
    return running(site, ISTIOD, remedy="kubectl get deployments -A -l app=istiod")


def cert_manager(site: WorkspaceSite) -> Answer | None:
    """cert-manager's kinds are served, and it runs: without it the webhooks of Kubeflow get no certificate."""
    if site.options.namespace.kind != PROFILE:
        return None
    if not site.cluster.serves(CERTIFICATES):
        return warning(
            "no kind Certificate of cert-manager.io/v1", "cert-manager", "https://cert-manager.io/docs/installation/"
        )
    return running(site, CERT_MANAGER, remedy="kubectl get deployments -A -l app.kubernetes.io/name=cert-manager")


def autoscaler(site: NodeGroupsSite) -> Answer | None:
    """Something makes nodes when pods wait: a node group keeps its smallest size otherwise.

    Karpenter and EKS Auto Mode make nodes of their own, and leave managed node groups as they are.
    """
    growing = [group.spec for group in site.options.node_groups if group.max > group.min]
    if not growing:
        return None
    told = running(site, AUTOSCALER, remedy=_INSTALL)
    if told.outcome == Outcome.OK or find(site, AUTOSCALER):
        return told
    groups = f"the cluster autoscaler, for the node groups {', '.join(growing)}"
    return warning(f"no cluster autoscaler{_instead(site)}", groups, _INSTALL)


_INSTALL = "https://github.com/kubernetes/autoscaler/tree/master/cluster-autoscaler/cloudprovider/aws"


def _instead(site: Site) -> str:
    """What makes nodes there, though not in managed node groups."""
    found = find(site, KARPENTER)
    if found:
        told = f"{place(found)}, version {version(found) or 'unknown'}, {available(found)} running"
        return f"; Karpenter ({told}) does not change a managed node group"
    if site.cluster.serves(NODE_POOLS):
        return "; the node pools of EKS Auto Mode do not change a managed node group"
    return ""


CHECKS = (istio, cert_manager, autoscaler)
