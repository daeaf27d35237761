"""Small images, as a registry keeps them: what they are made of, and what names them.

Owns: those, and the media types. Does not own a registry (`registry.py`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

OCI_INDEX = "application/vnd.oci.image.index.v1+json"
OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json"
DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
INDEXES, MANIFESTS = (OCI_INDEX, DOCKER_LIST), (OCI_MANIFEST, DOCKER_MANIFEST)


def digest_of(content: bytes) -> str:
    """The digest that names this content."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


@dataclass
class Repository:
    """One repository."""

    blobs: dict[str, bytes] = field(default_factory=dict[str, bytes])
    manifests: dict[str, tuple[str, bytes]] = field(default_factory=dict[str, tuple[str, bytes]])
    """Media type and content, by digest."""
    tags: dict[str, str] = field(default_factory=dict[str, str])

    def put(self, tag: str, content: str, platforms: int = 1) -> str:
        """Keep a small image, an index of so many platforms if there are several; answers its digest."""
        images = [image(f"{content}:{tag}:{number}") for number in range(platforms)]
        for each in images:
            self.blobs |= each.blobs
            self.manifests[each.digest] = (OCI_MANIFEST, each.manifest)
        kind, top = (OCI_MANIFEST, images[0].manifest) if platforms == 1 else (OCI_INDEX, index(images))
        self.manifests[digest_of(top)] = (kind, top)
        self.tags[tag] = digest_of(top)
        return digest_of(top)


@dataclass(frozen=True)
class Image:
    """A small image that no one runs."""

    manifest: bytes
    blobs: Mapping[str, bytes]

    @property
    def digest(self) -> str:
        """What names it."""
        return digest_of(self.manifest)


def image(content: str) -> Image:
    """An image with one layer of this content."""
    layer = content.encode()
    config = json.dumps({"architecture": "amd64", "os": "linux", "rootfs": {"type": "layers", "diff_ids": []}}).encode()
    manifest = {
        "schemaVersion": 2,
        "mediaType": OCI_MANIFEST,
        "config": _descriptor("application/vnd.oci.image.config.v1+json", config),
        "layers": [_descriptor("application/vnd.oci.image.layer.v1.tar", layer)],
    }
    return Image(json.dumps(manifest).encode(), {digest_of(each): each for each in (config, layer)})


def index(images: list[Image]) -> bytes:
    """The index of these images, each as that of another platform."""
    platforms = [
        {**_descriptor(OCI_MANIFEST, each.manifest), "platform": {"os": "linux", "architecture": f"arch{number}"}}
        for number, each in enumerate(images)
    ]
    return json.dumps({"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": platforms}).encode()


def _descriptor(kind: str, content: bytes) -> dict[str, Any]:
    return {"mediaType": kind, "digest": digest_of(content), "size": len(content)}
