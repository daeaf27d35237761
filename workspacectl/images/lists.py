"""The images of each profile, as data (`lists/NAME.json`, with source and date), and what a person's own file adds.

Owns: their form, and what a line of a file means: a list of references as installers and Kubeflow write it, or rendered
Kubernetes documents. Does not own which list counts, nor any target.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

from project_workspace.images.documents import images_in
from project_workspace.images.reference import Reference, find
from workspacectl.failures import ToolError

YAML_ENDINGS = (".yaml", ".yml")


@dataclass(frozen=True)
class Image:
    """One image of a list."""

    source: Reference
    use: str = ""
    """What it is for, or where it hides: in a ConfigMap, a variable."""
    when: str = ""
    """What a stack must have for it to be needed; empty: always."""

    @property
    def is_one(self) -> bool:
        """Whether it is known which one is meant. A list may leave the version to the site."""
        return self.source.is_one


@dataclass(frozen=True)
class ImageList:
    """The images of one profile."""

    name: str
    source: str
    """From where they are."""
    date: str
    rest: str
    """What the list lacks, and how to have it; empty when it is complete."""
    images: tuple[Image, ...]


def _read(path: Path) -> ImageList:
    found = json.loads(path.read_text())
    images = [
        Image(_reference(each["image"], path), each.get("use", ""), each.get("when", "")) for each in found["images"]
    ]
    return ImageList(path.stem, found["source"], found["date"], found["rest"], tuple(images))


def _reference(text: str, path: Path) -> Reference:
    found = find(text.strip())
    if found is None:
        raise ToolError(f"{path}: Expected a reference to an image, for example 'ghcr.io/dexidp/dex:v2.45.1'.")
    return found


LISTS: dict[str, ImageList] = {
    path.stem: _read(path) for path in sorted((Path(__file__).parent / "lists").glob("*.json"))
}
"""By the name of the profile, which is that of `workspacectl preflight`."""


def of_file(path: Path) -> list[Image]:
    """The images that a file names: a reference a line, or Kubernetes documents. Raises `ToolError`.

    Spaces, empty lines and comments say nothing, and a second time says no more than the first.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ToolError(
            f"--list: Expected a file that can be read, for example 'images.txt'; {path}: {error}."
        ) from None
    named = _of_documents(text, path) if path.suffix in YAML_ENDINGS else _of_lines(text, path)
    return [Image(reference, str(path.name)) for reference in dict.fromkeys(named)]


def _of_documents(text: str, path: Path) -> Iterator[Reference]:
    try:
        documents = list(yaml.safe_load_all(text))
    except yaml.YAMLError as error:
        raise ToolError(f"--list: Expected Kubernetes documents; {path}: {error}".replace("\n", " ")) from None
    return (_reference(each, path) for each in images_in(documents))


def _of_lines(text: str, path: Path) -> Iterator[Reference]:
    wrong: list[str] = []
    for number, line in enumerate(text.splitlines(), start=1):
        given = line.partition("#")[0].strip()
        found = find(given)
        if found:
            yield found
        elif given:
            wrong.append(str(number))
    if wrong:
        raise ToolError(
            f"--list: Expected a reference a line, for example 'ghcr.io/dexidp/dex:v2.45.1'; {path} has none in line "
            f"{', '.join(wrong)}."
        )


def together(listed: Iterable[Image], added: Iterable[Image]) -> list[Image]:
    """A list and what a file adds, each image once.

    A list's image without a version gets that of the file's of the same repository; the vendor's own manifest may name
    it without its folder, `ae-ui:5.7.1` for `docker.io/aedev/ae-ui`.
    """
    given, images = list(added), list(listed)
    filled: list[Image] = []
    for image in images:
        versions = [] if image.is_one else [each for each in given if _is_version_of(image, each)]
        given = [each for each in given if each not in versions]
        filled += [replace(image, source=image.source.in_version_of(each.source)) for each in versions] or [image]
    found: dict[Reference, Image] = {}
    for image in (*filled, *given):
        found.setdefault(image.source, image)
    return list(found.values())


def _is_version_of(image: Image, given: Image) -> bool:
    is_short = given.source.name == f"docker.io/library/{image.source.path.rpartition('/')[2]}"
    return given.is_one and (given.source.name == image.source.name or is_short)
