"""An object of one of Kubernetes' own kinds, as a resource of pulumi-kubernetes.

Owns: giving the plugin a manifest. Does not own what is in it. Why not the SDK's classes: `pulumi_kubernetes.core.v1`
alone takes 0.4 s of CPU to load, in every command, for the sake of one class; the state and the plugin are the same.
"""

from collections.abc import Mapping
from typing import Any, Optional

import pulumi


class BuiltIn(pulumi.CustomResource):
    """One object, by its manifest."""

    def __init__(
        self, name: str, group: str, manifest: Mapping[str, Any], opts: Optional[pulumi.ResourceOptions] = None
    ) -> None:
        """`group` is the SDK's package of the kind, for example `core/v1`."""
        super().__init__(f"kubernetes:{group}:{manifest['kind']}", name, dict(manifest), opts)
