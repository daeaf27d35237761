"""`workspacectl ai-devops`: the file that it writes, and what it says of a wrong folder, stack or option."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from tests.support.real_cluster import Kube
from workspacectl.__main__ import app
from workspacectl.pulumi_cli import Engine
from workspacectl.pulumi_cli import Result as Said

TEXT = "# ...\nCLIENT_SECRET=bac5oef-d3fjief\n"
STACK = "aidevops-dev"


@pytest.fixture
def outputs() -> dict[str, Any]:
    """What the stack's outputs are."""
    return {"installerConfig": TEXT}


@pytest.fixture
def state() -> list[dict[str, Any]]:
    """The resources in the stack's state."""
    return []


@pytest.fixture
def project(
    tmp_path: Path,
    kube: Kube,
    outputs: dict[str, Any],
    state: list[dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> Path:
    """A folder of the program, a stack with manifests beside it, and an engine that says what it has of it."""
    (tmp_path / "Pulumi.yaml").write_text("name: ai-devops\nruntime: python\n")
    (tmp_path / "manifest").mkdir()
    values = {
        "aws:region": "ap-northeast-2",
        "ai-devops:manifests": "manifest",
        "kubernetes:kubeconfig": kube.kubeconfig.read_text(),
    }
    config = {key: {"value": value, "secret": key.startswith("kubernetes:")} for key, value in values.items()}

    def checked(self: Engine, *arguments: str, show: bool = False, said: str = "") -> Said:
        if arguments[0] == "config":
            return Said(0, json.dumps(config), "")
        if arguments[:2] == ("stack", "export"):
            return Said(0, json.dumps({"deployment": {"resources": state}}), "")
        assert arguments == ("stack", "output", "--json", "--stack", STACK, "--show-secrets")
        return Said(0, json.dumps(outputs), "")

    monkeypatch.setattr(Engine, "checked", checked)
    return tmp_path


def run(project: Path, command: str, *options: str) -> Result:
    return CliRunner().invoke(app, ["ai-devops", command, "-s", STACK, "--folder", str(project), *options])


def test_the_configuration_is_written_beside_the_manifests_for_its_owner_alone_and_not_shown(project: Path) -> None:
    ended = run(project, "config")
    file = project / "manifest" / "ai-devops.config"
    assert (ended.exit_code, ended.output) == (0, f"Wrote {file}.\n")
    assert file.read_text() == TEXT
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_it_is_written_where_one_says(project: Path) -> None:
    file = project / "elsewhere" / "x.config"
    assert run(project, "config", "--to", str(file)).output == f"Wrote {file}.\n"
    assert file.read_text() == TEXT
    assert list((project / "manifest").iterdir()) == []


def test_without_a_folder_of_manifests_the_file_must_be_named(project: Path) -> None:
    (project / "manifest").rmdir()
    ended = run(project, "config")
    assert ended.exit_code == 1
    assert ended.stderr.startswith("error: --to: Expected the file to write, for example 'manifest/ai-devops.config'")


def test_a_stack_without_a_client_has_no_configuration(project: Path, outputs: dict[str, Any]) -> None:
    outputs.clear()
    ended = run(project, "config")
    assert ended.exit_code == 1
    assert "The stack 'aidevops-dev' has no output 'installerConfig': set 'oidcClient.url'" in ended.stderr


def test_an_uninstall_shows_and_changes_nothing_unless_it_is_told(project: Path, kube: Kube) -> None:
    """With the stack's own folder of manifests, or another."""
    name = kube.new_namespace()
    manifest = f"{{apiVersion: v1, kind: Namespace, metadata: {{name: {name}}}}}\n"
    (project / "manifest" / "1.yaml").write_text(manifest)
    shown = (
        f"On {kube.connect().server}:\n8. Namespaces: 1\n     Namespace {name}\n"
        "Nothing was deleted. With '--yes' it goes, in this order.\n"
    )
    for options in ([], ["--manifests", str(project / "manifest")]):
        ended = run(project, "uninstall", *options)
        assert (ended.exit_code, ended.output) == (0, shown)
    assert kube.objects.get("v1", "Namespace", name)
    assert run(project, "uninstall", "--yes").output == "Namespaces: 1 gone\n"
    assert not kube.objects.get("v1", "Namespace", name)


def test_the_cluster_of_another_stack_is_left_alone(project: Path, kube: Kube, state: list[dict[str, Any]]) -> None:
    name = kube.new_namespace()
    manifest = f"{{apiVersion: v1, kind: Namespace, metadata: {{name: {name}}}}}\n"
    (project / "manifest" / "1.yaml").write_text(manifest)
    noted = {"type": "pulumi-python:dynamic/lifecycle:ClusterIdentity", "outputs": {"clusterUid": "another"}}
    state.append(noted)
    ended = run(project, "uninstall", "--yes")
    assert ended.exit_code == 1
    assert "This stack belongs to another cluster: to the one with the uid another" in ended.stderr
    assert kube.objects.get("v1", "Namespace", name)
    noted["outputs"] = {"clusterUid": kube.connect().uid}
    assert run(project, "uninstall", "--yes").output == "Namespaces: 1 gone\n"


def test_a_folder_that_is_none_is_told(project: Path) -> None:
    ended = run(project, "uninstall", "--manifests", str(project / "nowhere"))
    assert ended.exit_code == 1
    assert ended.stderr == (
        "error: --manifests: Expected the folder of the installer's manifests, for example 'manifest'.\n"
    )


def test_a_stack_of_another_program_is_refused(project: Path) -> None:
    (project / "Pulumi.yaml").write_text("name: project-workspace\nruntime: python\n")
    ended = run(project, "uninstall")
    assert ended.exit_code == 1
    assert ended.stderr == (
        "error: --folder: Expected the folder of the program ai-devops, for example 'programs/ai-devops'.\n"
    )
