"""`workspacectl new`: the whole file, from flags and from answers; it is valid, and nothing is written over."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from project_workspace.config import loading
from project_workspace.config.stack_options import StackOptions
from project_workspace.config.workspace_program import WORKSPACE
from workspacectl.__main__ import app

FLAGS = {
    "project": "demo",
    "environment": "prod",
    "infra": "meerkat",
    "region": "ap-northeast-2",
    "cluster": "eks-an2-meerkat-prod-1-33-eks-master",
    "conductor-url": "https://aicond.example.com",
    "grafana-url": "https://grafana.example.com",
}
PROD = """\
# yaml-language-server: $schema=stack-file.schema.json
# demo in prod. Every key that may stand here: docs/settings.md. Next:
#   pulumi stack init demo-prod --secrets-provider awskms://…    (adds its own line to this file)
#   pulumi preview --diff --policy-pack policy -s demo-prod
# Secrets are set encrypted, never written here:
#   pulumi config set --path --secret project-workspace:login.password -s demo-prod    (by default one is drawn)
config:
  aws:region: ap-northeast-2
  project-workspace:project: demo
  project-workspace:environment: prod
  project-workspace:infra: meerkat
  # The EKS cluster of the node groups. Without nodes of its own a workspace needs neither.
  project-workspace:cluster: eks-an2-meerkat-prod-1-33-eks-master
  # An entry a kind of node. People choose its `spec` in AI Conductor. `min: 0` costs nothing while no pod waits; GPU
  # types get their AMI, taint and labels by themselves.
  project-workspace:nodeGroups:
  - spec: standard
    instanceType: m5.4xlarge
    max: 6
  - spec: gpu
    instanceType: g5.xlarge
    max: 2
  # Remove it for a workspace without a dashboard.
  project-workspace:grafana:
    url: https://grafana.example.com
    folder: monitoring
  # Remove it for a workspace that AI Conductor does not know.
  project-workspace:conductor:
    url: https://aicond.example.com
  # Hard limits of the namespace.
  # project-workspace:quota:
  #   cpu: '40'
  #   memory: 160Gi
  #   requests.nvidia.com/gpu: '2'
  # AWS tags of everything that can have some.
  # project-workspace:tags:
  #   team: vision
  # The bucket's own key, and how long old versions stay.
  # project-workspace:storage:
  #   expireOldVersionsDays: 90
  # What bears data is protected in this environment; to destroy it, see docs/operations.md.
"""


@pytest.fixture(autouse=True)
def project_file(tmp_path: Path) -> None:
    """A project whose stack files lie beside its Pulumi.yaml."""
    (tmp_path / "Pulumi.yaml").write_text("name: project-workspace\nruntime: python\n")


def called(folder: Path, *more: str, said: str = "", **flags: str) -> Any:
    given = [part for key, value in flags.items() for part in (f"--{key.replace('_', '-')}", value)]
    return CliRunner().invoke(app, ["new", *given, *more, "--folder", str(folder)], input=said)


def flags(**changes: str) -> dict[str, str]:
    return {key.replace("-", "_"): value for key, value in FLAGS.items()} | changes


def settings(file: Path) -> StackOptions:
    config = yaml.safe_load(file.read_text())["config"]
    texts = {key: value if isinstance(value, str) else json.dumps(value) for key, value in config.items()}
    return loading.load(WORKSPACE, texts, secret_keys=set(), environment={}, stack_text=file.read_text())


def test_flags_make_this_file(tmp_path: Path) -> None:
    nodes = ["--nodes", "standard=m5.4xlarge:6", "--nodes", "gpu=g5.xlarge:2", "--grafana-folder", "monitoring"]
    ended = called(tmp_path, *nodes, **flags())
    assert ended.exit_code == 0, ended.output
    file = tmp_path / "Pulumi.demo-prod.yaml"
    assert file.read_text() == PROD
    assert str(file) in ended.stdout


def test_what_no_flag_says_is_asked(tmp_path: Path) -> None:
    answers = "vision\ndev\nmeerkat\nap-northeast-2\n\n\n\n"
    ended = CliRunner(env={"AWS_REGION": ""}).invoke(app, ["new", "--folder", str(tmp_path)], input=answers)
    assert ended.exit_code == 0, ended.output
    config = yaml.safe_load((tmp_path / "Pulumi.vision-dev.yaml").read_text())["config"]
    assert config == {
        "aws:region": "ap-northeast-2",
        "project-workspace:project": "vision",
        "project-workspace:environment": "dev",
        "project-workspace:infra": "meerkat",
    }


def test_what_is_offered_is_valid_when_the_comment_signs_are_taken_away(tmp_path: Path) -> None:
    called(tmp_path, **flags())
    file = tmp_path / "Pulumi.demo-prod.yaml"
    lines = file.read_text().splitlines()
    offered = [line.replace("  # ", "  ", 1) if line.startswith(("  # project", "  #   ")) else line for line in lines]
    file.write_text("\n".join(offered) + "\n")
    found = settings(file)
    assert (found.tags, found.storage.expire_old_versions_days) == ({"team": "vision"}, 90)
    assert found.quota["memory"] == "160Gi"


COMMON = """\
config:
  project-workspace:environment: dev
  project-workspace:infra: meerkat
  project-workspace:cluster: eks-an2-meerkat-dev-1-33-eks-master
  project-workspace:tags: {owner: platform}
  project-workspace:grafana: {url: https://grafana.example.com, folder: monitoring}
"""
SHORT = """\
# yaml-language-server: $schema=stack-file.schema.json
# vision in dev. Every key that may stand here: docs/settings.md. Next:
#   pulumi stack init vision-dev --secrets-provider awskms://…    (adds its own line to this file)
#   pulumi preview --diff --policy-pack policy -s vision-dev
# Secrets are set encrypted, never written here:
#   pulumi config set --path --secret project-workspace:login.password -s vision-dev    (by default one is drawn)
config:
  aws:region: ap-northeast-2
  # Files of stacks/common/ with what several stacks share; what stands here counts before it.
  project-workspace:common:
  - dev
  project-workspace:project: vision
  # An entry a kind of node. People choose its `spec` in AI Conductor. `min: 0` costs nothing while no pod waits; GPU
  # types get their AMI, taint and labels by themselves.
  project-workspace:nodeGroups:
  - spec: standard
    instanceType: m5.xlarge
    max: 3
  # Remove it for a workspace without a dashboard.
  project-workspace:grafana:
    folder: vision
  # Hard limits of the namespace.
  # project-workspace:quota:
  #   cpu: '40'
  #   memory: 160Gi
  #   requests.nvidia.com/gpu: '2'
  # The bucket's own key, and how long old versions stay.
  # project-workspace:storage:
  #   expireOldVersionsDays: 90
"""


def test_what_common_files_say_is_neither_asked_nor_written(tmp_path: Path) -> None:
    (tmp_path / "common").mkdir()
    (tmp_path / "common" / "dev.yaml").write_text(COMMON)
    flags = {"common": "dev", "region": "ap-northeast-2", "grafana_folder": "vision"}
    ended = called(tmp_path, said="vision\n\n", **flags)
    assert ended.exit_code == 0, ended.output
    asked = [line for line in ended.output.splitlines() if not line.startswith("Wrote")]
    assert asked == ["Project, for example demo: vision", "AI Conductor's URL (empty: without): "]
    assert (tmp_path / "Pulumi.vision-dev.yaml").read_text() == SHORT


def test_a_common_file_that_is_not_there_is_told_before_anything_is_asked(tmp_path: Path) -> None:
    ended = called(tmp_path, common="dev")
    assert (ended.exit_code, ended.stdout) == (1, "")
    assert "common[0]: Expected the name of a file in common/" in ended.stderr


def test_a_file_that_is_there_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "Pulumi.demo-prod.yaml"
    file.write_text("config: {}\n")
    ended = called(tmp_path, **flags())
    assert ended.exit_code == 1
    assert ended.stderr == f"error: {file} is there already. Edit it, or choose another name.\n"
    assert file.read_text() == "config: {}\n"


@pytest.mark.parametrize(
    ("changes", "more", "said"),
    [
        ({"project": "My-Demo", "cluster": "x y"}, [], ["project: Expected", "cluster: Expected"]),
        ({"conductor_url": "aicond"}, [], ["conductor.url: Expected"]),
        ({}, ["--nodes", "gpu"], ["nodes: Expected SPEC=TYPE:MAX, for example 'gpu=g5.xlarge:2', not 'gpu'."]),
    ],
)
def test_wrong_answers_are_told_together_and_nothing_is_written(
    tmp_path: Path, changes: dict[str, str], more: list[str], said: list[str]
) -> None:
    ended = called(tmp_path, *more, **flags(**changes))
    assert ended.exit_code == 1
    assert [each for each in said if each not in ended.stderr] == []
    assert [each.name for each in tmp_path.iterdir()] == ["Pulumi.yaml"]
