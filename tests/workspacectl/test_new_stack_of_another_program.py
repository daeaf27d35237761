"""`workspacectl new` for the programs beside the workspace's: what must be said and nothing else, accepted by the
program, or no file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner, Result

from project_workspace.config import loading
from project_workspace.config.program import Program
from project_workspace.config.programs import PROGRAMS
from project_workspace.config.workspace_program import WORKSPACE
from project_workspace.schema.section import Section
from workspacectl.__main__ import app

OTHERS = [program for program in PROGRAMS if program is not WORKSPACE]
SITE = ("--region", "ap-northeast-2")
WORKBENCH = ("environment=dev", "infra=meerkat", "hostname=anaconda.dev.example.com")
TRIAL = """\
# yaml-language-server: $schema=stack-file.schema.json
# trial-dev: Anaconda Workbench. Every key that may stand here: docs/settings-workbench.md. Next:
#   pulumi stack init trial-dev --secrets-provider awskms://…    (adds its own line to this file)
#   pulumi preview --diff --policy-pack ../../policy -s trial-dev
# Secrets are set encrypted, never written here:
#   pulumi config set --path --secret workbench:registryLogin.password -s trial-dev
#   pulumi config set --path --secret workbench:tls.key -s trial-dev
config:
  aws:region: ap-northeast-2
  workbench:environment: dev
  workbench:infra: meerkat
  workbench:hostname: anaconda.dev.example.com
  workbench:uid: 1001
  # An example: say yours.
  workbench:tls:
    mode: self-signed
  workbench:storage:
    efs:
      fileSystem: fs-0123456789abcdef0
  # An example: say yours.
  workbench:persistence:
    nfs:
      server: nfs.example.com
      path: /exports/workbench/persistence
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Where all programs are, each with an empty folder for its stacks' files."""
    for program in PROGRAMS:
        (tmp_path / program.stacks / "common").mkdir(parents=True)
        project = f"name: {program.namespace}\nruntime: python\nstackConfigDir: stacks\n"
        (tmp_path / program.folder / "Pulumi.yaml").write_text(project)
    return tmp_path


def called(folder: Path, *arguments: str, settings: tuple[str, ...] = (), said: str = "") -> Result:
    given = [part for each in settings for part in ("--set", each)]
    runner = CliRunner(env={"AWS_REGION": ""})
    return runner.invoke(app, ["new", *arguments, *given, "--folder", str(folder)], input=said)


def files(checkout: Path) -> list[str]:
    return sorted(str(path.relative_to(checkout)) for path in checkout.rglob("Pulumi.*.yaml"))


def settings_in(file: Path, program: Program[Section]) -> Any:
    config = yaml.safe_load(file.read_text())["config"]
    texts = {key: value if isinstance(value, str) else json.dumps(value) for key, value in config.items()}
    return loading.load(program, texts, secret_keys=set(), environment={}, stack_text=file.read_text())


def test_in_a_programs_folder_its_file_is_written(checkout: Path) -> None:
    more = (*WORKBENCH, "uid=1001", "storage.efs.fileSystem=fs-0123456789abcdef0")
    ended = called(checkout / "programs" / "workbench", *SITE, "--stack", "trial-dev", settings=more)
    assert ended.exit_code == 0, ended.output
    file = checkout / "programs" / "workbench" / "stacks" / "Pulumi.trial-dev.yaml"
    assert file.read_text() == TRIAL
    assert str(file) in ended.stdout


@pytest.mark.parametrize("program", OTHERS, ids=lambda each: each.namespace)
def test_what_must_be_said_is_asked_by_its_example_or_has_one_and_is_enough(
    checkout: Path, program: Program[Section]
) -> None:
    """From the workspace's folder, by the program's name; the answers are the examples that are shown."""
    answers = {"stack": "trial-dev", "region": "ap-northeast-2", "more": "dev\nmeerkat\nanaconda.example.com\n"}
    ended = called(checkout, "--program", program.namespace, said="\n".join(answers.values()))
    assert ended.exit_code == 0, ended.output
    [file] = checkout.rglob("Pulumi.trial-dev.yaml")
    assert file.parent == checkout / program.stacks
    written = yaml.safe_load(file.read_text())["config"]
    assert {
        f"{program.namespace}:{key}": dict(value) for key, value in program.first.items()
    }.items() <= written.items()
    assert settings_in(file, program).region == "ap-northeast-2"
    asked = [line.partition(":")[0] for line in ended.stdout.splitlines()[2:-1]]
    required = ["environment", "infra", "hostname"] if program.namespace == "workbench" else []
    assert [line.partition(",")[0] for line in asked] == required


def test_what_common_files_say_is_neither_asked_nor_written(checkout: Path) -> None:
    shared = "config:\n  workbench:environment: dev\n  workbench:infra: meerkat\n  workbench:tls: {mode: existing}\n"
    folder = checkout / "programs" / "workbench"
    (folder / "stacks" / "common" / "dev.yaml").write_text(shared)
    ended = called(folder, *SITE, "-s", "trial-dev", "--common", "dev", settings=("hostname=anaconda.example.com",))
    assert ended.exit_code == 0, ended.output
    config = yaml.safe_load((folder / "stacks" / "Pulumi.trial-dev.yaml").read_text())["config"]
    assert [key.removeprefix("workbench:") for key in config] == [
        "aws:region",
        "common",
        "hostname",
        "storage",
        "persistence",
    ]


PEM = "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("hostname=Anaconda", "uid=0"), ["hostname: Expected a fully qualified", "uid: Expected a user ID"]),
        (("hostnam=a.example.com",), ["hostnam: Expected a known setting, for example 'hostname'"]),
        (("tls.mode=given", f"tls.key={PEM}"), ["tls.key: Expected an encrypted value"]),
        (("hostname",), ["set: Expected KEY=VALUE, for example 'tls.mode=existing', not 'hostname'."]),
    ],
    ids=["wrong", "unknown", "secret", "no value"],
)
def test_what_the_program_refuses_is_told_at_once_and_not_written(
    checkout: Path, more: tuple[str, ...], said: list[str]
) -> None:
    folder = checkout / "programs" / "workbench"
    ended = called(folder, *SITE, "--stack", "trial-dev", settings=(*WORKBENCH, *more))
    assert ended.exit_code == 1
    assert [each for each in said if each not in ended.stderr] == []
    assert "MIIE" not in ended.output
    assert files(checkout) == []


@pytest.mark.parametrize(
    ("folder", "arguments", "said"),
    [
        (
            "programs/workbench",
            ["--project", "demo", "--grafana-url", ""],
            "--project, --grafana-url: Expected an option of this program, which has '--stack' and '--set'.",
        ),
        (
            ".",
            ["--stack", "demo-dev", "--set", "quota=1"],
            "--stack, --set: Expected an option of this program, which has '--project' to '--nodes'.",
        ),
        (
            ".",
            ["--program", "workbnch"],
            "program: Expected one of this checkout (project-workspace, workbench, ai-devops), not 'workbnch'.",
        ),
    ],
    ids=["a workspace's", "another program's", "no program"],
)
def test_an_option_that_the_program_has_not_is_refused(
    checkout: Path, folder: str, arguments: list[str], said: str
) -> None:
    ended = called(checkout / folder, *SITE, *arguments)
    assert (ended.exit_code, ended.stdout, ended.stderr) == (1, "", f"error: {said}\n")
    assert files(checkout) == []


def test_a_folder_of_no_program_is_refused(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: demo\n")
    ended = called(tmp_path, *SITE)
    assert ended.stderr == (
        "error: Expected the folder of one of the programs project-workspace, workbench, ai-devops; this one is "
        "'demo'.\n"
    )
