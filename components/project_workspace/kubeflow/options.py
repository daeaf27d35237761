"""What people choose of the namespace: the setting `quota` of a stack file."""

from collections.abc import Iterator, Mapping
from typing import Annotated

from project_workspace.kubeflow import quota
from project_workspace.schema.problem import Problem
from project_workspace.schema.rule import Rule, matches

QuotaKey = Annotated[
    str,
    Rule(
        "a resource of a ResourceQuota (extended ones with 'requests.')",
        "requests.nvidia.com/gpu",
        quota.is_counted,
    ),
]
Quantity = Annotated[str, Rule("a Kubernetes quantity as text", "16Gi", matches(quota.QUANTITY))]
Quota = dict[QuotaKey, Quantity]


def unfit_quantities(given: Mapping[str, str]) -> Iterator[Problem]:
    """Fractions of things that can only be counted whole, and more than Kubernetes can count; paths are resources."""
    for resource, quantity in given.items():
        if quota.number(quantity) > quota.LARGEST:
            yield Problem(resource, "Expected at most 2^63-1, the largest number of Kubernetes, for example '8E'.")
        elif quota.needs_whole_number(resource) and not quota.is_whole(quantity):
            yield Problem(resource, "Expected a whole number as text, for example '10'.")
