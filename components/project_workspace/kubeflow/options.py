"""What people choose of the namespace's limits: the settings `quota` and `containerDefaults` of a stack file."""

from collections.abc import Iterator, Mapping
from typing import Annotated

from project_workspace.kubeflow import container_defaults, quota
from project_workspace.schema.problem import Problem
from project_workspace.schema.rule import Rule, choice, matches
from project_workspace.schema.section import Section

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
Quantity = Annotated[str, Rule("a Kubernetes quantity as text", "16Gi", matches(quota.QUANTITY))]
Quota = dict[QuotaKey, Quantity]
ContainerResource = Annotated[str, choice("cpu", "memory", "ephemeral-storage")]


class ContainerDefaultsOptions(Section):
    """What a container gets that does not say itself what it requests and is limited to: a LimitRange in the namespace.

    Where `quota` counts cpu or memory, Kubernetes refuses every pod that does not say how much of it it wants.
    """

    enabled: bool = True
    """Whether there is a LimitRange. `false` is for namespaces in which others keep one."""
    requests: dict[ContainerResource, Quantity] = {}
    """Requests by resource. Default: a fiftieth of what `quota` has of cpu and memory, and at most
    {kubeflow.container_defaults.MOST_CPU_REQUESTED} and {kubeflow.container_defaults.MOST_MEMORY_REQUESTED}; none of
    what it does not count."""
    limits: dict[ContainerResource, Quantity] = {}
    """Limits by resource. Default: a tenth of what `quota` has of `limits.cpu` and `limits.memory`; none of what it
    does not count."""

    @property
    def given(self) -> Mapping[str, Mapping[str, str]]:
        """What is chosen, by kind."""
        return {container_defaults.REQUESTS: self.requests, container_defaults.LIMITS: self.limits}


def unfit_defaults(defaults: ContainerDefaultsOptions, quota_: Quota) -> Iterator[Problem]:
    """Defaults with which no pod would start; paths are relative to the section."""
    if defaults.enabled:
        yield from container_defaults.unfit(quota_, defaults.given)
    elif defaults.requests or defaults.limits:
        yield Problem("enabled", "Expected 'true' where requests or limits are given, for example 'true'.")


def unfit_quantities(given: Mapping[str, str]) -> Iterator[Problem]:
    """Fractions of things that can only be counted whole, and more than Kubernetes can count; paths are resources."""
    for resource, quantity in given.items():
        if quota.number(quantity) > quota.LARGEST:
            yield Problem(resource, "Expected at most 2^63-1, the largest number of Kubernetes, for example '8E'.")
        elif quota.needs_whole_number(resource) and not quota.is_whole(quantity):
            yield Problem(resource, "Expected a whole number as text, for example '10'.")
