"""Several kubeconfig files mean what they mean to kubectl."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from local import toolchain
from project_workspace.kube import kubeconfig, kubeconfig_files
from project_workspace.kube.kubeconfig_files import KubeconfigError
from project_workspace.remote.errors import CredentialsError


def config(name: str, current: str | None = None, **cluster: Any) -> str:
    """A kubeconfig with one cluster, one context and one user of that name."""
    content: dict[str, Any] = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": name, "cluster": {"server": f"https://{name}.example.com", **cluster}}],
        "contexts": [{"name": name, "context": {"cluster": name, "user": name}}],
        "users": [{"name": name, "user": {"token": f"token-of-{name}"}}],
    }
    return yaml.safe_dump({**content, **({"current-context": current} if current else {})})


ONE, TWO = config("one", "one"), config("two", "two")
FILES: dict[str, list[str | None]] = {
    "one": [ONE],
    "two with a current context each": [ONE, TWO],
    "the other way round": [TWO, ONE],
    "the first has no current context": [config("one"), TWO],
    "the first is empty": ["", TWO],
    "the first has comments only": ["# mine\n", TWO],
    "the first is not there": [None, TWO],
    "one name in two files": [ONE, config("one", "one", **{"tls-server-name": "other"}), TWO],
    "lists that are null": ["clusters: null\ncontexts: null\nusers: null\n", TWO],
}


@pytest.fixture(scope="module")
def kubectl() -> str:
    return str(toolchain.ensure(("kubectl",))["kubectl"])


def written(folder: Path, texts: list[str | None]) -> list[Path]:
    """The files, of which None is not there."""
    files = [folder / f"{index}.yaml" for index in range(len(texts))]
    for file, text in zip(files, texts, strict=True):
        if text is not None:
            file.write_text(text)
    return files


@pytest.mark.parametrize("case", FILES)
def test_several_files_are_merged_as_kubectl_merges_them(case: str, kubectl: str, tmp_path: Path) -> None:
    files = written(tmp_path, FILES[case])
    environment = {"KUBECONFIG": os.pathsep.join(map(str, files)), "HOME": str(tmp_path), "PATH": os.environ["PATH"]}
    command = [kubectl, "config", "view", "--raw", "--output", "json"]
    theirs = json.loads(subprocess.run(command, env=environment, capture_output=True, check=True).stdout)
    ours = kubeconfig_files.merged(files)
    assert ours["current-context"] == theirs["current-context"]
    for part in ("clusters", "contexts", "users"):
        assert sorted(ours[part], key=lambda each: each["name"]) == theirs[part]


def test_the_client_is_of_the_first_files_context(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBECONFIG", os.pathsep.join(["", *map(str, written(tmp_path, [None, "", TWO, ONE]))]))
    assert kubeconfig.client_of(None, None).configuration.host == "https://two.example.com"
    assert kubeconfig.client_of(None, "one").configuration.host == "https://one.example.com"


def test_paths_in_a_file_are_relative_to_it(tmp_path: Path) -> None:
    folder = tmp_path / "sub"
    folder.mkdir()
    user = {"client-certificate": "me.crt", "client-key": "/keys/me.key", "exec": {"command": "./bin/token"}}
    content = {
        "clusters": [{"name": "one", "cluster": {"certificate-authority": "ca.crt"}}],
        "users": [
            {"name": "one", "user": user},
            {"name": "two", "user": {"tokenFile": "t", "exec": {"command": "aws"}}},
        ],
    }
    (folder / "config").write_text(yaml.safe_dump(content))
    assert kubeconfig_files.merged([folder / "config"]) == {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "one", "cluster": {"certificate-authority": f"{folder}/ca.crt"}}],
        "contexts": [],
        "users": [
            {
                "name": "one",
                "user": {
                    "client-certificate": f"{folder}/me.crt",
                    "client-key": "/keys/me.key",
                    "exec": {"command": f"{folder}/bin/token"},
                },
            },
            {"name": "two", "user": {"tokenFile": f"{folder}/t", "exec": {"command": "aws"}}},
        ],
    }


@pytest.mark.parametrize("text", ["token: [s3cret\nx: }", "- s3cret", "s3cret", "\x00s3cret"])
def test_a_file_that_is_no_kubeconfig_is_named_without_its_content(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = written(tmp_path, [ONE, text])
    monkeypatch.setenv("KUBECONFIG", os.pathsep.join(map(str, files)))
    with pytest.raises(CredentialsError, match=f"{files[1]} is no kubeconfig") as refused:
        kubeconfig.client_of(None, None)
    assert "s3cret" not in str(refused.value)


def test_without_any_file_that_is_said(tmp_path: Path) -> None:
    with pytest.raises(KubeconfigError, match="there is no such file"):
        kubeconfig_files.merged([tmp_path / "none"])
