"""What a namespace's quota may say: the resources that Kubernetes counts, quantities, and which must be whole numbers.

Owns: those rules. Does not own the sentences about them (`options.py`) or the quota itself (the profile
controller's, from the Profile). Why stricter than the API server, which takes any `domain/name` as a resource: one
that nothing counts is a limit that never holds, and a quota that the API server refuses keeps the profile controller in
an endless error and hangs the namespace's deletion (kubeflow/kubeflow#4965, #5154). Sources: Kubernetes 1.34,
ValidateResourceQuotaResourceName and ValidateResourceQuantityValue (pkg/apis/core), and what pkg/quota/v1 counts.
"""

import re
from fractions import Fraction

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

QUANTITY = re.compile(
    r"([0-9]{1,19}(\.[0-9]{0,19})?|\.[0-9]{1,19})(m|[kMGTPE]|[KMGTPE]i|[eE][+-]?[0-9]{1,2})?", re.ASCII
)
"""A quantity of Kubernetes, not below zero; of milli, but of nothing smaller."""
_SCALES = {
    **{suffix: Fraction(1000) ** power for power, suffix in enumerate(("m", "", *"kMGTPE"), -1)},
    **{f"{suffix}i": Fraction(1024) ** power for power, suffix in enumerate("KMGTPE", 1)},
}
_SCALED = re.compile(r"([\d.]+)(\D*)")


def is_counted(resource: str) -> bool:
    """Whether Kubernetes takes this as a resource of a ResourceQuota and counts it."""
    forms = (_COUNT, _PER_CLASS, _EXTENDED, _HUGE_PAGES)
    return resource in _STANDARD or any(form.fullmatch(resource) for form in forms)


def needs_whole_number(resource: str) -> bool:
    """Whether Kubernetes refuses a fraction of this resource: the counts of objects."""
    return resource in _OBJECTS or bool(_COUNT.fullmatch(resource) or _PER_CLASS.fullmatch(resource))


def is_whole(quantity: str) -> bool:
    """Whether a quantity (`QUANTITY`) is a whole number: `1000m`, `0.5k` and `1e3` are."""
    scaled = _SCALED.fullmatch(quantity)
    number = Fraction(scaled[1]) * _SCALES[scaled[2]] if scaled else Fraction(quantity)
    return number.denominator == 1
