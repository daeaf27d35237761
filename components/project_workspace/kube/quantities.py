"""Quantities of Kubernetes: their form, the number that each stands for, and the canonical form.

Owns: those. Does not own of what something may be a quantity (`kubeflow/quota.py`, `tenancy/container_defaults.py`).
Why a canonical form: Kubernetes and its controllers write other spellings anew, and whoever writes anew owns what it
wrote (docs/facts/kubeflow-profiles.md, "The Profile is written back"). Source: Kubernetes, apimachinery,
`pkg/api/resource`.
"""

import re
from fractions import Fraction
from math import ceil
from typing import Annotated

from project_workspace.schema.rule import Rule, matches

QUANTITY = re.compile(
    r"([0-9]{1,22}(\.[0-9]{0,19})?|\.[0-9]{1,19})(m|[kMGTPE]|[KMGTPE]i|[eE][+-]?[0-9]{1,2})?", re.ASCII
)
"""A quantity of Kubernetes, not below zero; of milli, but of nothing smaller: `LARGEST` has 22 digits then."""
LARGEST = 2**63 - 1
"""The largest number of a quantity. Of larger ones Kubernetes makes others: it writes `1000E` as `1`."""
TOO_LARGE = "Expected at most 2^63-1, the largest number of Kubernetes, for example '8E'."
_DECIMAL = ("m", "", "k", "M", "G", "T", "P", "E")
"""Suffixes by their power of 1000, from the first that is below 1."""
_BINARY = ("", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei")
"""Suffixes by their power of 1024."""
_SCALES = {
    **{suffix: Fraction(1000) ** power for power, suffix in enumerate(_DECIMAL, -1)},
    **{suffix: Fraction(1024) ** power for power, suffix in enumerate(_BINARY)},
}
_SCALED = re.compile(r"([\d.]+)(\D*)")

Quantity = Annotated[str, Rule("a Kubernetes quantity as text", "16Gi", matches(QUANTITY))]


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
