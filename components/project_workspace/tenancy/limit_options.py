"""What people choose of a container's defaults: the section `containerDefaults` of a stack file."""

from collections.abc import Iterator, Mapping
from typing import Annotated

from project_workspace.kube.quantities import Quantity
from project_workspace.schema.problem import Problem
from project_workspace.schema.rule import choice
from project_workspace.schema.section import Section
from project_workspace.tenancy import container_defaults

ContainerResource = Annotated[str, choice("cpu", "memory", "ephemeral-storage")]


class ContainerDefaultsOptions(Section):
    """What a container gets that does not say itself what it requests and is limited to: a LimitRange in the namespace.

    Where `quota` counts cpu or memory, Kubernetes refuses every pod that does not say how much of it it wants.
    """

    enabled: bool = True
    """Whether there is a LimitRange. `false` is for namespaces in which others keep one."""
    requests: dict[ContainerResource, Quantity] = {}
    """Requests by resource. Default: a fiftieth of what `quota` has of cpu and memory, and at most
    {tenancy.container_defaults.MOST_CPU_REQUESTED} and {tenancy.container_defaults.MOST_MEMORY_REQUESTED}; none of
    what it does not count."""
    limits: dict[ContainerResource, Quantity] = {}
    """Limits by resource. Default: a tenth of what `quota` has of `limits.cpu` and `limits.memory`; none of what it
    does not count."""

    @property
    def given(self) -> Mapping[str, Mapping[str, str]]:
        """What is chosen, by kind."""
        return {container_defaults.REQUESTS: self.requests, container_defaults.LIMITS: self.limits}


def unfit_defaults(defaults: ContainerDefaultsOptions, quota: Mapping[str, str]) -> Iterator[Problem]:
    """Defaults with which no pod would start; paths are relative to the section."""
    if defaults.enabled:
        yield from container_defaults.unfit(quota, defaults.given)
    elif defaults.requests or defaults.limits:
        yield Problem("enabled", "Expected 'true' where requests or limits are given, for example 'true'.")
