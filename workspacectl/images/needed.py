"""What a stack needs of a profile's images, and where each is to be.

Owns: which conditions of a list a stack fulfils, and the map that counts: the stack's own settings, and what the
command line says instead. Does not own the lists (`lists.py`) nor the map (`project_workspace.images.image_map`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from project_workspace.eks.instance_types import is_gpu
from project_workspace.images.image_map import ImageMap
from project_workspace.images.options import PLACE
from project_workspace.images.reference import Reference
from project_workspace.workbench.image_options import ANACONDA
from workspacectl.failures import ToolError
from workspacectl.images.lists import Image

CONDITIONS: Mapping[str, Callable[[Any], bool]] = {
    "gpus": lambda options: any(is_gpu(group.instance_type, group.ami_type) for group in options.node_groups),
    "scaling": lambda options: any(group.min < group.max for group in options.node_groups),
}
"""Of a stack's settings, by the word that a list uses."""
ANACONDA_IN_FULL = f"docker.io/{ANACONDA.rstrip('/')}"
"""Where Anaconda's images are, which a stack of Workbench says otherwise with `image.server`."""


@dataclass(frozen=True)
class Needed:
    """One image, and where it is to be."""

    image: Image
    target: Reference

    @property
    def source(self) -> Reference:
        """With the digest that the map knows."""
        return replace(self.image.source, digest=self.image.source.digest or self.target.digest)

    @property
    def pushed(self) -> Reference:
        """The target with a tag: registries clean up what has none. One of a digest alone gets a tag made of it."""
        digest = self.target.digest
        tag = self.target.tag or (f"digest-{digest.partition(':')[2][:12]}" if digest else None)
        return replace(self.target, tag=tag)

    @property
    def moves(self) -> bool:
        """Whether it is to be elsewhere than its source."""
        return self.target.name != self.source.name


def map_of(options: Any, registry: str | None) -> ImageMap:
    """The map of a stack of any program; `registry` counts before its own. Raises `ToolError`."""
    if registry is not None and not PLACE.right(registry):
        raise ToolError(f"--registry: {PLACE.message}")
    own = options.images.map
    server = getattr(getattr(options, "image", None), "server", "")
    first = {} if server in ("", ANACONDA) else {ANACONDA_IN_FULL: server.rstrip("/")}
    return ImageMap(registry or own.registry, {**own.overrides, **first}, own.digests)


def needed(images: Iterable[Image], options: Any, where: ImageMap) -> list[Needed]:
    """What the stack needs of them."""
    return [
        Needed(image, where.mapped(image.source))
        for image in images
        if not image.when or not hasattr(options, "node_groups") or CONDITIONS[image.when](options)
    ]
