"""What registries say: whether an image is at its target, and whether it is the source's.

Owns: the question for a digest, and the states. Does not own the registry's API (`workspacectl.registries.client`),
nor any copy. A registry is asked as the person who runs the command: with docker's logins, which crane and skopeo read
too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache

from project_workspace.images.reference import Reference
from project_workspace.remote.errors import RemoteError
from workspacectl.images.needed import Needed
from workspacectl.registries.client import Registry
from workspacectl.registries.logins import DockerLogins

AT_ONCE = 8
"""How many images are asked for at the same time."""


class State(StrEnum):
    """Of an image at its target."""

    THERE = "there"
    MISSING = "missing"
    OTHER = "another digest"
    VERSION = "no version"
    """The list does not say which is needed."""
    UNKNOWN = "could not ask"


@dataclass(frozen=True)
class Seen:
    """What is known of one image."""

    needed: Needed
    state: State
    digest: str = ""
    """That of the target; empty where it has none."""
    why: str = ""
    """What could not be asked, or what was expected."""


class Registries:
    """All registries that are asked, each with its login."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        """`environment` says where docker's logins are."""
        self._logins = DockerLogins(environment)
        self._of = cache(Registry)

    def digest(self, reference: Reference) -> str | None:
        """The digest of what a reference names; None where there is nothing. Raises `RemoteError`."""
        return self._of(reference.registry, self._logins.of(reference)).digest(reference)


def look(images: Iterable[Needed], registries: Registries, say: Callable[[str], None]) -> list[Seen]:
    """How each is at its target, side by side."""
    wanted = list(images)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        found: list[Seen] = []
        for number, seen in enumerate(pool.map(lambda each: of_one(each, registries), wanted), start=1):
            say(f"{number} of {len(wanted)}: {seen.needed.target}")
            found.append(seen)
    return found


def of_one(image: Needed, registries: Registries) -> Seen:
    """How one is at its target: there, if it is what its digest says, or the source's own where that can be asked."""
    if not image.image.is_one:
        return Seen(image, State.VERSION, why="give it by --list")
    try:
        there = registries.digest(replace(image.pushed, digest=None))
    except RemoteError as error:
        return Seen(image, State.UNKNOWN, why=str(error))
    expected = image.source.digest or _of_source(image, registries)
    if there is None:
        return Seen(image, State.MISSING, why=f"expected {expected}" if expected else "")
    if expected and there != expected:
        return Seen(image, State.OTHER, there, f"expected {expected}")
    return Seen(image, State.THERE, there, "" if expected else "the source cannot be asked whether it is the same")


def _of_source(image: Needed, registries: Registries) -> str | None:
    """None where it cannot be asked: a site without the internet has the target alone."""
    try:
        return registries.digest(image.source)
    except RemoteError:
        return None
