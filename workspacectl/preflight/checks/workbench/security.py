"""What the cluster's security context lets Workbench's containers run as: UID, GID, and root for one feature.

Owns: those lines, by OpenShift's Security Context Constraints or by Kubernetes' Pod Security admission. Does not own
admission by others (Kyverno, Gatekeeper), which no reading of theirs foretells. Sources: OpenShift, "Managing security
context constraints"; Kubernetes, "Pod Security Standards".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from project_workspace.kube.cluster import Document, Ref
from project_workspace.kube.metadata import annotations_of, labels_of
from workspacectl.permissions.kubernetes import Right
from workspacectl.preflight.answers import Answer, Detail, failed, ok, warning
from workspacectl.preflight.checks.workbench import access
from workspacectl.preflight.checks.workbench.shown import as_yaml
from workspacectl.preflight.sites import WorkbenchSite

ENFORCE = "pod-security.kubernetes.io/enforce"
RESTRICTED = "restricted"
UID_RANGE = "openshift.io/sa.scc.uid-range"
GROUPS = "openshift.io/sa.scc.supplemental-groups"
"""Where OpenShift notes a namespace's own ranges, `FIRST/SIZE` or `FIRST-LAST`, several with commas."""
SCC_GROUP = "security.openshift.io"


def scc_ref(name: str) -> Ref:
    """OpenShift's kind."""
    return Ref(f"apis/{SCC_GROUP}/v1", "securitycontextconstraints", "SecurityContextConstraints", "", name)


def workbench_scc(site: WorkbenchSite) -> Answer | None:
    """On OpenShift: the Security Context Constraint of the settings is there, and the service account may use it.

    By the right `use`, as a Role grants it, or by the constraint's own lists. Checklist, item 6; "RBAC template", note.
    """
    if not site.options.openshift.enabled:
        return None
    name, account = site.options.openshift.scc, site.options.service_account
    found = _scc(site)
    if found is None:
        return failed(f"no SecurityContextConstraints {name}", "it", "oc get scc")
    shown = as_yaml(found, f"oc get scc {name} -o yaml")
    if site.service_account is None:
        return ok(f"{name}; {account} is not there yet: the stack makes it").showing(shown)
    if _is_listed(found, site.namespace, account) or _may_use(site, name):
        return ok(f"{name}, usable by {account}").showing(shown)
    remedy = f"oc -n {site.namespace} adm policy add-scc-to-user {name} -z {account}"
    return failed(f"{account} may not use {name}", "it may", remedy).showing(shown)


def _scc(site: WorkbenchSite) -> Document | None:
    return site.cluster.find(scc_ref(site.options.openshift.scc))


def _is_listed(scc: Document, namespace: str, account: str) -> bool:
    groups = {"system:authenticated", "system:serviceaccounts", f"system:serviceaccounts:{namespace}"}
    users = scc.get("users") or []
    return access.user_of(namespace, account) in users or not groups.isdisjoint(scc.get("groups") or [])


def _may_use(site: WorkbenchSite, name: str) -> bool:
    right = Right("use", SCC_GROUP, "securitycontextconstraints", site.namespace, name)
    return access.allowed(site.cluster, site.namespace, site.options.service_account, [right]) == [True]


def workbench_uid(site: WorkbenchSite) -> Answer | None:
    """A UID is reserved for Workbench's containers, fixed and not 0, and the security context lets them run as it.

    Checklist, item 8; "Security".
    """
    uid = site.options.uid
    if not site.options.openshift.enabled:
        level = _level(site)
        return ok(f"UID {uid}; Pod Security admission of {site.namespace}: {level or 'none'}").showing(_shown(site))
    if (scc := _scc(site)) is None:
        return None
    rule = scc.get("runAsUser") or {}
    refusal = _refuses(uid, rule, annotations_of(site.namespace_object or {"metadata": {}}).get(UID_RANGE))
    if not refusal:
        return ok(f"UID {uid}, by {rule.get('type')} of {site.options.openshift.scc}")
    remedy = f"set 'uid' to one of the range, or another 'openshift.scc': oc describe namespace {site.namespace}"
    return failed(f"UID {uid}: {refusal}", "a UID that it permits", remedy)


def _refuses(uid: int, rule: Mapping[str, Any], of_the_namespace: str | None) -> str:
    """Why a rule of `runAsUser` refuses the UID; empty where it does not."""
    match rule.get("type"):
        case "MustRunAs":
            return "" if rule.get("uid") == uid else f"it must be {rule.get('uid')}"
        case "MustRunAsRange":
            given = [(rule["uidRangeMin"], rule["uidRangeMax"])] if "uidRangeMin" in rule else []
            ranges = given or list(_ranges(of_the_namespace or ""))
            inside = not ranges or any(first <= uid <= last for first, last in ranges)
            return "" if inside else f"it must be one of {_told(ranges)}"
        case _:
            return ""


def _ranges(text: str) -> Iterator[tuple[int, int]]:
    for part in filter(None, text.split(",")):
        first, separator, rest = part.partition("/")
        if separator:
            yield int(first), int(first) + int(rest) - 1
        else:
            first, _, last = part.partition("-")
            yield int(first), int(last or first)


def _told(ranges: list[tuple[int, int]]) -> str:
    return ", ".join(f"{first} to {last}" for first, last in ranges)


def workbench_gid(site: WorkbenchSite) -> Answer | None:
    """The group of the volumes, recommended to be 0, is permitted by the security context.

    Pod Security admission has no rule about groups at any level; OpenShift's constraints have, for `fsGroup` and for
    supplemental groups. Checklist, item 9; "Storage".
    """
    gid = site.options.gid
    if not site.options.openshift.enabled:
        return ok(f"GID {gid}: Pod Security admission has no rule about groups").showing(_shown(site))
    if (scc := _scc(site)) is None:
        return None
    noted = annotations_of(site.namespace_object or {"metadata": {}}).get(GROUPS, "")
    for field in ("fsGroup", "supplementalGroups"):
        rule = scc.get(field) or {}
        ranges = [(each["min"], each["max"]) for each in rule.get("ranges") or []] or list(_ranges(noted))
        if rule.get("type") == "MustRunAs" and ranges and not any(first <= gid <= last for first, last in ranges):
            remedy = "set 'gid', or 'openshift.scc' to one that permits it: oc get scc"
            told = f"{field} of {site.options.openshift.scc} must be one of {_told(ranges)}"
            return failed(f"GID {gid}: {told}", f"GID {gid} permitted", remedy)
    return ok(f"GID {gid}, permitted by {site.options.openshift.scc}")


def workbench_root_for_nfs(site: WorkbenchSite) -> Answer | None:
    """Pods may run as root (UID 0): only with it can user containers mount fileshares that ask who somebody is.

    Where they may not, that is a warning: nothing else of Workbench needs it. "Security", authenticated NFS.
    """
    if site.options.openshift.enabled and _scc(site) is None:
        return None
    why_not = _why_not_root(site)
    if not why_not:
        return ok("pods may run as UID 0, which authenticated NFS needs")
    remedy = "nothing, unless authenticated NFS is wanted: then ask the vendor's implementation team"
    return warning(f"pods may not run as UID 0: {why_not}", "UID 0, for authenticated NFS alone", remedy)


def _why_not_root(site: WorkbenchSite) -> str:
    if not site.options.openshift.enabled:
        return f"Pod Security admission of {site.namespace} is '{RESTRICTED}'" if _level(site) == RESTRICTED else ""
    kind = ((_scc(site) or {}).get("runAsUser") or {}).get("type")
    return "" if kind == "RunAsAny" else f"'runAsUser' of {site.options.openshift.scc} is {kind}"


def _level(site: WorkbenchSite) -> str | None:
    return labels_of(site.namespace_object or {"metadata": {}}).get(ENFORCE)


def _shown(site: WorkbenchSite) -> Detail:
    command = f"kubectl get namespace {site.namespace} -L {ENFORCE}"
    return Detail(command, f"{site.namespace}\t{_level(site) or ''}")


CHECKS = (workbench_scc, workbench_uid, workbench_gid, workbench_root_for_nfs)
