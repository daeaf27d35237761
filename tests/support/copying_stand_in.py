"""A stand-in for `crane copy SOURCE TARGET` between two registries of this machine: `python FILE copy SOURCE TARGET`.

It refuses what crane refuses of that: another command, a source that is not there, and what the target does not take.
It notes each call in the file COPIES, if that is set. The real one: `tests/images/test_copying_real.py`.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import httpx

from tests.support.registry_content import INDEXES, MANIFESTS


def main(arguments: list[str]) -> int:
    """The exit code."""
    if noted := os.environ.get("COPIES"):
        with Path(noted).open("a") as file:
            file.write(" ".join(arguments) + "\n")
    if len(arguments) != 3 or arguments[0] != "copy":
        return _failed("unknown command")
    source, target = (_split(each) for each in arguments[1:])
    with httpx.Client(headers={"Accept": ", ".join((*INDEXES, *MANIFESTS))}) as client:
        try:
            _copy(client, source, target)
        except httpx.HTTPStatusError as error:
            return _failed(f"{error.request.method} {error.request.url}: {error.response.text}")
    return 0


def _failed(why: str) -> int:
    sys.stderr.write(f"Error: {why}\n")
    return 1


def _split(reference: str) -> tuple[str, str]:
    """URL of the repository, and tag or digest."""
    host, _, path = reference.partition("/")
    name, separator, digest = path.partition("@")
    name, _, tag = (name, "", digest) if separator else path.rpartition(":")
    return f"http://{host}/v2/{name}", tag


def _copy(client: httpx.Client, source: tuple[str, str], target: tuple[str, str]) -> None:
    """A manifest with all that it names, before it."""
    found = client.get(f"{source[0]}/manifests/{source[1]}").raise_for_status()
    manifest, kind = found.json(), found.headers["Content-Type"]
    if kind in INDEXES:
        for each in manifest["manifests"]:
            _copy(client, (source[0], each["digest"]), (target[0], each["digest"]))
    else:
        for blob in (manifest["config"], *manifest["layers"]):
            content = client.get(f"{source[0]}/blobs/{blob['digest']}").raise_for_status().content
            upload = httpx.URL(client.post(f"{target[0]}/blobs/uploads/").raise_for_status().headers["Location"])
            named = upload.copy_merge_params({"digest": blob["digest"]})
            client.put(named, content=content).raise_for_status()
    where = f"{target[0]}/manifests/{target[1]}"
    client.put(where, content=found.content, headers={"Content-Type": kind}).raise_for_status()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
