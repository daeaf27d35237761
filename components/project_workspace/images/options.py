"""What people choose of where images come from: the section `images` of a stack file."""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Optional

from project_workspace.images.image_map import ImageMap, single_image
from project_workspace.images.reference import REFERENCE, Digest, find, is_place
from project_workspace.schema.problem import Problem
from project_workspace.schema.rule import Rule
from project_workspace.schema.section import Section, Together

PLACE = Rule("a registry, perhaps with port and folder", "registry.example.com/mirror", is_place)
Place = Annotated[str, PLACE]
ImageName = Annotated[str, REFERENCE]
Source = Annotated[
    str,
    Rule(
        "a registry, a folder of one, or an image",
        "ghcr.io",
        lambda value: is_place(value) or REFERENCE.right(value),
    ),
]
Target = Annotated[
    str,
    Rule(
        "a registry, a folder of one, or an image, with its registry",
        "registry.example.com/ghcr",
        lambda value: is_place(value) or (REFERENCE.right(value) and is_place(str(value).partition("/")[0])),
    ),
]


def _overrides(options: "ImagesOptions") -> Iterator[Problem]:
    """What names more than one image goes to a place, which has neither tag nor digest."""
    for source, target in options.overrides.items():
        if single_image(source) and ("/" not in target or find(target) is None):
            yield Problem(f"overrides.{source}", REFERENCE.message)
        if not single_image(source) and not is_place(target):
            yield Problem(f"overrides.{source}", PLACE.message)


class ImagesOptions(Section):
    """Where the images of pods come from. A workspace has no pods of its own: it counts for `workspacectl images`, for
    pods that a program makes beside it, and for Workbench's `image.server`.
    """

    registry: Optional[Place] = None
    """The site's registry, for a site that pulls from no other. An image has the registry that it comes from as the
    first part of its path there. Default: images stay where they are."""
    overrides: dict[Source, Target] = {}
    """Images that are elsewhere than that, by their source: a registry, a folder, a repository, or one image with its
    tag or digest; the longest one counts. Default: none."""
    digests: dict[ImageName, Digest] = {}
    """Digests of images that are named by a tag alone: they are pulled by these. Default: none."""

    @property
    def map(self) -> ImageMap:
        """The map that these make."""
        return ImageMap(self.registry, self.overrides, self.digests)

    together: ClassVar[tuple[Together, ...]] = (Together(("overrides",), _overrides),)
