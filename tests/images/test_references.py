"""A reference to an image is read as docker, containerd and Kubernetes read it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from project_workspace.images.reference import PREFIX, Reference, find, parse

DIGEST = f"sha256:{'0a' * 32}"
LABEL = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True)
HOSTS = st.builds(
    lambda labels, port: ".".join(labels) + port,
    st.lists(LABEL, min_size=2, max_size=3),
    st.sampled_from(["", ":5000", ":80"]),
)
PARTS = st.from_regex(r"[a-z0-9]{1,4}((\.|_|__|-{1,3})[a-z0-9]{1,4}){0,2}", fullmatch=True)
PATHS = st.lists(PARTS, min_size=1, max_size=4).map("/".join)
TAGS = st.none() | st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,10}", fullmatch=True)
DIGESTS = st.none() | st.from_regex(r"sha256:[0-9a-f]{64}", fullmatch=True)
REFERENCES = st.builds(Reference, HOSTS, PATHS, TAGS, DIGESTS)


@pytest.mark.parametrize(
    ("text", "full"),
    [
        ("nginx", Reference("docker.io", "library/nginx")),
        ("mysql:8.0", Reference("docker.io", "library/mysql", "8.0")),
        ("kserve/agent:v0.18.0", Reference("docker.io", "kserve/agent", "v0.18.0")),
        ("docker.io/nginx", Reference("docker.io", "library/nginx")),
        ("index.docker.io/kserve/agent", Reference("docker.io", "kserve/agent")),
        ("docker.io/istio/proxyv2:1.3.1", Reference("docker.io", "istio/proxyv2", "1.3.1")),
        ("gcr.io/a/b:1", Reference("gcr.io", "a/b", "1")),
        ("localhost/a", Reference("localhost", "a")),
        ("localhost:5000/a:1", Reference("localhost:5000", "a", "1")),
        ("172.2.2.6:5000/a/b", Reference("172.2.2.6:5000", "a/b")),
        ("GHCR.IO/a/b", Reference("ghcr.io", "a/b")),
        (f"gcr.io/a/b@{DIGEST}", Reference("gcr.io", "a/b", None, DIGEST)),
        (f"gcr.io/a/b:1@{DIGEST}", Reference("gcr.io", "a/b", "1", DIGEST)),
        ("localhost/a:1", Reference("localhost", "a", "1")),
        ("docker.io/aedev/ae-ui:5.7.1", Reference("docker.io", "aedev/ae-ui", "5.7.1")),
        ("registry.example.com/a/b/c:1", Reference("registry.example.com", "a/b/c", "1")),
        ("registry.example.com:5000/a", Reference("registry.example.com:5000", "a")),
        ("AEDEV/ae-ui", Reference("aedev", "ae-ui")),
        ("node:5000", Reference("docker.io", "library/node", "5000")),
    ],
)
def test_a_reference_is_read_in_full(text: str, full: Reference) -> None:
    assert parse(text) == full


@pytest.mark.parametrize(
    "text",
    [
        "",
        "auto",
        " nginx",
        "nginx ",
        "nginx:",
        "registry.example.com/a:",
        "registry.example.com/A/b",
        "registry.example.com/a@b",
        "nginx@sha256:0a",
        f"nginx@sha512:{'0a' * 64}",
        "a/B:1",
        "/a/b",
        "a//b",
        "gcr.io/",
        "https://gcr.io/a",
        "{{ .Values.image }}",
        "$(IMAGE)",
        "gcr.io/a:b:c",
        "-a/b",
        f"gcr.io/{'a' * 250}",
        f"nginx:{'a' * 129}",
        "[::1]:5000/a",
    ],
)
def test_what_is_no_reference_is_refused_with_an_example(text: str) -> None:
    assert find(text) is None
    with pytest.raises(ValueError, match=r"^Expected a reference to an image, .* for example 'ghcr.io/dexidp/dex"):
        parse(text)


@pytest.mark.parametrize(
    ("prefix", "is_one"),
    [
        ("aedev/", True),
        ("registry.example.com/", True),
        ("registry.example.com:5000/a/b/", True),
        ("registry.example.com/AEDEV/", False),
        ("registry.example.com", False),
        ("a//", False),
        ("/", False),
        ("", False),
    ],
)
def test_what_may_stand_before_a_name_makes_a_reference_of_it(prefix: str, is_one: bool) -> None:
    assert (re.fullmatch(PREFIX, prefix) is not None) == is_one
    assert not is_one or parse(f"{prefix}ae-ui").path.endswith("ae-ui")


def test_a_tag_is_meant_only_where_there_is_neither_tag_nor_digest() -> None:
    assert str(parse("nginx").explicit) == "docker.io/library/nginx:latest"
    assert str(parse("nginx:1").explicit) == "docker.io/library/nginx:1"
    assert str(parse(f"nginx@{DIGEST}").explicit) == f"docker.io/library/nginx@{DIGEST}"
    assert [parse(text).pulled for text in ("nginx", "nginx:1", f"nginx:1@{DIGEST}")] == ["latest", "1", DIGEST]


@given(REFERENCES)
def test_a_reference_that_is_written_out_is_read_again(reference: Reference) -> None:
    assert parse(str(reference)) == reference


@given(PATHS, TAGS)
def test_a_reference_without_a_registry_is_the_one_of_docker_hub(path: str, tag: str | None) -> None:
    text = path + (f":{tag}" if tag else "")
    found = parse(text) if text != "auto" else None
    if found and "." not in path.partition("/")[0]:
        full = path if "/" in path else f"library/{path}"
        assert found == Reference("docker.io", full, tag) == parse(f"docker.io/{full}" + (f":{tag}" if tag else ""))
