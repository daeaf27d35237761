"""The image map: where a site that keeps its own registry has an image.

Owns: that one rule. A target keeps the source's registry as the first part of its path, so that no two sources meet in
one place and a target tells its source: `gcr.io/a/b:1` -> `registry.example.com/gcr.io/a/b:1`. Overrides go before, for
registries that give the first part another name (a pull-through cache of ECR) and for images of the site's own. Tag and
digest stay, and the digest decides what is pulled. Does not own how a reference is read (`reference.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Optional

from project_workspace.images.reference import DOCKER_HUB, Reference, find, is_registry, parse, split_name


@dataclass(frozen=True)
class ImageMap:
    """One site's map; without a registry and overrides every image stays where it is."""

    registry: Optional[str] = None
    """Host, perhaps with port and folder: `registry.example.com/mirror`."""
    overrides: Mapping[str, str] = field(default_factory=dict[str, str])
    """By source: a registry, a folder, a repository, or one image with its tag or digest. The longest one counts."""
    digests: Mapping[str, str] = field(default_factory=dict[str, str])
    """Digests of images that are named by tag alone, by their references."""

    @property
    def moves(self) -> bool:
        """Whether any image is elsewhere than its reference says."""
        return bool(self.registry or self.overrides or self.digests)

    def mapped(self, source: Reference) -> Reference:
        """The target of a source. What is a target already stays, so that mapping twice is mapping once."""
        pinned = self._pinned(source)
        if self._is_a_target(pinned.name):
            return pinned
        own = self._of_its_own(pinned)
        return self._pinned(own or _renamed(pinned, self._target_of(pinned.name)))

    def mapped_reference(self, text: str) -> str:
        """The same for a text. One that is no reference (a placeholder, or nothing) stays as it is."""
        source = find(text)
        target = source and self.mapped(source)
        return text if target == source else str(target)

    def mapped_prefix(self, text: str) -> str:
        """The target of a registry or a folder, as charts want it: `docker.io/aedev`."""
        name = _in_full(text.rstrip("/"), folder=True)
        return text if self._is_a_target(name) else self._target_of(name)

    def _pinned(self, reference: Reference) -> Reference:
        return replace(reference, digest=reference.digest or self._known.get(reference.explicit))

    def _of_its_own(self, source: Reference) -> Reference | None:
        """The target that an override gives this very image, by its digest or by its tag."""
        by_tag = replace(source, digest=None).explicit
        target = self._single.get(replace(source, tag=None)) or self._single.get(by_tag)
        if target is None:
            return None
        # Of another version than the source's the digest says nothing.
        kept = source.digest if target.tag in (None, by_tag.tag) else None
        return replace(target, tag=target.tag or source.tag, digest=target.digest or kept)

    def _target_of(self, name: str) -> str:
        """By the longest override that begins the name, else by the site's registry."""
        begin = max((each for each in self._folders if _begins(each, name)), key=len, default=None)
        if begin is not None:
            return self._folders[begin] + name[len(begin) :]
        return f"{self.registry.rstrip('/')}/{_as_folder(name)}" if self.registry else name

    def _is_a_target(self, name: str) -> bool:
        return any(_begins(place, name) for place in self._places)

    @cached_property
    def _places(self) -> frozenset[str]:
        """Where targets are, each in full."""
        folders = (_in_full(each, folder=True) for each in (self.registry, *self._folders.values()) if each)
        return frozenset([*folders, *(each.name for each in self._single.values())])

    @cached_property
    def _single(self) -> Mapping[Reference, Reference]:
        """The overrides of one image."""
        given = ((single_image(source), target) for source, target in self.overrides.items())
        # An image that is named by tag and digest is known by its digest.
        return {replace(each, tag=None) if each.digest else each: parse(target) for each, target in given if each}

    @cached_property
    def _folders(self) -> Mapping[str, str]:
        """The overrides of more than one image, each source in full."""
        wide = {source: target for source, target in self.overrides.items() if not single_image(source)}
        return {_in_full(source): target.rstrip("/") for source, target in wide.items()}

    @cached_property
    def _known(self) -> Mapping[Reference, str]:
        return {parse(text).explicit: digest for text, digest in self.digests.items()}


def single_image(source: str) -> Reference | None:
    """The one image that the source of an override names; None where it names a registry, a folder or a repository."""
    found = None if "/" not in source and is_registry(source) else find(source)
    return found if found and found.is_one else None


def _in_full(name: str, *, folder: bool = False) -> str:
    """A registry, folder or repository in full: with its registry as it is written, else that of Docker Hub."""
    first, _, rest = name.partition("/")
    if is_registry(first):
        return f"{first.lower()}/{rest}".rstrip("/")
    return f"{DOCKER_HUB}/{name}" if folder else "/".join(split_name(name))


def _as_folder(name: str) -> str:
    """A name as a path; of the colon before a port becomes a `_`, which no host has."""
    registry, _, path = name.partition("/")
    return f"{registry.replace(':', '_')}/{path}".rstrip("/")


def _begins(prefix: str, name: str) -> bool:
    return name == prefix or name.startswith(f"{prefix}/")


def _renamed(source: Reference, name: str) -> Reference:
    registry, path = split_name(name)
    return Reference(registry, path, source.tag, source.digest)
