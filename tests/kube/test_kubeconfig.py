"""Every form in which a kubeconfig is given, and what is said when it cannot be used."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from project_workspace.kube import kubeconfig
from project_workspace.remote.errors import CredentialsError

CONFIG: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "Config",
    "current-context": "one",
    "clusters": [
        {"name": "one", "cluster": {"server": "https://one.example.com"}},
        {"name": "two", "cluster": {"server": "https://127.0.0.1:2"}},
    ],
    "contexts": [
        {"name": "one", "context": {"cluster": "one", "user": "me"}},
        {"name": "two", "context": {"cluster": "two", "user": "me"}},
    ],
    "users": [{"name": "me", "user": {"token": "s3cret"}}],
}


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("KUBECONFIG", "KUBERNETES_SERVICE_HOST"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".kube").mkdir()
    found = tmp_path / ".kube" / "config"
    found.write_text(yaml.safe_dump(CONFIG))
    return found


def _host(text: str | None, context: str | None = None) -> str:
    return kubeconfig.client_of(text, context).configuration.host


def test_a_path_a_content_and_the_environment_mean_the_same(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = "https://one.example.com"
    assert _host(str(path)) == _host("~/.kube/config") == _host(path.read_text()) == _host(json.dumps(CONFIG)) == one
    assert _host(None) == one
    assert _host(None, "two") == "https://127.0.0.1:2"
    other = path.parent / "other"
    other.write_text(yaml.safe_dump({**CONFIG, "current-context": "two"}))
    monkeypatch.setenv("KUBECONFIG", str(other))
    assert _host(None) == "https://127.0.0.1:2"
    assert _host(str(path)) == one


def test_no_proxy_stands_before_this_machine(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example.com:3128")
    assert kubeconfig.client_of(str(path), "two").configuration.proxy is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("/nowhere/config", "kubeconfig /nowhere/config"),
        ("users: [s3cret\nx: }", "kubeconfig given as content"),
        ("token: s3cret", "kubeconfig given as content"),
    ],
)
def test_a_kubeconfig_that_cannot_be_used_is_told_without_its_content(path: Path, text: str, told: str) -> None:
    with pytest.raises(CredentialsError, match=told) as refused:
        _host(text)
    assert "s3cret" not in str(refused.value)


def test_a_missing_context_or_file_is_named(path: Path) -> None:
    with pytest.raises(CredentialsError, match="three"):
        _host(None, "three")
    path.unlink()
    with pytest.raises(CredentialsError, match=r"The kubeconfig cannot be used.*~/.kube/config"):
        _host(None)


@pytest.mark.parametrize(
    ("user", "holds"),
    [
        ({"token": "x"}, True),
        ({"password": "x"}, True),
        ({"client-key-data": "x"}, True),
        ({"exec": {"command": "aws"}}, False),
        ({"client-key": "/path"}, False),
    ],
)
def test_a_content_with_a_secret_in_it_is_recognised(user: dict[str, Any], holds: bool) -> None:
    assert kubeconfig.holds_credentials(yaml.safe_dump({"users": [{"name": "a", "user": user}]})) is holds


def test_a_path_holds_no_credentials() -> None:
    assert not kubeconfig.holds_credentials("~/.kube/config")
