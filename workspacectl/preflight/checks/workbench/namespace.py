"""The namespace, that nothing else is in it, and the service account.

Owns: those lines. Does not own what the service account may do (`rights.py`). What the stack makes itself and is not
there yet is well: `up` makes it.
"""

from __future__ import annotations

from collections.abc import Iterator

from project_workspace.kube.cluster import CORE, Document, Ref
from project_workspace.kube.metadata import labels_of
from project_workspace.namespaces.kinds import EXISTING
from workspacectl.preflight.answers import Answer, failed, ok, warning
from workspacectl.preflight.checks.workbench.shown import as_yaml
from workspacectl.preflight.sites import WorkbenchSite

TO_BE_MADE = "not there yet: the stack makes it"
WORKLOADS = (
    Ref("apis/apps/v1", "deployments", "Deployment", "", ""),
    Ref("apis/apps/v1", "statefulsets", "StatefulSet", "", ""),
    Ref("apis/apps/v1", "daemonsets", "DaemonSet", "", ""),
    Ref("apis/batch/v1", "cronjobs", "CronJob", "", ""),
    Ref("apis/batch/v1", "jobs", "Job", "", ""),
    Ref(CORE, "pods", "Pod", "", ""),
)
HELM = "helm.sh/release.v1"
"""The type of the Secret in which Helm keeps a release (Helm, "Advanced Topics", "Storage backends")."""


def workbench_namespace(site: WorkbenchSite) -> Answer:
    """The namespace is there and not about to go, or the stack makes it.

    Checklist, item 4; "Namespace, service account, RBAC".
    """
    name, found = site.namespace, site.namespace_object
    if found is None and site.options.namespace.kind == EXISTING:
        return failed(f"no namespace {name}", "it", f"kubectl create namespace {name}, or 'namespace.kind: plain'")
    if found is None:
        return ok(f"{name}, {TO_BE_MADE}")
    shown = as_yaml(found, f"kubectl get namespace {name} -o yaml")
    phase = (found.get("status") or {}).get("phase")
    if phase == "Active":
        return ok(f"{name}, Active").showing(shown)
    return failed(f"{name} is {phase}", "Active", f"kubectl describe namespace {name}").showing(shown)


def workbench_namespace_is_empty(site: WorkbenchSite) -> Answer:
    """Nothing else is in the namespace: no other application, no other Workbench, no release of Helm.

    "Namespace, service account, RBAC".
    """
    found = [each for each in _workloads(site) if not _is_owned(each[1])]
    secrets = site.cluster.every(Ref(CORE, "secrets", "Secret", site.namespace, ""))
    releases = sorted({labels_of(each).get("name", "?") for each in secrets if each.get("type") == HELM})
    told = [f"{kind} {each['metadata']['name']}" for kind, each in found] + [
        f"Helm release {name}" for name in releases
    ]
    if not told:
        return ok(f"nothing runs in {site.namespace}")
    remedy = f"use another namespace, or look what is there: kubectl -n {site.namespace} get all; helm list -n "
    return failed(", ".join(told[:10]), "a namespace of Workbench's own", f"{remedy}{site.namespace}")


def _workloads(site: WorkbenchSite) -> Iterator[tuple[str, Document]]:
    kinds = [Ref(kind.api, kind.plural, kind.kind, site.namespace, "") for kind in WORKLOADS]
    for kind, every in zip(kinds, site.cluster.items(kinds), strict=True):
        yield from ((kind.kind, each) for each in every)


def _is_owned(found: Document) -> bool:
    """Whether it is another one's part, which is named itself."""
    return bool(found["metadata"].get("ownerReferences"))


def workbench_service_account(site: WorkbenchSite) -> Answer:
    """The service account is there and its pods get its token, or the stack makes it.

    Checklist, item 5; "Namespace, service account, RBAC".
    """
    found, name = site.service_account, site.options.service_account
    if found is None:
        return ok(f"{name}, {TO_BE_MADE}")
    shown = as_yaml(found, f"kubectl -n {site.namespace} get serviceaccount {name} -o yaml")
    if found.get("automountServiceAccountToken") is False:
        seen = f"{name} has 'automountServiceAccountToken: false', and Workbench's pods use the Kubernetes API"
        patch = "-p '{\"automountServiceAccountToken\": null}'"
        remedy = f"kubectl -n {site.namespace} patch serviceaccount {name} {patch}"
        return warning(seen, "its token in its pods", remedy).showing(shown)
    return ok(name).showing(shown)


CHECKS = (workbench_namespace, workbench_namespace_is_empty, workbench_service_account)
