"""The image map as a transform of Pulumi's: every pod that a program makes pulls from the site's registry.

Owns: which resources it concerns. Registered for the whole stack or in the options of one component; either way it is
the engine that calls it, for the children of components of other languages and packages (charts, ConfigFile) as well.
An older "transformation" is the SDK's, and does not see those (docs/facts/images.md, "Transforms").
"""

from collections.abc import Callable
from typing import Optional

import pulumi

from project_workspace.images.documents import mapped
from project_workspace.images.image_map import ImageMap

KUBERNETES = "kubernetes:"
"""What the type of every resource of pulumi-kubernetes begins with."""

Transform = Callable[[pulumi.ResourceTransformArgs], Optional[pulumi.ResourceTransformResult]]


def image_transform(images: ImageMap) -> Transform:
    """For `pulumi.runtime.register_resource_transform`, or `transforms` of a resource's options."""

    def transform(args: pulumi.ResourceTransformArgs) -> Optional[pulumi.ResourceTransformResult]:
        if not args.type_.startswith(KUBERNETES):
            return None
        props = mapped(images, args.props)
        return None if props is args.props else pulumi.ResourceTransformResult(props=props, opts=args.opts)

    return transform
