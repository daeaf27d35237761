"""The stand-in registry answers and refuses as the real one: the same questions to both.

The real one is built from its Go module (local/tools/registry), which takes longer than `make test` shall: `thorough`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.support.registry import OCI_INDEX, OCI_MANIFEST, digest_of, image, index, registry_serving
from tests.support.registry_binary import real_registry

NOTHING = digest_of(b"nothing that is there")


@contextmanager
def _stand_in(_: Path) -> Generator[str]:
    with registry_serving() as registry:
        yield registry.url


@pytest.fixture(params=["stand-in", pytest.param("real", marks=pytest.mark.thorough)])
def api(request: pytest.FixtureRequest, tmp_path: Path) -> Generator[httpx.Client]:
    """A client of an empty registry."""
    serving = {"stand-in": _stand_in, "real": real_registry}[request.param]
    with serving(tmp_path) as url, httpx.Client(base_url=url) as client:
        yield client


def code(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of a refusal."""
    return answer.status_code, answer.json()["errors"][0]["code"] if answer.content else ""


def upload(api: httpx.Client, name: str, content: bytes, digest: str | None = None) -> httpx.Response:
    """One blob, in one piece."""
    where = httpx.URL(api.post(f"/v2/{name}/blobs/uploads/").headers["Location"])
    named = {} if digest == "" else {"digest": digest or digest_of(content)}
    return api.put(where.copy_merge_params(named), content=content)


def put(api: httpx.Client, name: str, reference: str, content: bytes, kind: str = OCI_MANIFEST) -> httpx.Response:
    """One manifest."""
    return api.put(f"/v2/{name}/manifests/{reference}", content=content, headers={"Content-Type": kind})


def pushed(api: httpx.Client, name: str, content: str = "layer") -> bytes:
    """The manifest of an image that is there, by its digest."""
    made = image(content)
    assert {upload(api, name, blob).status_code for blob in made.blobs.values()} == {201}
    assert put(api, name, made.digest, made.manifest).status_code == 201
    return made.manifest


def test_a_pushed_image_is_there_under_its_tag_and_its_digest(api: httpx.Client) -> None:
    manifest = pushed(api, "team/app")
    assert put(api, "team/app", "1.0", manifest).headers["Docker-Content-Digest"] == digest_of(manifest)
    for reference in ("1.0", digest_of(manifest)):
        there = api.head(f"/v2/team/app/manifests/{reference}", headers={"Accept": OCI_MANIFEST})
        assert (there.status_code, there.headers["Docker-Content-Digest"]) == (200, digest_of(manifest))
        found = api.get(f"/v2/team/app/manifests/{reference}", headers={"Accept": f"text/plain, {OCI_MANIFEST}"})
        assert (found.content, found.headers["Content-Type"]) == (manifest, OCI_MANIFEST)
    assert api.get("/v2/team/app/tags/list").json() == {"name": "team/app", "tags": ["1.0"]}


def test_an_index_keeps_the_digest_of_all_platforms(api: httpx.Client) -> None:
    pushed(api, "team/app", "one")
    pushed(api, "team/app", "two")
    both = index([image("one"), image("two")])
    assert put(api, "team/app", "1.0", both, OCI_INDEX).status_code == 201
    found = api.get("/v2/team/app/manifests/1.0", headers={"Accept": OCI_INDEX})
    assert (found.headers["Content-Type"], hashlib.sha256(found.content).hexdigest()) == (
        OCI_INDEX,
        digest_of(both).removeprefix("sha256:"),
    )


def test_a_blob_of_another_repository_is_mounted(api: httpx.Client) -> None:
    pushed(api, "team/app")
    blob = next(iter(image("layer").blobs))
    mounted = api.post("/v2/other/app/blobs/uploads/", params={"mount": blob, "from": "team/app"})
    assert (mounted.status_code, api.head(f"/v2/other/app/blobs/{blob}").status_code) == (201, 200)


def test_an_upload_without_a_digest_or_with_another_ones_is_refused(api: httpx.Client) -> None:
    assert upload(api, "team/app", b"content").status_code == 201
    assert code(upload(api, "team/app", b"content", ""))[0] == 400
    assert code(upload(api, "team/app", b"content", NOTHING)) == (400, "DIGEST_INVALID")


def test_an_upload_at_another_address_than_the_one_that_was_given_is_refused(api: httpx.Client) -> None:
    where = httpx.URL(api.post("/v2/team/app/blobs/uploads/").headers["Location"])
    content, digest = b"content", digest_of(b"content")
    without = where.copy_remove_param("_state").copy_merge_params({"digest": digest})
    assert code(api.put(without, content=content))[0] == 404
    assert api.put(where.copy_merge_params({"digest": digest}), content=content).status_code == 201


def test_a_manifest_whose_blobs_are_not_there_is_refused(api: httpx.Client) -> None:
    made = image("never pushed")
    assert code(put(api, "team/app", "1.0", made.manifest)) == (400, "MANIFEST_BLOB_UNKNOWN")


def test_an_index_whose_images_are_not_there_is_refused(api: httpx.Client) -> None:
    assert code(put(api, "team/app", "1.0", index([image("never pushed")]), OCI_INDEX)) == (
        400,
        "MANIFEST_BLOB_UNKNOWN",
    )


def test_what_is_no_manifest_or_of_another_media_type_is_refused(api: httpx.Client) -> None:
    manifest = pushed(api, "team/app")
    assert code(put(api, "team/app", "1.0", b"{"))[0] == 400
    assert code(put(api, "team/app", "1.0", manifest, "text/plain")) == (400, "MANIFEST_INVALID")
    other = json.dumps({**json.loads(manifest), "mediaType": "text/plain"}).encode()
    assert code(put(api, "team/app", "1.0", other)) == (400, "MANIFEST_INVALID")


def test_a_manifest_under_another_ones_digest_is_refused(api: httpx.Client) -> None:
    assert code(put(api, "team/app", NOTHING, pushed(api, "team/app"))) == (400, "DIGEST_INVALID")


def test_what_is_not_there_is_said_so(api: httpx.Client) -> None:
    pushed(api, "team/app")
    assert api.get("/v2/").status_code == 200
    assert api.head("/v2/team/app/manifests/2.0").status_code == 404
    assert code(api.get("/v2/team/app/manifests/2.0")) == (404, "MANIFEST_UNKNOWN")
    assert code(api.get(f"/v2/team/app/blobs/{NOTHING}")) == (404, "BLOB_UNKNOWN")
    assert code(api.get("/v2/team/nothing/tags/list")) == (404, "NAME_UNKNOWN")
    assert code(api.put("/v2/team/app/blobs/uploads/nothing", params={"digest": NOTHING}))[0] == 404


def test_a_manifest_is_given_to_who_names_its_type_and_an_index_to_everybody(api: httpx.Client) -> None:
    manifest = pushed(api, "team/app", "one")
    put(api, "team/app", "1.0", index([image("one")]), OCI_INDEX)
    assert api.head("/v2/team/app/manifests/1.0", headers={"Accept": "*/*"}).status_code == 200
    of_one = f"/v2/team/app/manifests/{digest_of(manifest)}"
    assert api.head(of_one, headers={"Accept": f"{OCI_INDEX},{OCI_MANIFEST}"}).status_code == 200
    assert code(api.get(of_one, headers={"Accept": "*/*"})) == (404, "MANIFEST_UNKNOWN")
    assert code(api.get(of_one, headers={"Accept": OCI_INDEX})) == (404, "MANIFEST_UNKNOWN")
