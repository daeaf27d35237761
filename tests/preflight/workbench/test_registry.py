"""How a registry is asked for images, at a stand-in that refuses what a registry refuses."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from local.ports import free_ports
from project_workspace.remote.errors import CredentialsError, RefusedError, UnreachableError
from tests.preflight.workbench.stand_in_registry import StandInRegistry
from workspacectl.registry import Login, Reference, Registry, login_of, reference


@pytest.fixture
def stand_in() -> Iterator[StandInRegistry]:
    with StandInRegistry(images={"aedev/ae-ui": {"5.7.1", "5.7.0"}}).running() as registry:
        yield registry


def of(stand_in: StandInRegistry, password: str | None = None) -> Registry:
    return Registry(stand_in.host, Login(stand_in.user, password or stand_in.password))


def image(stand_in: StandInRegistry, name: str) -> Reference:
    return reference(f"{stand_in.host}/{name}")


@pytest.mark.parametrize("basic", [False, True])
def test_an_image_is_there_or_not_by_token_or_by_basic(stand_in: StandInRegistry, basic: bool) -> None:
    stand_in.basic = basic
    registry = of(stand_in)
    registry.answers()
    assert registry.has(image(stand_in, "aedev/ae-ui:5.7.1"))
    assert not registry.has(image(stand_in, "aedev/ae-ui:5.6"))
    assert not registry.has(image(stand_in, "aedev/ae-none:5.7.1"))
    assert registry.tags("aedev/ae-ui") == ["5.7.0", "5.7.1"]
    assert registry.tags("aedev/ae-none") == []


def test_nothing_is_downloaded_and_nothing_is_written(stand_in: StandInRegistry) -> None:
    of(stand_in).has(image(stand_in, "aedev/ae-ui:5.7.1"))
    methods = {asked.split()[0] for asked in stand_in.asked if "/manifests/" in asked}
    assert methods == {"HEAD"}


@pytest.mark.parametrize("basic", [False, True])
def test_a_login_that_is_refused_is_told_without_the_password(stand_in: StandInRegistry, basic: bool) -> None:
    stand_in.basic = basic
    with pytest.raises(CredentialsError, match="does not let user 'robot' pull it") as raised:
        of(stand_in, "wrong-1").has(image(stand_in, "aedev/ae-ui:5.7.1"))
    assert "wrong-1" not in str(raised.value)
    with pytest.raises(CredentialsError, match="does not let anybody without a login pull it"):
        Registry(stand_in.host).has(image(stand_in, "aedev/ae-ui:5.7.1"))


def test_what_is_no_registry_and_what_is_not_there_are_told_apart(stand_in: StandInRegistry) -> None:
    stand_in.is_registry = False
    with pytest.raises(RefusedError, match="It is no registry of images"):
        of(stand_in).answers()
    with pytest.raises(UnreachableError, match="Could not ask for the API"):
        Registry(f"127.0.0.1:{free_ports(1)[0]}").answers()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("postgres:16.2", Reference("docker.io", "library/postgres", "16.2")),
        ("aedev/ae-ui:5.7.1", Reference("docker.io", "aedev/ae-ui", "5.7.1")),
        ("aedev/ae-ui", Reference("docker.io", "aedev/ae-ui", "latest")),
        ("registry.example.com/a/b/c:1", Reference("registry.example.com", "a/b/c", "1")),
        ("registry.example.com:5000/a", Reference("registry.example.com:5000", "a", "latest")),
        ("localhost/a:1", Reference("localhost", "a", "1")),
        ("registry.example.com/a:", Reference("registry.example.com", "a", "")),
    ],
)
def test_a_reference_is_read_as_container_runtimes_read_it(text: str, found: Reference) -> None:
    assert reference(text) == found


@pytest.mark.parametrize(
    ("key", "asked", "fits"),
    [
        ("https://index.docker.io/v1/", "aedev/ae-ui", True),
        ("docker.io", "aedev/ae-ui", True),
        ("registry.example.com", "aedev/ae-ui", False),
        ("registry.example.com", "registry.example.com/a", True),
        ("https://registry.example.com/v2/", "registry.example.com/a", True),
        ("registry.example.com/a", "registry.example.com/a/b", True),
        ("registry.example.com/a", "registry.example.com/ab", False),
        ("*.example.com", "registry.example.com/a", True),
        ("registry.example.com", "registry.example.com:5000/a", False),
        ("registry.example.com:5000", "registry.example.com:5000/a", True),
    ],
)
def test_an_entry_of_a_pull_secret_is_for_the_registries_that_kubernetes_takes_it_for(
    key: str, asked: str, fits: bool
) -> None:
    config = json.dumps({"auths": {key: {"username": "robot", "password": "pull-1"}}})
    assert login_of(config, reference(asked)) == (Login("robot", "pull-1") if fits else None)


def test_the_entry_that_is_nearest_counts() -> None:
    near, far = ({"username": name, "password": "p"} for name in ("near", "far"))
    config = json.dumps({"auths": {"registry.example.com": far, "registry.example.com/a": near}})
    assert login_of(config, reference("registry.example.com/a/b")) == Login("near", "p")


@pytest.mark.parametrize(
    ("text", "why"), [("", "Expecting value"), ("[]", "no 'auths'"), ('{"auths": 1}', "no 'auths'")]
)
def test_a_pull_secret_that_is_none_is_said(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        login_of(text, reference("a/b"))


def test_a_login_does_not_show_its_password() -> None:
    assert "pull-1" not in repr(Login("robot", "pull-1"))
