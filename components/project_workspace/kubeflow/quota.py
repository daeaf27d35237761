"""What a namespace's quota may say: resources that Kubernetes counts, and quantities: form, canonical form, limits.

Owns: those rules. Does not own the sentences about them (`options.py`) or the quota itself (the profile
controller's, from the Profile). Why a canonical form: the controller writes other spellings anew and owns what it wrote
(docs/facts/kubeflow-profiles.md, "The Profile is written back"). Why stricter than the API server, which takes any
`domain/name` as a resource: one that nothing counts is a limit that never holds, and a quota that the API server
refuses keeps the profile controller in an endless error and hangs the namespace's deletion (kubeflow/kubeflow#4965,
#5154). Sources: Kubernetes 1.34, ValidateResourceQuotaResourceName and ValidateResourceQuantityValue (pkg/apis/core),
and what pkg/quota/v1 counts.
"""

import re
from fractions import Fraction
from math import ceil

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
    r"([0-9]{1,22}(\.[0-9]{0,19})?|\.[0-9]{1,19})(m|[kMGTPE]|[KMGTPE]i|[eE][+-]?[0-9]{1,2})?", re.ASCII
)
"""A quantity of Kubernetes, not below zero; of milli, but of nothing smaller: `LARGEST` has 22 digits then."""
LARGEST = 2**63 - 1
"""The largest number of a quantity. Of larger ones Kubernetes makes others: it writes `1000E` as `1`."""
_DECIMAL = ("m", "", "k", "M", "G", "T", "P", "E")
"""Suffixes by their power of 1000, from the first that is below 1."""
_BINARY = ("", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei")
"""Suffixes by their power of 1024."""
_SCALES = {
    **{suffix: Fraction(1000) ** power for power, suffix in enumerate(_DECIMAL, -1)},
    **{suffix: Fraction(1024) ** power for power, suffix in enumerate(_BINARY)},
}
_SCALED = re.compile(r"([\d.]+)(\D*)")


def is_counted(resource: str) -> bool:
    """Whether Kubernetes takes this as a resource of a ResourceQuota and counts it."""
    forms = (_COUNT, _PER_CLASS, _EXTENDED, _HUGE_PAGES)
    return resource in _STANDARD or any(form.fullmatch(resource) for form in forms)


def needs_whole_number(resource: str) -> bool:
    """Whether Kubernetes refuses a fraction of this resource: the counts of objects."""
    return resource in _OBJECTS or bool(_COUNT.fullmatch(resource) or _PER_CLASS.fullmatch(resource))


def number(quantity: str) -> Fraction:
    """The number that a quantity (`QUANTITY`) stands for."""
    scaled = _SCALED.fullmatch(quantity)
    return Fraction(scaled[1]) * _SCALES[scaled[2]] if scaled else Fraction(quantity)


def is_whole(quantity: str) -> bool:
    """Whether a quantity (`QUANTITY`) is a whole number: `1000m`, `0.5k` and `1e3` are."""
    return number(quantity).denominator == 1


def canonical(quantity: str) -> str:
    """A quantity (`QUANTITY`, at most `LARGEST`) in Kubernetes' canonical form: `1k` of `1000`, `160Gi` of `163840Mi`.

    The largest suffix of its own kind with which it is a whole number. What is below a thousandth counts as one.
    """
    thousandths = ceil(number(quantity) * 1000)
    if thousandths == 0:
        return "0"
    if quantity.endswith("i") and thousandths % 1000 == 0:
        count, power = _without_factors(thousandths // 1000, 1024)
        if power:
            return f"{count}{_BINARY[power]}"
    count, power = _without_factors(thousandths, 1000)
    if _SCALED.fullmatch(quantity):
        return f"{count}{_DECIMAL[power]}"
    exponent = 3 * (power - 1)
    return f"{count}e{exponent}" if exponent else str(count)


def _without_factors(count: int, factor: int) -> tuple[int, int]:
    """The number without a factor as often as it has it, and how often that is."""
    power = 0
    while count % factor == 0:
        count, power = count // factor, power + 1
    return count, power
