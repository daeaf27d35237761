"""Where a site that keeps its own registry has an image."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from project_workspace.images.image_map import ImageMap
from project_workspace.images.reference import Reference, parse
from tests.images.test_references import HOSTS, PATHS, REFERENCES

DIGEST, OTHER = f"sha256:{'0a' * 32}", f"sha256:{'0b' * 32}"
SITE = "registry.example.com/mirror"
MAP = ImageMap(
    SITE,
    {
        "ghcr.io": "123456789012.dkr.ecr.ap-northeast-2.amazonaws.com/ghcr",
        "docker.io/kserve": "registry.example.com/kserve",
        "ghcr.io/dexidp/dex": "registry.example.com/login/dex",
        "mysql:8.0": "registry.example.com/own/mysql:8.0.42",
        f"quay.io/a/b@{DIGEST}": "registry.example.com/own/b",
    },
)


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("gcr.io/a/b:1", f"{SITE}/gcr.io/a/b:1"),
        ("nginx", f"{SITE}/docker.io/library/nginx"),
        ("docker.io/istio/proxyv2:1.3.1", f"{SITE}/docker.io/istio/proxyv2:1.3.1"),
        (f"gcr.io/a/b@{DIGEST}", f"{SITE}/gcr.io/a/b@{DIGEST}"),
        (f"gcr.io/a/b:1@{DIGEST}", f"{SITE}/gcr.io/a/b:1@{DIGEST}"),
        ("172.2.2.6:5000/a/b:1", f"{SITE}/172.2.2.6_5000/a/b:1"),
        ("ghcr.io/kubeflow/x:1", "123456789012.dkr.ecr.ap-northeast-2.amazonaws.com/ghcr/kubeflow/x:1"),
        ("ghcr.io/dexidp/dex:v2", "registry.example.com/login/dex:v2"),
        ("ghcr.io/dexidp/dexter:v2", "123456789012.dkr.ecr.ap-northeast-2.amazonaws.com/ghcr/dexidp/dexter:v2"),
        ("kserve/agent:v1", "registry.example.com/kserve/agent:v1"),
        ("mysql:8.0", "registry.example.com/own/mysql:8.0.42"),
        (f"mysql:8.0@{DIGEST}", "registry.example.com/own/mysql:8.0.42"),
        ("mysql:5.6", f"{SITE}/docker.io/library/mysql:5.6"),
        (f"quay.io/a/b:1@{DIGEST}", f"registry.example.com/own/b:1@{DIGEST}"),
        (f"quay.io/a/b:1@{OTHER}", f"{SITE}/quay.io/a/b:1@{OTHER}"),
        ("auto", "auto"),
        ("{{ .Values.image }}", "{{ .Values.image }}"),
        ("", ""),
    ],
)
def test_an_image_has_this_target(source: str, target: str) -> None:
    assert MAP.mapped_reference(source) == target
    assert MAP.mapped_reference(target) == target


def test_without_a_registry_only_the_overrides_move() -> None:
    images = ImageMap(overrides={"ghcr.io": "registry.example.com/ghcr"})
    assert images.mapped_reference("ghcr.io/a/b:1") == "registry.example.com/ghcr/a/b:1"
    assert [images.mapped_reference(text) for text in ("nginx", "gcr.io/a/b:1")] == ["nginx", "gcr.io/a/b:1"]
    assert (images.moves, ImageMap().moves) == (True, False)


def test_an_override_may_leave_a_registry_as_it_is() -> None:
    images = ImageMap(SITE, {"public.ecr.aws": "public.ecr.aws"})
    assert images.mapped_reference("public.ecr.aws/a/b:1") == "public.ecr.aws/a/b:1"
    assert images.mapped_reference("nginx:1") == f"{SITE}/docker.io/library/nginx:1"


def test_an_image_whose_digest_is_known_is_pulled_by_it() -> None:
    images = ImageMap(SITE, digests={"nginx": DIGEST, "gcr.io/a/b:1": OTHER})
    assert (
        images.mapped_reference("docker.io/library/nginx:latest") == f"{SITE}/docker.io/library/nginx:latest@{DIGEST}"
    )
    assert images.mapped_reference("gcr.io/a/b:1") == f"{SITE}/gcr.io/a/b:1@{OTHER}"
    assert images.mapped_reference(f"gcr.io/a/b:1@{DIGEST}") == f"{SITE}/gcr.io/a/b:1@{DIGEST}"
    assert ImageMap(digests={"nginx:1": DIGEST}).mapped_reference("nginx:1") == f"docker.io/library/nginx:1@{DIGEST}"


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("docker.io/aedev", f"{SITE}/docker.io/aedev"),
        ("docker.io/aedev/", f"{SITE}/docker.io/aedev"),
        ("aedev", f"{SITE}/docker.io/aedev"),
        ("registry.istio.io/release", f"{SITE}/registry.istio.io/release"),
        ("nvcr.io", f"{SITE}/nvcr.io"),
        ("ghcr.io/a", "123456789012.dkr.ecr.ap-northeast-2.amazonaws.com/ghcr/a"),
        (f"{SITE}/docker.io/aedev", f"{SITE}/docker.io/aedev"),
    ],
)
def test_a_folder_of_images_has_this_target(source: str, target: str) -> None:
    assert MAP.mapped_prefix(source) == target


@given(REFERENCES)
def test_mapping_twice_is_mapping_once_and_tag_and_digest_stay(source: Reference) -> None:
    once = ImageMap(SITE).mapped(source)
    assert ImageMap(SITE).mapped(once) == once
    assert (once.tag, once.digest) == (source.tag, source.digest)
    assert parse(str(once)) == once
    assert str(once).startswith(f"{SITE}/")


@given(REFERENCES, REFERENCES)
def test_no_two_sources_have_one_target(one: Reference, other: Reference) -> None:
    images = ImageMap(SITE)
    if one != other:
        assert images.mapped(one) != images.mapped(other)


@given(HOSTS, PATHS, st.lists(st.tuples(HOSTS, HOSTS), max_size=3))
def test_an_override_of_another_registry_changes_nothing(host: str, path: str, others: list[tuple[str, str]]) -> None:
    overrides = {source: target for source, target in others if host not in (source, target)}
    source = Reference(host, path)
    assert ImageMap(SITE, overrides).mapped(source) == ImageMap(SITE).mapped(source)
