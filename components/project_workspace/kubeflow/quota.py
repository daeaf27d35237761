"""Which resources a namespace's quota may name: those that Kubernetes counts.

Owns: those rules. Does not own the sentences about them (`options.py`), quantities (`kube/quantities.py`), or the quota
itself (the profile controller's, from the Profile). Why stricter than the API server, which takes any `domain/name` as
a resource: one that nothing counts is a limit that never holds, and a quota that the API server refuses keeps the
profile controller in an endless error and hangs the namespace's deletion (kubeflow/kubeflow#4965, #5154). Sources:
Kubernetes 1.34, ValidateResourceQuotaResourceName and ValidateResourceQuantityValue (pkg/apis/core), and what
pkg/quota/v1 counts.
"""

import re

from project_workspace.limits import DNS_SUBDOMAIN, QUALIFIED_NAME

_OBJECTS = frozenset(
    {
        "configmaps",
        "persistentvolumeclaims",
        "pods",
        "replicationcontrollers",
        "resourcequotas",
        "secrets",
        "services",
        "services.loadbalancers",
        "services.nodeports",
    }
)
_COMPUTE = frozenset(
    f"{prefix}{name}" for prefix in ("", "requests.", "limits.") for name in ("cpu", "memory", "ephemeral-storage")
)
_STANDARD = _OBJECTS | _COMPUTE | {"requests.storage"}

_PREFIX_FITS = r"(?=[^/]{1,253}/)"
_COUNT = re.compile(r"count/[a-z0-9]([-a-z0-9.]{0,61}[a-z0-9])?")
_PER_CLASS = re.compile(
    rf"{_PREFIX_FITS}{DNS_SUBDOMAIN.pattern}(\.storageclass\.storage\.k8s\.io/(requests\.storage|persistentvolumeclaims)"
    r"|\.deviceclass\.resource\.k8s\.io/devices)"
)
_EXTENDED = re.compile(
    rf"{_PREFIX_FITS}(?!.*kubernetes\.io/)requests\.{DNS_SUBDOMAIN.pattern}/{QUALIFIED_NAME.pattern}"
)
_HUGE_PAGES = re.compile(r"(requests\.)?hugepages-[1-9]\d*[KMGTPE]i")


def is_counted(resource: str) -> bool:
    """Whether Kubernetes takes this as a resource of a ResourceQuota and counts it."""
    forms = (_COUNT, _PER_CLASS, _EXTENDED, _HUGE_PAGES)
    return resource in _STANDARD or any(form.fullmatch(resource) for form in forms)


def needs_whole_number(resource: str) -> bool:
    """Whether Kubernetes refuses a fraction of this resource: the counts of objects."""
    return resource in _OBJECTS or bool(_COUNT.fullmatch(resource) or _PER_CLASS.fullmatch(resource))
