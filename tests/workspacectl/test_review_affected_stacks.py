"""Which stacks a change touches."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from project_workspace.config.ai_devops_program import AI_DEVOPS
from project_workspace.config.program import Program
from project_workspace.config.workbench_program import WORKBENCH
from project_workspace.config.workspace_program import WORKSPACE
from workspacectl.review import commands as command
from workspacectl.review.affected_stacks import Stack, Touched, UnreadableChangeError, changed_since, touched

THERE = ("demo-dev", "demo-prod", "local", "vision-dev")
OF_WORKBENCH = ("demo-dev", "local")
"""One has the name of a workspace's stack."""


def stacks_of(program: Program[Any], *names: str) -> list[Stack]:
    return [Stack(program.namespace, name, program.folder) for name in names]


def workspaces(*names: str) -> list[Stack]:
    return stacks_of(WORKSPACE, *names)


def workbenches(*names: str) -> list[Stack]:
    return stacks_of(WORKBENCH, *names)


EVERY_WORKSPACE = workspaces("demo-dev", "demo-prod", "vision-dev")
EVERY_WORKBENCH = workbenches("demo-dev", "local")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A repository with stacks, whose branch `main` is where `HEAD` began."""
    (tmp_path / "stacks").mkdir()
    for stack in THERE:
        (tmp_path / "stacks" / f"Pulumi.{stack}.yaml").write_text("config: {}\n")
    folder = tmp_path / WORKBENCH.folder
    (folder / "stacks").mkdir(parents=True)
    for stack in OF_WORKBENCH:
        (folder / "stacks" / f"Pulumi.{stack}.yaml").write_text("config: {}\n")
    for project in (tmp_path, folder):
        (project / "Pulumi.yaml").write_text("name: demo\n")
    (tmp_path / "stacks" / "README.md").write_text("stacks\n")
    git(tmp_path, "init", "-q", "-b", "main")
    commit(tmp_path)
    git(tmp_path, "checkout", "-q", "-b", "change")
    return tmp_path


def git(folder: Path, *arguments: str) -> None:
    person = ["-c", "user.name=Test", "-c", "user.email=test@example.com"]
    subprocess.run(["git", *person, *arguments], cwd=folder, check=True, capture_output=True)


def commit(folder: Path) -> None:
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "--no-gpg-sign", "-m", "change")


@pytest.mark.parametrize(
    ("changed", "stacks"),
    [
        ([], []),
        (["README.md", "docs/a.md", "tests/workspace/test_names.py", "stacks/README.md"], []),
        (["stacks/Pulumi.demo-dev.yaml"], workspaces("demo-dev")),
        (["stacks/Pulumi.vision-dev.yaml", "stacks/Pulumi.demo-prod.yaml"], workspaces("demo-prod", "vision-dev")),
        (["stacks/Pulumi.local.yaml"], []),
        (["programs/workbench/stacks/Pulumi.demo-dev.yaml"], workbenches("demo-dev")),
        (["programs/workbench/stacks/Pulumi.local.yaml"], workbenches("local")),
        (["programs/workbench/stacks/README.md", "programs/Pulumi.demo-dev.yaml"], []),
        *(([file], EVERY_WORKSPACE) for file in ("Pulumi.yaml", "__main__.py")),
        *(([f"programs/workbench/{file}"], EVERY_WORKBENCH) for file in ("Pulumi.yaml", "__main__.py")),
        *(
            ([file], [*EVERY_WORKSPACE, *EVERY_WORKBENCH])
            for file in (
                "requirements.txt",
                "components/project_workspace/s3/component.py",
                "components/project_workspace/aws/aws_regions.json",
                "policy/rules/nodes.py",
            )
        ),
        (["components/project_workspace/workspace/component.py"], EVERY_WORKSPACE),
        (["components/project_workspace/workbench/values.py"], EVERY_WORKBENCH),
        (["components/project_workspace/ai_devops/options.py", "programs/ai-devops/__main__.py"], []),
    ],
)
def test_a_change_touches_these_stacks(checkout: Path, changed: list[str], stacks: list[Stack]) -> None:
    assert touched(checkout, changed) == Touched(stacks, [])


def test_a_program_that_gets_its_first_stack_is_one_more(checkout: Path) -> None:
    (checkout / AI_DEVOPS.stacks).mkdir(parents=True)
    (checkout / AI_DEVOPS.stacks / "Pulumi.site.yaml").write_text("config: {}\n")
    site = stacks_of(AI_DEVOPS, "site")
    assert touched(checkout, ["programs/ai-devops/stacks/Pulumi.site.yaml"]) == Touched(site, [])
    assert touched(checkout, ["policy/x.py"]) == Touched([*site, *EVERY_WORKSPACE, *EVERY_WORKBENCH], [])


def test_a_common_file_touches_the_stacks_that_name_it(checkout: Path) -> None:
    named = {"demo-dev": ["company", "dev"], "demo-prod": ["company", "prod"], "vision-dev": ["dev"], "local": ["dev"]}
    for stack, names in named.items():
        config = json.dumps({"config": {"project-workspace:common": names}})
        (checkout / "stacks" / f"Pulumi.{stack}.yaml").write_text(config)
    for broken, text in {"yaml": b"config: [\n", "text": b"config: \xff\n", "kind": b"- 1\n", "empty": b""}.items():
        (checkout / "stacks" / f"Pulumi.broken-{broken}.yaml").write_bytes(text)
    assert touched(checkout, ["stacks/common/dev.yaml"]) == Touched(workspaces("demo-dev", "vision-dev"), [])
    assert touched(checkout, ["stacks/common/company.yaml"]) == Touched(workspaces("demo-dev", "demo-prod"), [])
    assert touched(checkout, ["stacks/common/nobody.yaml", "docs/common/dev.yaml"]) == Touched([], [])
    both = ["stacks/common/dev.yaml", "stacks/Pulumi.demo-prod.yaml"]
    assert touched(checkout, both) == Touched(EVERY_WORKSPACE, [])


def test_a_common_file_is_one_programs(checkout: Path) -> None:
    for program in (WORKSPACE, WORKBENCH):
        config = json.dumps({"config": {f"{program.namespace}:common": ["dev"]}})
        (checkout / program.stacks / "Pulumi.demo-dev.yaml").write_text(config)
    assert touched(checkout, ["stacks/common/dev.yaml"]) == Touched(workspaces("demo-dev"), [])
    of_workbench = ["programs/workbench/stacks/common/dev.yaml"]
    assert touched(checkout, of_workbench) == Touched(workbenches("demo-dev"), [])


def test_a_stack_whose_file_goes_is_named_and_not_previewed(checkout: Path) -> None:
    (checkout / "stacks" / "Pulumi.demo-dev.yaml").unlink()
    assert touched(checkout, ["stacks/Pulumi.demo-dev.yaml"]) == Touched([], workspaces("demo-dev"))


def test_a_renamed_file_is_one_that_goes_and_one_that_comes(checkout: Path) -> None:
    git(checkout, "mv", "stacks/Pulumi.demo-dev.yaml", "stacks/Pulumi.demo-staging.yaml")
    commit(checkout)
    assert touched(checkout, changed_since(checkout, "main")) == Touched(
        workspaces("demo-staging"), workspaces("demo-dev")
    )


def test_what_main_changed_meanwhile_is_not_this_change(checkout: Path) -> None:
    git(checkout, "checkout", "-q", "main")
    (checkout / "requirements.txt").write_text("pulumi\n")
    commit(checkout)
    git(checkout, "checkout", "-q", "change")
    (checkout / "stacks" / "Pulumi.vision-dev.yaml").write_text("config: {a: b}\n")
    commit(checkout)
    assert changed_since(checkout, "main") == ["stacks/Pulumi.vision-dev.yaml"]


def test_without_the_history_it_says_what_to_fetch(checkout: Path) -> None:
    with pytest.raises(UnreadableChangeError, match=r"git cannot compare with origin/main: .*fetch-depth: 0"):
        changed_since(checkout, "origin/main")


@pytest.mark.parametrize("folder", [".", WORKBENCH.folder])
def test_the_command_prints_what_a_matrix_takes_from_whichever_programs_folder(checkout: Path, folder: str) -> None:
    (checkout / "stacks" / "Pulumi.demo-dev.yaml").unlink()
    (checkout / "components").mkdir()
    (checkout / "components" / "nodes.py").write_text("")
    commit(checkout)
    ended = CliRunner().invoke(command.app, ["stacks", "--base", "main", "--folder", str(checkout / folder)])
    assert json.loads(ended.stdout) == [
        {"program": "project-workspace", "stack": "demo-prod", "folder": "."},
        {"program": "project-workspace", "stack": "vision-dev", "folder": "."},
        {"program": "workbench", "stack": "demo-dev", "folder": "programs/workbench"},
        {"program": "workbench", "stack": "local", "folder": "programs/workbench"},
    ]
    assert ended.stderr == (
        "warning: the file of stack project-workspace/demo-dev goes. Destroy the stack before this is merged.\n"
    )


def test_all_stacks_are_those_with_a_file_but_the_local_platforms(checkout: Path) -> None:
    ended = CliRunner().invoke(command.app, ["stacks", "--all", "--folder", str(checkout)])
    assert [Stack(**each) for each in json.loads(ended.stdout)] == [*EVERY_WORKSPACE, *EVERY_WORKBENCH]


@pytest.mark.parametrize("options", [[], ["--all", "--base", "main"]])
def test_what_to_compare_with_is_said_once(options: list[str]) -> None:
    ended = CliRunner().invoke(command.app, ["stacks", *options])
    assert ended.exit_code == 1
    assert ended.stderr == "error: Expected either --base or --all, for example '--base origin/main'.\n"
