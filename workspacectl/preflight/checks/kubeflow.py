"""Kubeflow's own parts, which profiles, members and people's browsers need.

Owns: these checks. Does not own dex (`dex.py`), Istio and cert-manager (`addons.py`), nor the storage
(`kubernetes.py`). Names are those of the manifests of kubeflow/community-distribution (2026-06), and those before
them. The requirement document is 'Kubeflow account management'.
"""

from __future__ import annotations

from project_workspace.kube.cluster import Document, Ref, config_map, profile_ref
from project_workspace.namespaces.kinds import PROFILE
from workspacectl.preflight.answers import Answer, failed, ok, unknown, warning
from workspacectl.preflight.checks.deployments import AddOn, available, find, place, running, version
from workspacectl.preflight.site import any_of
from workspacectl.preflight.sites import WorkspaceSite

NAMESPACE = "kubeflow"
PROFILES = AddOn(
    "the profile controller",
    NAMESPACE,
    ("profiles-deployment",),
    ("profile-controller", "kubeflow-profiles"),
    "manager",
)
KFAM = "kfam"
"""The container of that Deployment which adds and removes contributors."""
DASHBOARD = AddOn(
    "Kubeflow's dashboard", NAMESPACE, ("dashboard", "centraldashboard"), ("kubeflow-dashboard", "centraldashboard")
)
VOLUMES_PAGE = AddOn("Kubeflow's page of volumes", NAMESPACE, ("volumes-web-app-deployment",), ("volumes-web-app",))
NOTEBOOKS = AddOn("the notebook controller", NAMESPACE, ("notebook-controller-deployment",), ("notebook-controller",))
NOTEBOOK = Ref("apis/kubeflow.org/v1", "notebooks", "Notebook", "", "")
PROXY = AddOn("oauth2-proxy", "oauth2-proxy", ("oauth2-proxy",), ("oauth2-proxy", "authservice"))
INGRESS = AddOn("Istio's ingress gateway", "istio-system", ("istio-ingressgateway",), ("istio-ingressgateway",))
AUTHSERVICE = Ref("apis/apps/v1", "statefulsets", "StatefulSet", "istio-system", "authservice")
HEADER, PREFIX = "USERID_HEADER", "USERID_PREFIX"
"""What tells the profile controller and kfam where the user is named."""


def profile_controller(site: WorkspaceSite) -> Answer | None:
    """Kubeflow's Profiles are served, and its controller runs: without it a Profile never becomes ready.

    Requirement document, "Creating a profile".
    """
    if site.options.namespace.kind != PROFILE:
        return None
    if not site.cluster.serves(profile_ref("")):
        remedy = "install Kubeflow's profile controller, or set 'namespace.kind: plain'"
        return failed("no kind Profile of kubeflow.org/v1", "Kubeflow", remedy)
    return running(site, PROFILES, remedy="kubectl -n kubeflow get deployment profiles-deployment")


def access_management(site: WorkspaceSite) -> Answer:
    """Kubeflow's access management (kfam) runs: by it the dashboard's "Manage Contributors" shares a namespace.

    Requirement document, "Contributors".
    """
    found = find(site, PROFILES)
    has_it = found and any(each["name"] == KFAM for each in _containers(found))
    if not (found and has_it):
        seen = f"no container {KFAM} in {place(found)}" if found else f"no Deployment {NAMESPACE}/{PROFILES.names[0]}"
        return warning(seen, "access management, under whatever name", "kubectl -n kubeflow get deployments")
    told = f"{place(found)}, version {version(found, KFAM) or 'not said by its image'}"
    if not available(found):
        return warning(f"{told}: no pod of it is available", "one", f"kubectl -n {NAMESPACE} get pods")
    return ok(told)


def _containers(found: Document) -> list[Document]:
    return any_of(found, "spec", "template", "spec", "containers") or []


def dashboard(site: WorkspaceSite) -> Answer:
    """Kubeflow's dashboard runs. Requirement document, "Creating an account": "log in at the home page"."""
    return running(site, DASHBOARD, remedy="kubectl -n kubeflow get deployments")


def notebooks(site: WorkspaceSite) -> Answer:
    """Notebooks are served, and their controller runs. Requirement document, "Persistent Volumes"."""
    if not site.cluster.serves(NOTEBOOK):
        return warning("no kind Notebook of kubeflow.org/v1", "Kubeflow's notebooks", "install Kubeflow Notebooks")
    return running(site, NOTEBOOKS, remedy="kubectl -n kubeflow get deployments")


def volumes_page(site: WorkspaceSite) -> Answer:
    """The page on which people make volumes runs. Requirement document, "Creating Persistent Volume Claims"."""
    return running(site, VOLUMES_PAGE, remedy="kubectl -n kubeflow get deployments")


def ingress_gateway(site: WorkspaceSite) -> Answer:
    """Istio's ingress gateway runs, through which every page is reached."""
    return running(site, INGRESS, remedy="kubectl -n istio-system get deployments")


def login_proxy(site: WorkspaceSite) -> Answer:
    """What logs people in with dex before Kubeflow runs: oauth2-proxy, or the authservice of Kubeflow up to 1.8.

    Requirement document, "Creating an account".
    """
    if find(site, PROXY) is None and (found := site.cluster.find(AUTHSERVICE)):
        ready = any_of(found, "status", "readyReplicas")
        told = f"{place(found)}, version {version(found) or 'not said by its image'}"
        look = f"kubectl -n {AUTHSERVICE.namespace} describe statefulset {AUTHSERVICE.name}"
        return ok(f"{told}, {ready} running") if ready else warning(f"{told}: no pod of it is ready", "one", look)
    return running(site, PROXY, remedy="kubectl get deployments -A -l app.kubernetes.io/name=oauth2-proxy")


def user_header(site: WorkspaceSite) -> Answer:
    """Kubeflow names the user in the header that the stack's settings say: members get in by it.

    Requirement document, "Istio rbac".
    """
    found = find(site, PROFILES)
    there = _environment(site, found) if found else {}
    if HEADER not in there:
        where = (
            f"Deployment {place(found)} has"
            if found
            else f"There is no Deployment {NAMESPACE}/{PROFILES.names[0]} with"
        )
        return unknown(f"{where} no {HEADER} in its environment: see the option -userid-header of {KFAM}'s container.")
    header, prefix = there[HEADER], there.get(PREFIX, "")
    wanted = site.options.kubeflow
    told = f"'{header}' with the prefix '{prefix}'"
    # Names of headers are the same in any case.
    if (header.lower(), prefix) == (wanted.user_id_header.lower(), wanted.user_id_prefix):
        return ok(told)
    expected = f"'{wanted.user_id_header}' with the prefix '{wanted.user_id_prefix}'"
    return failed(told, expected, "set 'kubeflow.userIdHeader' and 'kubeflow.userIdPrefix' in the stack's file")


def _environment(site: WorkspaceSite, found: Document) -> dict[str, str]:
    """What its containers have in their environment, the ConfigMaps that they name included.

    By the Deployment: kustomize gives the ConfigMap a name of its own with each content.
    """
    namespace, together = found["metadata"]["namespace"], dict[str, str]()
    for container in _containers(found):
        for source in container.get("envFrom") or []:
            if name := any_of(source, "configMapRef", "name"):
                together |= (site.cluster.find(config_map(namespace, name)) or {}).get("data") or {}
        together |= {each["name"]: str(each["value"]) for each in container.get("env") or [] if "value" in each}
    return together


CHECKS = (
    profile_controller,
    access_management,
    dashboard,
    notebooks,
    volumes_page,
    ingress_gateway,
    login_proxy,
    user_header,
)
