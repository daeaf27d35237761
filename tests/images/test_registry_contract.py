"""The stand-in registry answers and refuses as the real one: the same questions to both.

The real one is built from its Go module (local/tools/registry), which takes longer than `make test` shall: `thorough`.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import httpx
import pytest

from tests.preflight.workbench import certificates
from tests.support.registry import Registry, registry_serving
from tests.support.registry_access import SERVICE, Access
from tests.support.registry_binary import LOGIN, htpasswd, real_registry
from tests.support.registry_content import OCI_INDEX, OCI_MANIFEST, digest_of, image, index

NOTHING = digest_of(b"nothing that is there")
Serving = Callable[[Path, str], AbstractContextManager[str]]
"""An empty registry in a folder, that is `open`, or closed by `basic` or `token`; answers its URL."""


@contextmanager
def _stand_in(_: Path, access: str) -> Generator[str]:
    users: dict[str, str] = {} if access == "open" else {LOGIN[0]: LOGIN[1]}
    with registry_serving(Registry(Access(users, basic=access == "basic"))) as registry:
        yield registry.url


def _real(folder: Path, access: str) -> AbstractContextManager[str]:
    (folder / "roots.pem").write_text(certificates.root().pem)
    of_tokens = {"realm": "http://127.0.0.1:1/token", "service": SERVICE, "issuer": "nobody"}
    auth = {
        "open": {},
        "basic": htpasswd(folder, SERVICE),
        "token": {"token": {**of_tokens, "rootcertbundle": str(folder / "roots.pem")}},
    }
    return real_registry(folder, auth[access])


@pytest.fixture(params=["stand-in", pytest.param("real", marks=pytest.mark.thorough)])
def serving(request: pytest.FixtureRequest) -> Serving:
    """How the one and the other are served."""
    return {"stand-in": _stand_in, "real": _real}[request.param]


@pytest.fixture
def api(serving: Serving, tmp_path: Path) -> Generator[httpx.Client]:
    """A client of an empty registry that is open to all."""
    with serving(tmp_path, "open") as url, httpx.Client(base_url=url) as client:
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


def test_a_registry_that_takes_passwords_refuses_whoever_has_none(serving: Serving, tmp_path: Path) -> None:
    with serving(tmp_path, "basic") as url, httpx.Client(base_url=url) as api:
        for auth in (None, ("robot", "wrong-1"), ("nobody", "pull-1")):
            for method, path in (("GET", ""), ("HEAD", "team/app/manifests/1"), ("POST", "team/app/blobs/uploads/")):
                refused = api.request(method, f"/v2/{path}", auth=auth)
                assert code(refused) == (401, "" if method == "HEAD" else "UNAUTHORIZED")
                assert refused.headers["WWW-Authenticate"] == f'Basic realm="{SERVICE}"'
        assert api.get("/v2/", auth=LOGIN).status_code == 200
        assert api.get("/v2/team/app/manifests/1", auth=LOGIN).status_code == 404
        assert api.post("/v2/team/app/blobs/uploads/", auth=LOGIN).status_code == 202


def challenge(answer: httpx.Response) -> dict[str, str]:
    """What a refusal asks for, its actions in order; without the server of the tokens, which is another's."""
    kind, _, rest = answer.headers["WWW-Authenticate"].partition(" ")
    assert kind == "Bearer"
    found = dict(re.findall(r'(\w+)="([^"]*)"', rest))
    assert httpx.URL(found.pop("realm")).path == "/token"
    name, separator, actions = found.pop("scope", "").rpartition(":")
    return {**found, **({"scope": f"{name}:{','.join(sorted(actions.split(',')))}"} if separator else {})}


def test_a_registry_that_takes_tokens_says_for_what_one_is_needed(serving: Serving, tmp_path: Path) -> None:
    with serving(tmp_path, "token") as url, httpx.Client(base_url=url) as api:
        asked = {
            "of the API": api.get("/v2/"),
            "to pull": api.head("/v2/team/app/manifests/1"),
            "to list": api.get("/v2/team/app/tags/list"),
            "to push": api.post("/v2/team/app/blobs/uploads/"),
            "with another": api.get("/v2/team/app/manifests/1", headers={"Authorization": "Bearer of-nobody"}),
        }
        assert {answer.status_code for answer in asked.values()} == {401}
        of_app = "repository:team/app:"
        assert {what: challenge(answer) for what, answer in asked.items()} == {
            "of the API": {"service": SERVICE},
            "to pull": {"service": SERVICE, "scope": f"{of_app}pull"},
            "to list": {"service": SERVICE, "scope": f"{of_app}pull"},
            "to push": {"service": SERVICE, "scope": f"{of_app}pull,push"},
            "with another": {"service": SERVICE, "scope": f"{of_app}pull", "error": "invalid_token"},
        }
