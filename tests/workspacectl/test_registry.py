"""How a registry is asked for images, at a stand-in that refuses what a registry refuses."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from local.ports import free_ports
from project_workspace.images.reference import Reference, parse
from project_workspace.remote.errors import CredentialsError, RefusedError, UnreachableError
from tests.support.registry import Registry as StandIn
from tests.support.registry import registry_serving
from tests.support.registry_access import Access
from workspacectl.registries.client import Registry
from workspacectl.registries.logins import Login


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    with registry_serving(StandIn(Access({"robot": "pull-1"}))) as registry:
        registry.put("aedev/ae-ui", "5.7.1")
        registry.put("aedev/ae-ui", "5.7.0", platforms=2)
        yield registry


def of(stand_in: StandIn, password: str = "pull-1") -> Registry:
    return Registry(stand_in.host, Login("robot", password))


def image(stand_in: StandIn, name: str) -> Reference:
    return parse(f"{stand_in.host}/{name}")


@pytest.mark.parametrize("basic", [False, True])
def test_an_image_is_there_or_not_by_token_or_by_basic(stand_in: StandIn, basic: bool) -> None:
    stand_in.access.basic = basic
    registry = of(stand_in)
    registry.answers()
    assert registry.has(image(stand_in, "aedev/ae-ui:5.7.1"))
    assert registry.has(image(stand_in, "aedev/ae-ui:5.7.0"))
    assert not registry.has(image(stand_in, "aedev/ae-ui:5.6"))
    assert not registry.has(image(stand_in, "aedev/ae-none:5.7.1"))
    assert registry.tags("aedev/ae-ui") == ["5.7.0", "5.7.1"]
    assert registry.tags("aedev/ae-none") == []


def test_an_image_is_asked_for_by_its_digest_or_its_tag_or_as_the_latest(stand_in: StandIn) -> None:
    digest = stand_in.put("aedev/ae-ui", "latest", content="another")
    one = stand_in.repositories["aedev/ae-ui"].tags["5.7.1"]
    asked = {f"aedev/ae-ui:5.6@{one}": one, "aedev/ae-ui:5.7.1": one, "aedev/ae-ui": digest, "aedev/ae-ui:5.6": None}
    assert {name: of(stand_in).digest(image(stand_in, name)) for name in asked} == asked
    stand_in.names_digests = False
    assert {name: of(stand_in).digest(image(stand_in, name)) for name in asked} == asked


def test_nothing_is_downloaded_and_nothing_is_written(stand_in: StandIn) -> None:
    of(stand_in).has(image(stand_in, "aedev/ae-ui:5.7.1"))
    methods = {call.split()[0] for call in stand_in.calls if "/manifests/" in call}
    assert methods == {"HEAD"}


@pytest.mark.parametrize("basic", [False, True])
def test_a_login_that_is_refused_is_told_without_the_password(stand_in: StandIn, basic: bool) -> None:
    stand_in.access.basic = basic
    with pytest.raises(CredentialsError, match="does not let user 'robot' pull it") as raised:
        of(stand_in, "wrong-1").has(image(stand_in, "aedev/ae-ui:5.7.1"))
    assert "wrong-1" not in str(raised.value)
    with pytest.raises(CredentialsError, match="does not let anybody without a login pull it"):
        Registry(stand_in.host).has(image(stand_in, "aedev/ae-ui:5.7.1"))


def test_what_is_no_registry_and_what_is_not_there_are_told_apart(stand_in: StandIn) -> None:
    stand_in.is_registry = False
    with pytest.raises(RefusedError, match="It is no registry of images"):
        of(stand_in).answers()
    with pytest.raises(UnreachableError, match="Could not ask for the API"):
        Registry(f"127.0.0.1:{free_ports(1)[0]}").answers()
