"""A reference to a container image: `[registry/]path[:tag][@sha256:...]`.

Owns: how a reference is read, as docker, containerd and Kubernetes read it (docs/facts/images.md, "References"), and
how it is written out in full. Does not own what becomes of it (`image_map.py`). A registry by its IPv6 address is not
taken: a target has it as a folder, whose name takes no brackets.
"""

import re
from dataclasses import dataclass, replace
from typing import Annotated, Optional

from project_workspace.schema.rule import Rule, matches

DOCKER_HUB = "docker.io"
"""The registry of a reference that names none."""
OFFICIAL = "library"
"""The folder of Docker Hub's own images, which a path of one part means."""
DEFAULT_TAG = "latest"
"""The tag of a reference that has neither tag nor digest."""
LONGEST_NAME = 255
"""Characters of registry and path together."""

_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_REGISTRY = rf"{_LABEL}(?:\.{_LABEL})*(?::[0-9]+)?"
_PART = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
PATH = rf"{_PART}(?:/{_PART})*"
PREFIX = rf"(?:{_REGISTRY}|{_PART})/(?:{_PART}/)*"
"""What may stand before an image's name: a registry or a folder of Docker Hub, perhaps folders below."""
_TAG = r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}"
_DIGEST = r"sha256:[0-9a-f]{64}"
_FORM = re.compile(rf"(?P<name>(?:{_REGISTRY}/)?{PATH})(?::(?P<tag>{_TAG}))?(?:@(?P<digest>{_DIGEST}))?")

REFERENCE = Rule(
    "a reference to an image, [registry/]path[:tag][@sha256:...]",
    "ghcr.io/dexidp/dex:v2.45.1",
    lambda value: isinstance(value, str) and find(value) is not None,
)
DIGEST = Rule("a digest of sha256", f"sha256:{'0123456789abcdef' * 4}", matches(_DIGEST))
Digest = Annotated[str, DIGEST]


@dataclass(frozen=True)
class Reference:
    """One reference, in full: nothing is left to a default but the tag. Equal ones name the same."""

    registry: str
    """Host and perhaps port, in lower case, for example `docker.io`."""
    path: str
    """For example `library/nginx`."""
    tag: Optional[str] = None
    digest: Optional[str] = None
    """What is pulled, where there is one; the tag then only tells people."""

    @property
    def name(self) -> str:
        """Registry and path."""
        return f"{self.registry}/{self.path}"

    @property
    def is_one(self) -> bool:
        """Whether it says which image of its repository is meant."""
        return bool(self.tag or self.digest)

    @property
    def explicit(self) -> "Reference":
        """The same with the tag that is meant: the default one where there is neither tag nor digest."""
        return self if self.is_one else replace(self, tag=DEFAULT_TAG)

    @property
    def pulled(self) -> str:
        """What is asked of the registry for its manifest."""
        return self.digest or self.tag or DEFAULT_TAG

    def in_version_of(self, other: "Reference") -> "Reference":
        """The same repository with the tag and digest of another reference."""
        return replace(self, tag=other.tag, digest=other.digest)

    def __str__(self) -> str:
        return self.name + (f":{self.tag}" if self.tag else "") + (f"@{self.digest}" if self.digest else "")


def parse(text: str) -> Reference:
    """The reference that a text is. Raises ValueError with the sentence for people."""
    found = find(text)
    if found is None:
        raise ValueError(REFERENCE.message)
    return found


def find(text: str) -> Reference | None:
    """The reference that a text is; None for a text that is none, for example `auto` or one with a placeholder in it.

    `auto` is what Istio's injector replaces (docs/facts/images.md, "Placeholders").
    """
    form = _FORM.fullmatch(text)
    if form is None or text == "auto":
        return None
    registry, path = split_name(form["name"])
    if not re.fullmatch(PATH, path) or len(f"{registry}/{path}") > LONGEST_NAME:
        return None
    return Reference(registry, path, form["tag"], form["digest"])


def split_name(name: str) -> tuple[str, str]:
    """Registry and path in full. A first part is a registry if it has a dot, a port or a capital, or is `localhost`."""
    first, _, rest = name.partition("/")
    if not (rest and is_registry(first)):
        registry, path = DOCKER_HUB, name
    else:
        registry, path = first.lower(), rest
    if registry == f"index.{DOCKER_HUB}":
        registry = DOCKER_HUB
    return registry, f"{OFFICIAL}/{path}" if registry == DOCKER_HUB and "/" not in path else path


def is_place(value: object) -> bool:
    """Whether a text is a registry, or a folder of one: what can be put before the path of an image."""
    first, slash, folder = value.partition("/") if isinstance(value, str) else ("", "", "")
    return is_registry(first) and (not slash or re.fullmatch(PATH, folder) is not None)


def is_registry(part: str) -> bool:
    """Whether the first part of a name is a registry, and not a folder of Docker Hub."""
    is_host = "." in part or ":" in part or part == "localhost" or part != part.lower()
    return is_host and re.fullmatch(_REGISTRY, part) is not None
