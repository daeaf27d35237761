"""Which stacks a change touches."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from workspacectl.review import commands as command
from workspacectl.review.affected_stacks import Touched, UnreadableChangeError, changed_since, touched

THERE = ("demo-dev", "demo-prod", "local", "vision-dev")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A repository with stacks, whose branch `main` is where `HEAD` began."""
    (tmp_path / "stacks").mkdir()
    for stack in THERE:
        (tmp_path / "stacks" / f"Pulumi.{stack}.yaml").write_text("config: {}\n")
    (tmp_path / "Pulumi.yaml").write_text("name: demo\n")
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
        (["stacks/Pulumi.demo-dev.yaml"], ["demo-dev"]),
        (["stacks/Pulumi.vision-dev.yaml", "stacks/Pulumi.demo-prod.yaml"], ["demo-prod", "vision-dev"]),
        (["stacks/Pulumi.local.yaml"], []),
        *(
            ([file], ["demo-dev", "demo-prod", "vision-dev"])
            for file in (
                "Pulumi.yaml",
                "__main__.py",
                "requirements.txt",
                "components/project_workspace/s3/component.py",
                "components/project_workspace/aws/aws_regions.json",
                "policy/rules/nodes.py",
            )
        ),
    ],
)
def test_a_change_touches_these_stacks(checkout: Path, changed: list[str], stacks: list[str]) -> None:
    assert touched(checkout, changed) == Touched(stacks, [])


def test_a_common_file_touches_the_stacks_that_name_it(checkout: Path) -> None:
    named = {"demo-dev": ["company", "dev"], "demo-prod": ["company", "prod"], "vision-dev": ["dev"], "local": ["dev"]}
    for stack, names in named.items():
        config = json.dumps({"config": {"project-workspace:common": names}})
        (checkout / "stacks" / f"Pulumi.{stack}.yaml").write_text(config)
    for broken, text in {"yaml": b"config: [\n", "text": b"config: \xff\n", "kind": b"- 1\n", "empty": b""}.items():
        (checkout / "stacks" / f"Pulumi.broken-{broken}.yaml").write_bytes(text)
    assert touched(checkout, ["stacks/common/dev.yaml"]) == Touched(["demo-dev", "vision-dev"], [])
    assert touched(checkout, ["stacks/common/company.yaml"]) == Touched(["demo-dev", "demo-prod"], [])
    assert touched(checkout, ["stacks/common/nobody.yaml", "docs/common/dev.yaml"]) == Touched([], [])
    both = ["stacks/common/dev.yaml", "stacks/Pulumi.demo-prod.yaml"]
    assert touched(checkout, both) == Touched(["demo-dev", "demo-prod", "vision-dev"], [])


def test_a_stack_whose_file_goes_is_named_and_not_previewed(checkout: Path) -> None:
    (checkout / "stacks" / "Pulumi.demo-dev.yaml").unlink()
    assert touched(checkout, ["stacks/Pulumi.demo-dev.yaml"]) == Touched([], ["demo-dev"])


def test_a_renamed_file_is_one_that_goes_and_one_that_comes(checkout: Path) -> None:
    git(checkout, "mv", "stacks/Pulumi.demo-dev.yaml", "stacks/Pulumi.demo-staging.yaml")
    commit(checkout)
    assert touched(checkout, changed_since(checkout, "main")) == Touched(["demo-staging"], ["demo-dev"])


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


def test_the_command_prints_what_a_matrix_takes(checkout: Path) -> None:
    (checkout / "stacks" / "Pulumi.demo-dev.yaml").unlink()
    (checkout / "components").mkdir()
    (checkout / "components" / "nodes.py").write_text("")
    commit(checkout)
    ended = CliRunner().invoke(command.app, ["stacks", "--base", "main", "--folder", str(checkout)])
    assert json.loads(ended.stdout) == ["demo-prod", "vision-dev"]
    assert ended.stderr == "warning: the file of stack demo-dev goes. Destroy the stack before this is merged.\n"


def test_all_stacks_are_those_with_a_file_but_the_local_one(checkout: Path) -> None:
    ended = CliRunner().invoke(command.app, ["stacks", "--all", "--folder", str(checkout)])
    assert json.loads(ended.stdout) == ["demo-dev", "demo-prod", "vision-dev"]


@pytest.mark.parametrize("options", [[], ["--all", "--base", "main"]])
def test_what_to_compare_with_is_said_once(options: list[str]) -> None:
    ended = CliRunner().invoke(command.app, ["stacks", *options])
    assert ended.exit_code == 1
    assert ended.stderr == "error: Expected either --base or --all, for example '--base origin/main'.\n"
