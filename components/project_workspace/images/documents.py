"""The image map, applied to what is rendered: Kubernetes documents, and texts that name images.

Owns: where in a document an image is named. These are the containers and image volumes of pods, wherever a pod's
template stands (a custom resource has them as a Deployment does), and the ConfigMaps, variables and arguments of
`hidden_images.json`, from which a controller makes pods later (docs/facts/images.md, "Images in no image field"). Does
not own the map (`image_map.py`). What is not found so: a name that a controller puts together from several values, as
Istio's injector does with `hub` and `tag`.
"""

import json
import re
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

import pulumi

from project_workspace.images.image_map import ImageMap
from project_workspace.images.reference import find

CONTAINERS = frozenset({"containers", "initContainers", "ephemeralContainers"})
"""The fields of a pod's spec that list containers (Kubernetes API, PodSpec)."""
_HIDDEN: Mapping[str, Any] = json.loads((Path(__file__).parent / "hidden_images.json").read_text())
CONFIG_MAPS: Mapping[str, Collection[str]] = _HIDDEN["configMaps"]
"""Keys whose texts name images, by the ConfigMap's name."""
VARIABLES: Collection[str] = _HIDDEN["variables"]
"""Environment variables that are one image."""
ARGUMENTS: Collection[str] = _HIDDEN["arguments"]
"""Arguments of a program that are followed by one image."""
_WORD = re.compile(r"(?<![A-Za-z0-9._/@:-])[A-Za-z0-9][A-Za-z0-9._/@:-]*[A-Za-z0-9]")
_KUSTOMIZED = re.compile(r"-[a-z0-9]{10}$")
"""What kustomize puts at the end of the name of a ConfigMap that it makes: a hash of its contents."""

Change = Callable[[str], str]


def mapped(images: ImageMap, document: Any) -> Any:
    """The document with every image at its target; the same object where nothing changes. Outputs may be in it."""
    return _Walk(images.mapped_reference).of(document)


def images_in(document: Any) -> list[str]:
    """Every image that the document names, as it is written there; each once."""
    found: dict[str, None] = {}

    def noted(text: str) -> str:
        found.setdefault(text)
        return text

    _Walk(noted).of(document)
    return [each for each in found if find(each)]


def mapped_text(images: ImageMap, text: str, known: Collection[str] = ()) -> str:
    """A text with its images at their targets: each word with a `/` and a tag or digest, and each of `known`.

    `known` are the names of repositories (`Reference.name`), for words without tag and digest, which may mean anything.
    """
    return _each_image(text, known, images.mapped_reference)


def _each_image(text: str, known: Collection[str], change: Change) -> str:
    def one(word: re.Match[str]) -> str:
        found = find(word[0])
        if found is None:
            return word[0]
        is_one = "/" in word[0] and found.is_one
        is_known = found.name in known and ("/" in word[0] or found.is_one)
        return change(word[0]) if is_one or is_known else word[0]

    return _WORD.sub(one, text)


class _Walk:
    """Through a document, with what becomes of each image."""

    def __init__(self, image: Change) -> None:
        self.image = image

    def text(self, text: str) -> str:
        """A text that is one image, or names several."""
        whole = text.strip()
        return text.replace(whole, self.image(whole)) if find(whole) else _each_image(text, (), self.image)

    def of(self, node: Any) -> Any:
        """A part of a document of which nothing is known."""
        if isinstance(node, pulumi.Output):
            return node.apply(self.of)
        if isinstance(node, list):
            return _if_new(node, [self.of(each) for each in node])
        if not isinstance(node, Mapping):
            return node
        if node.get("kind") == "ConfigMap":
            return self._config_map(node)
        return _if_new(node, {key: self._field(key, value) for key, value in node.items()})

    def _field(self, key: str, value: Any) -> Any:
        if key in CONTAINERS:
            return self._each(value, self._container)
        if key == "volumes":
            return self._each(value, lambda volume: self._inside(volume, "image", self._image_volume))
        return value if key in ("metadata", "status") else self.of(value)

    def _container(self, container: Any) -> Any:
        renamed = self._inside(container, "image", self._text(self.image))
        with_arguments = self._inside(renamed, "args", self._arguments)
        return self._inside(with_arguments, "env", lambda env: self._each(env, self._variable))

    def _image_volume(self, source: Any) -> Any:
        return self._inside(source, "reference", self._text(self.image))

    def _arguments(self, given: Any) -> Any:
        if isinstance(given, pulumi.Output):
            return given.apply(self._arguments)
        if not isinstance(given, list):
            return given
        image, before = self._text(self.image), [None, *given]
        return _if_new(
            given, [image(each) if name in ARGUMENTS else each for name, each in zip(before, given, strict=False)]
        )

    def _variable(self, variable: Any) -> Any:
        is_one = isinstance(variable, Mapping) and variable.get("name") in VARIABLES
        return self._inside(variable, "value", self._text(self.image)) if is_one else variable

    def _config_map(self, node: Mapping[str, Any]) -> Any:
        metadata = node.get("metadata")
        name = metadata.get("name") if isinstance(metadata, Mapping) else None
        keys = CONFIG_MAPS.get(name) or CONFIG_MAPS.get(_KUSTOMIZED.sub("", name)) if isinstance(name, str) else ()
        return self._inside(node, "data", lambda data: self._texts(data, keys)) if keys else node

    def _texts(self, data: Any, keys: Collection[str]) -> Any:
        for key in keys:
            data = self._inside(data, key, self._text(self.text))
        return data

    def _each(self, nodes: Any, change: Callable[[Any], Any]) -> Any:
        if isinstance(nodes, pulumi.Output):
            return nodes.apply(lambda known: self._each(known, change))
        return _if_new(nodes, [change(each) for each in nodes]) if isinstance(nodes, list) else nodes

    def _inside(self, node: Any, key: str, change: Callable[[Any], Any]) -> Any:
        """A mapping with one value changed, if it has that."""
        if isinstance(node, pulumi.Output):
            return node.apply(lambda known: self._inside(known, key, change))
        if not isinstance(node, Mapping) or key not in node:
            return node
        return _if_new(node, {**node, key: change(node[key])})

    @staticmethod
    def _text(change: Change) -> Callable[[Any], Any]:
        def one(value: Any) -> Any:
            if isinstance(value, pulumi.Output):
                return value.apply(one)
            return change(value) if isinstance(value, str) else value

        return one


def _if_new(old: Any, new: Any) -> Any:
    """`old` where nothing of it is another object; Outputs cannot be compared by value."""
    pairs = zip(old.values(), new.values(), strict=True) if isinstance(old, Mapping) else zip(old, new, strict=True)
    return old if all(before is after for before, after in pairs) else new
