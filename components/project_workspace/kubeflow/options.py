"""What people choose of the namespace: the setting `quota` of a stack file."""

from collections.abc import Iterator, Mapping
from typing import Annotated

from project_workspace.kube.quantities import LARGEST, TOO_LARGE, Quantity, is_whole, number
from project_workspace.kubeflow import quota
from project_workspace.schema.problem import Problem
from project_workspace.schema.rule import Rule

SCOPED = (
    "Expected resources alone, for example 'requests.nvidia.com/gpu'. A quota with scopes counts the pods of those "
    "scopes and no others, and a Profile has one quota: everything else in the namespace would be without a limit."
)
QuotaKey = Annotated[
    str,
    Rule(
        "a resource of a ResourceQuota (extended ones with 'requests.')",
        "requests.nvidia.com/gpu",
        quota.is_counted,
        reasons=tuple((key, SCOPED) for key in ("scopes", "scopeSelector")),
    ),
]
Quota = dict[QuotaKey, Quantity]


def unfit_quantities(given: Mapping[str, str]) -> Iterator[Problem]:
    """Fractions of things that can only be counted whole, and more than Kubernetes can count; paths are resources."""
    for resource, quantity in given.items():
        if number(quantity) > LARGEST:
            yield Problem(resource, TOO_LARGE)
        elif quota.needs_whole_number(resource) and not is_whole(quantity):
            yield Problem(resource, "Expected a whole number as text, for example '10'.")
