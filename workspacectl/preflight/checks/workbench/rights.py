"""What the service account may do: all that the document's templates list, and not everything.

Owns: those lines. Does not own the question (`access.py`). A Role that the stack makes is made with the service
account: where that one is not there yet, nothing can be asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from project_workspace.kube.cluster import Ref
from project_workspace.workbench import rbac
from workspacectl.permissions.kubernetes import Right
from workspacectl.permissions.workbench_needs import rights_in
from workspacectl.preflight.answers import Answer, failed, ok, warning
from workspacectl.preflight.checks.workbench import access
from workspacectl.preflight.checks.workbench.namespace import TO_BE_MADE
from workspacectl.preflight.checks.workbench.shown import as_table
from workspacectl.preflight.sites import WorkbenchSite

VERSIONS: Mapping[str, str] = {
    "apps": "v1",
    "batch": "v1",
    "extensions": "v1beta1",
    "networking.k8s.io": "v1",
    "route.openshift.io": "v1",
}
"""By API group: the version by which it is seen whether the cluster has the template's resources."""
NO_RESOURCE = {"roles"}
"""What the template lists of the core group, and that one has not: Roles are of another."""
GROUPS: Mapping[str, str] = {
    "ingressclasses": "networking.k8s.io",
    "ingresses": "networking.k8s.io",
    "endpointslices": "discovery.k8s.io",
}
"""Of which group a resource is that the ClusterRole's template lists of every group; the others are of the core."""
EVERY_VERB = ("get", "list", "watch", "create", "update", "patch", "delete")
TOLD = 10
"""How many missing rights a line names."""


def workbench_role(site: WorkbenchSite) -> Answer:
    """The service account may do what the document's Role lists, asked of the API server for each verb and resource.

    Of what the cluster does not serve nothing is asked: Routes are OpenShift's, `extensions` went with 1.22.
    "RBAC template".
    """
    rights = list(rights_in(rbac.template()["role"], site.namespace))
    served_kinds = {kind for kind in {_kind(right) for right in rights} if kind is None or site.cluster.serves(kind)}
    served = [
        right for right in rights if _kind(right) in served_kinds and (right.group or right.resource not in NO_RESOURCE)
    ]
    return _judged(site, served, "the Role of the document's template, and its RoleBinding")


def workbench_ingress_role(site: WorkbenchSite) -> Answer | None:
    """Where the chart brings its ingress controller: its service account may do what the document's ClusterRole lists.

    The template's `*` are asked for as what they mean, so that a narrower ClusterRole is enough.
    Checklist, item 7; "Ingress controller permissions".
    """
    if not site.options.ingress.install:
        return None
    return _judged(site, list(_of_ingress_role()), f"the document's ClusterRole {site.names.ingress_role}, bound to it")


def workbench_wide_rights(site: WorkbenchSite) -> Answer:
    """The service account may not do everything: the document limits all but the ingress controller to the namespace.

    The checklist's example of a ClusterRole, which allows everything, says itself that it is no requirement.
    Checklist, item 7; "Namespace, service account, RBAC".
    """
    account = site.options.service_account
    if site.service_account is None:
        return ok(f"{account}, {TO_BE_MADE}")
    if not any(access.allowed(site.cluster, site.namespace, account, [Right("*", "*", "*")])):
        return ok("it may not do everything")
    remedy = f"kubectl get clusterrolebindings -o wide | grep {account}"
    return warning("it may do everything in the cluster", "the rights of the document's template", remedy)


def _judged(site: WorkbenchSite, rights: Sequence[Right], wanted: str) -> Answer:
    account = site.options.service_account
    if site.service_account is None:
        return ok(f"{account}, {TO_BE_MADE}")
    found = list(zip(rights, access.allowed(site.cluster, site.namespace, account, rights), strict=True))
    missing = [str(right) for right, may in found if not may]
    user = access.user_of(site.namespace, account)
    rows = [("yes" if may else "no", str(right)) for right, may in found]
    shown = as_table(rows, f"kubectl auth can-i VERB RESOURCE -n {site.namespace} --as={user}")
    if not missing:
        return ok(f"all {len(rights)} rights").showing(shown)
    more = f" and {len(missing) - TOLD} more" if len(missing) > TOLD else ""
    remedy = f"apply the template, or let the stack make it: kubectl -n {site.namespace} describe rolebindings"
    return failed(f"missing: {', '.join(missing[:TOLD])}{more}", wanted, remedy).showing(shown)


def _of_ingress_role() -> Iterator[Right]:
    for each in rights_in(rbac.template()["ingressClusterRole"]):
        verbs = EVERY_VERB if each.verb == "*" else [each.verb]
        yield from (Right(verb, GROUPS.get(each.resource, ""), each.resource) for verb in verbs)


def _kind(right: Right) -> Ref | None:
    """What must be served; of the core group nothing is asked."""
    if not right.group:
        return None
    return Ref(f"apis/{right.group}/{VERSIONS[right.group]}", right.resource.partition("/")[0], "", "", "")


CHECKS = (workbench_role, workbench_ingress_role, workbench_wide_rights)
