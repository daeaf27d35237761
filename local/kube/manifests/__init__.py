"""The documents that the local cluster is filled with, as YAML files, and the two things done with them.

Owns: reading a file of this folder and making what is missing in a cluster. Does not own: which documents are made
when (`local.kube.definitions`, `local.kube.seed`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib import resources

import yaml
from kubernetes.dynamic.exceptions import ConflictError

from local.kube.objects import Object, Objects


def text(name: str) -> str:
    """The text of a file of this folder."""
    return resources.files(__name__).joinpath(name).read_text()


def documents(name: str) -> Iterator[Object]:
    """The objects of a YAML file of this folder."""
    return yaml.safe_load_all(text(name))


def make_missing(objects: Objects, wanted: Iterable[Object], manager: str) -> None:
    """Create what is not there; what is there stays as it is."""
    for document in wanted:
        try:
            objects.create(document, manager)
        except ConflictError:
            continue  # what has become of it is its owners' business
