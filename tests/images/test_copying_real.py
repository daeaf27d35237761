"""The same with what sites have: the registry of distribution, and crane, each built from its Go module."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from local.toolchain import ensure
from tests.images.conftest import Command
from tests.support.registry_binary import LOGIN, htpasswd, real_registry
from tests.support.registry_content import OCI_INDEX, OCI_MANIFEST, digest_of, image, index

pytestmark = pytest.mark.thorough

PLATFORMS = [image(f"layer of platform {number}") for number in range(2)]
ALL = index(PLATFORMS)


@pytest.fixture
def hosts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, str]]:
    """Two registries, the first with an image of two platforms, and crane on the PATH."""
    crane = ensure(["crane"])["crane"]
    monkeypatch.setenv("PATH", f"{crane.parent}:/usr/bin:/bin")
    with real_registry(tmp_path) as upstream, real_registry(tmp_path) as own:
        _push(upstream)
        yield upstream.removeprefix("http://"), own.removeprefix("http://")


def _push(url: str, auth: tuple[str, str] | None = None) -> None:
    with httpx.Client(base_url=f"{url}/v2/team/app", auth=auth) as api:
        for each in PLATFORMS:
            for digest, blob in each.blobs.items():
                where = httpx.URL(api.post("/blobs/uploads/").raise_for_status().headers["Location"])
                api.put(where.copy_merge_params({"digest": digest}), content=blob).raise_for_status()
            _put(api, each.digest, each.manifest, OCI_MANIFEST)
        _put(api, "1.0", ALL, OCI_INDEX)


def _put(api: httpx.Client, reference: str, content: bytes, kind: str) -> None:
    headers = {"Content-Type": kind}
    api.put(f"/manifests/{reference}", content=content, headers=headers).raise_for_status()


def _crane(*arguments: str) -> str:
    return subprocess.run(["crane", *arguments], check=True, capture_output=True, text=True).stdout.strip()


@pytest.mark.parametrize("by", ["tag", "digest", "tag and digest"])
def test_an_image_of_all_platforms_is_copied_with_its_digest_and_once(
    images: Command, hosts: tuple[str, str], by: str
) -> None:
    upstream, own = hosts
    digest = digest_of(ALL)
    suffix = {"tag": ":1.0", "digest": f"@{digest}", "tag and digest": f":1.0@{digest}"}[by]
    tag = f"digest-{digest.partition(':')[2][:12]}" if by == "digest" else "1.0"
    target = f"{own}/{upstream.replace(':', '_')}/team/app"
    options = ["--profile", "empty", "--registry", own, "--list", str(images.listing(f"{upstream}/team/app{suffix}"))]
    assert images.run(*options, "--check").exit_code == 1

    first = images.run(*options, "--copy", "crane", "--run", "--json")
    (row,) = json.loads(first.stdout)
    assert (first.exit_code, first.stderr) == (0, "1 of 1 images were copied.\n")
    assert (row["state"], row["digest"]) == ("there", digest)

    assert _crane("digest", f"{target}:{tag}") == _crane("digest", f"{upstream}/team/app:1.0") == digest
    assert json.loads(_crane("manifest", f"{target}@{digest}")) == json.loads(ALL)
    for each in PLATFORMS:
        assert _crane("manifest", f"{target}@{each.digest}").encode() == each.manifest
    assert _crane("ls", target) == tag

    second = images.run(*options, "--copy", "crane", "--run", "--json")
    assert (second.exit_code, second.stderr) == (0, "0 of 1 images were copied.\n")
    assert images.run(*options, "--check").exit_code == 0


def test_what_another_has_pushed_under_the_tag_is_seen_and_put_right(images: Command, hosts: tuple[str, str]) -> None:
    upstream, own = hosts
    target = f"{own}/{upstream.replace(':', '_')}/team/app:1.0"
    _crane("copy", "--platform", "linux/arch1", f"{upstream}/team/app:1.0", target)
    options = ["--profile", "empty", "--registry", own, "--list", str(images.listing(f"{upstream}/team/app:1.0"))]
    asked = images.run(*options, "--check", "--json")
    assert (asked.exit_code, json.loads(asked.stdout)[0]["state"]) == (1, "another digest")
    assert images.run(*options, "--copy", "crane", "--run").exit_code == 0
    assert _crane("digest", target) == digest_of(ALL)


def test_crane_and_the_check_get_their_login_of_the_same_credential_helper(
    images: Command, hosts: tuple[str, str], tmp_path: Path, on_path: Callable[[str, str], Path]
) -> None:
    _, own = hosts
    kept = json.dumps({"ServerURL": "", "Username": LOGIN[0], "Secret": LOGIN[1]})
    with real_registry(tmp_path, htpasswd(tmp_path, "of-a-test")) as closed:
        _push(closed, LOGIN)
        host = closed.removeprefix("http://")
        options = ["--profile", "empty", "--registry", own, "--list", str(images.listing(f"{host}/team/app:1.0"))]
        run = [*options, "--copy", "crane", "--run", "--json"]
        (without,) = json.loads(images.run(*run).stdout)
        assert (without["state"], "UNAUTHORIZED" in without["why"]) == ("missing", True)
        (images.folder / "config.json").write_text(json.dumps({"credHelpers": {host: "site"}}))
        on_path("docker-credential-site", f"#!/bin/sh\ncat > {tmp_path}/asked\nprintf '%s' '{kept}'\n")
        copied = images.run(*run)
        assert (copied.exit_code, json.loads(copied.stdout)[0]["digest"]) == (0, digest_of(ALL))
        assert (tmp_path / "asked").read_text() == host
        assert LOGIN[1] not in copied.output
