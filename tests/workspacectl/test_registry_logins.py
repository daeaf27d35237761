"""Which login is sent to a registry: of a pull secret, of docker's configuration, of its credential helpers."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from project_workspace.images.reference import parse
from project_workspace.remote.errors import CredentialsError
from workspacectl.registries import credential_helper
from workspacectl.registries.logins import DockerLogins, Login, Nobody, login_of

PASSWORD = "pull-1"
KEPT = f'printf \'{{"ServerURL": "x", "Username": "robot", "Secret": "{PASSWORD}"}}\''
IMAGE = parse("registry.example.com/a/b:1")


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
    config = json.dumps({"auths": {key: {"username": "robot", "password": PASSWORD}}})
    assert login_of(config, parse(asked)) == (Login("robot", PASSWORD) if fits else None)


def test_the_entry_that_is_nearest_counts() -> None:
    near, far = ({"username": name, "password": "p"} for name in ("near", "far"))
    config = json.dumps({"auths": {"registry.example.com": far, "registry.example.com/a": near}})
    assert login_of(config, IMAGE) == Login("near", "p")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "Expecting value"),
        ("[]", "no 'auths'"),
        ('{"auths": 1}', "no 'auths'"),
        ('{"auths": {"registry.example.com": "x"}}', "an entry of 'auths' is none"),
    ],
)
def test_a_pull_secret_that_is_none_is_said(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        login_of(text, IMAGE)


def test_a_login_does_not_show_its_password() -> None:
    assert PASSWORD not in repr(Login("robot", PASSWORD))


@pytest.fixture
def helper(tmp_path: Path) -> Callable[[str, str], None]:
    """Puts a credential helper of this name on the PATH; each notes what it was asked in `asked`, a line a call."""

    def put(name: str, does: str) -> None:
        program = tmp_path / f"docker-credential-{name}"
        noted = f'printf "%s %s %s\\n" {name} "$*" "$(cat)" >> {tmp_path}/asked'
        program.write_text(f"#!/bin/sh\n{noted}\n{does}\n")
        program.chmod(0o755)

    return put


@pytest.fixture
def docker(tmp_path: Path) -> Callable[[Any], DockerLogins]:
    """The logins of a docker whose config.json is this."""

    def made(config: Any) -> DockerLogins:
        (tmp_path / "config.json").write_text(config if isinstance(config, str) else json.dumps(config))
        return DockerLogins({"PATH": f"{tmp_path}:{os.environ['PATH']}", "DOCKER_CONFIG": str(tmp_path)})

    return made


def test_without_a_configuration_or_an_entry_nobody_is_logged_in(docker: Any, tmp_path: Path) -> None:
    assert DockerLogins({"DOCKER_CONFIG": str(tmp_path / "nothing")}).of(IMAGE) == Nobody()
    assert docker({}).of(IMAGE) == Nobody()
    assert docker({"auths": {"registry.example.com": {"username": "u", "password": "p"}}}).of(IMAGE) == Login("u", "p")


def test_the_helper_of_a_registry_is_asked_before_that_of_all_and_instead_of_auths(
    helper: Any, docker: Any, tmp_path: Path
) -> None:
    helper("one", KEPT)
    helper("all", KEPT.replace("robot", "of-all"))
    auths = {"registry.example.com": {"username": "of-auths", "password": "p"}}
    logins = docker({"auths": auths, "credHelpers": {"registry.example.com": "one"}, "credsStore": "all"})
    assert logins.of(IMAGE) == Login("robot", PASSWORD)
    assert logins.of(parse("nginx")) == Login("of-all", PASSWORD)
    assert (tmp_path / "asked").read_text().splitlines() == [
        "one get registry.example.com",
        "all get https://index.docker.io/v1/",
    ]


def test_a_helper_is_asked_once_a_registry_whatever_it_says(helper: Any, docker: Any, tmp_path: Path) -> None:
    helper("one", KEPT)
    helper("bad", "exit 1")
    logins = docker({"credHelpers": {"registry.example.com": "one"}, "credsStore": "bad"})
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(logins.of, [IMAGE, parse("registry.example.com/c")] * 8)) == {Login("robot", PASSWORD)}
    for _ in range(2):
        with pytest.raises(CredentialsError):
            logins.of(parse("ghcr.io/a"))
    assert sorted((tmp_path / "asked").read_text().splitlines()) == ["bad get ghcr.io", "one get registry.example.com"]


def test_a_helper_that_has_no_login_says_so_in_the_sentence(helper: Any, docker: Any) -> None:
    helper("one", "echo credentials not found in native keychain; exit 1")
    auths = {"registry.example.com": {"username": "of-auths", "password": "p"}}
    found = docker({"credsStore": "one", "auths": auths}).of(IMAGE)
    assert found == Nobody(", and docker-credential-one has none for it,")
    assert found.who == "anybody without a login, and docker-credential-one has none for it,"


@pytest.mark.parametrize(
    ("does", "sentence"),
    [
        (f"echo {PASSWORD}; echo {PASSWORD} >&2; exit 3", "docker-credential-one ended with exit code 3"),
        (f"echo {PASSWORD}", "docker-credential-one answered, and not with JSON that has a 'Username' and a 'Secret'"),
        (f"echo '[\"{PASSWORD}\"]'", "docker-credential-one answered, and not with JSON"),
        (f'echo \'{{"Secret": "{PASSWORD}"}}\'', "docker-credential-one answered, and not with JSON"),
        (f'echo \'{{"Username": 1, "Secret": "{PASSWORD}"}}\'', "docker-credential-one answered, and not with JSON"),
        (KEPT.replace("robot", "<token>"), "docker-credential-one has an identity token, which is not taken here"),
        (f"echo {PASSWORD}; exec sleep 60", "docker-credential-one did not answer within 0.3 s"),
    ],
)
def test_a_helper_that_fails_is_told_without_what_it_wrote(
    helper: Any, docker: Any, monkeypatch: pytest.MonkeyPatch, does: str, sentence: str
) -> None:
    monkeypatch.setattr(credential_helper, "LIMIT_SECONDS", 0.3 if "sleep" in does else 30.0)
    helper("one", does)
    with pytest.raises(CredentialsError) as raised:
        docker({"credsStore": "one"}).of(IMAGE)
    said = str(raised.value)
    assert said.startswith(f"Could not get a login: {sentence}")
    assert said.endswith(
        " (registry.example.com). Try it: 'docker-credential-one list' names what it keeps, without secrets; "
        "or log in anew."
    )
    assert PASSWORD not in said
    assert raised.value.__cause__ is None


def test_a_helper_that_is_not_there_or_cannot_be_run_is_told(helper: Any, docker: Any, tmp_path: Path) -> None:
    logins = docker({"credHelpers": {"registry.example.com": "none"}, "credsStore": "broken"})
    with pytest.raises(CredentialsError) as raised:
        logins.of(IMAGE)
    assert str(raised.value) == (
        "Could not get a login: docker's configuration names 'docker-credential-none', which is not on the PATH "
        "(registry.example.com). Install it, or take it out of 'credHelpers' or 'credsStore'."
    )
    helper("broken", "")
    (tmp_path / "docker-credential-broken").write_bytes(b"\x7fELF")
    with pytest.raises(CredentialsError, match=r"docker-credential-broken cannot be run: Exec format error"):
        logins.of(parse("nginx"))


@pytest.mark.parametrize(
    "config",
    ["{", "1", '{"credHelpers": 1}', '{"auths": 1}', '{"auths": {"registry.example.com": {"auth": "x"}}}'],
)
def test_a_configuration_that_cannot_be_read_is_told(docker: Any, config: str) -> None:
    with pytest.raises(
        CredentialsError, match=r"^Could not read docker's logins: expected JSON as docker writes it \("
    ):
        docker(config).of(IMAGE)
