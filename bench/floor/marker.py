"""The floor's dynamic resource: nothing but the cost of having one."""

from typing import Any

from pulumi.dynamic import CreateResult, Resource, ResourceProvider


class MarkerProvider(ResourceProvider):
    """Makes nothing."""

    serialize_as_secret_always = False

    def create(self, props: dict[str, Any]) -> CreateResult:
        return CreateResult("marker", props)


class Marker(Resource, module="floor", name="Marker"):
    """Nothing, as a resource."""

    def __init__(self, name: str) -> None:
        super().__init__(MarkerProvider(), name, {})
