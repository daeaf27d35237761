"""The workflows' files: what linters say, what is pinned, and who is given what."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local import toolchain
from local.checkout import CHECKOUT
from local.toolchain.catalogue import TOOLS
from tests.support.workflows import FOLDER, workflow

NAMES = ("preview", "update", "drift")
"""The workflows of the stacks; they hold, or may be given, production credentials."""
OWN = "ci"
"""The workflow of this repository itself."""
PINNED = re.compile(r"uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")


def jobs(name: str) -> dict[str, dict[str, Any]]:
    return workflow(name)["jobs"]


def steps() -> Iterator[dict[str, Any]]:
    for name in NAMES:
        for job in jobs(name).values():
            yield from job["steps"]


def test_every_workflow_is_looked_at() -> None:
    assert sorted(path.stem for path in FOLDER.iterdir()) == sorted([*NAMES, OWN])


def test_zizmor_finds_nothing() -> None:
    zizmor = Path(sys.executable).parent / "zizmor"
    command = [zizmor, "--offline", "--persona", "pedantic", FOLDER]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_actionlint_finds_nothing() -> None:
    actionlint = toolchain.ensure(("actionlint",))["actionlint"]
    ended = subprocess.run(
        [actionlint, *sorted(FOLDER.glob("*.yml"))], capture_output=True, text=True, check=False, cwd=CHECKOUT
    )
    assert (ended.returncode, ended.stdout) == (0, "")


@pytest.mark.parametrize("name", [*NAMES, OWN])
def test_every_action_is_pinned_by_its_commit_and_says_its_version(name: str) -> None:
    used = [line.strip().removeprefix("- ") for line in (FOLDER / f"{name}.yml").read_text().splitlines()]
    used = [line for line in used if line.startswith("uses:")]
    assert used
    assert [line for line in used if not PINNED.match(line)] == []


def test_the_engine_is_the_one_that_the_program_pins() -> None:
    pinned = TOOLS["pulumi"].version.removeprefix("v")
    given = [step["with"]["pulumi-version"] for step in steps() if "pulumi/actions" in step.get("uses", "")]
    assert given == [pinned] * 3


def test_a_pull_request_is_given_no_secret_and_a_forks_not_even_a_job() -> None:
    found = jobs("preview")
    assert found["stacks"]["if"] == "github.event.pull_request.head.repo.full_name == github.repository"
    assert all("stacks" in job["needs"] for name, job in found.items() if name != "stacks")
    assert "secrets." not in (FOLDER / "preview.yml").read_text()
    assert list(workflow("preview")["on"]) == ["pull_request"], "never pull_request_target"


@pytest.mark.parametrize("name", NAMES)
def test_rights_are_given_to_jobs_that_need_them(name: str) -> None:
    assert workflow(name)["permissions"] == {}
    allowed = {"stacks": set[str](), "comment": {"pull-requests"}, "issue": {"issues"}}
    for job, found in jobs(name).items():
        writes = {right for right, level in found["permissions"].items() if level == "write"}
        assert writes == allowed.get(job, {"id-token"})


def test_two_merges_never_change_one_stack_at_once_and_none_is_lost() -> None:
    found = jobs("update")["update"]["concurrency"]
    assert found == {"group": "stack-${{ matrix.program }}/${{ matrix.stack }}", "cancel-in-progress": False}
    assert "concurrency" not in workflow("update"), "a group for all would drop what waits for other stacks"


def test_no_expression_stands_in_a_shell_step() -> None:
    assert [step["run"] for step in steps() if "${{" in step.get("run", "")] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_job_with_credentials_installs_the_program_and_no_tools_of_ours(name: str) -> None:
    for job in jobs(name).values():
        made = [step["run"] for step in job["steps"] if step.get("run", "").startswith("make ")]
        assert made == ["make program"]


def test_the_repositorys_own_checks_are_what_ci_runs_and_know_no_secret() -> None:
    [job] = jobs(OWN).values()
    assert [step["run"] for step in job["steps"] if "run" in step] == ["bash .ci/run"]
    assert (workflow(OWN)["permissions"], job["permissions"]) == ({}, {"contents": "read"})
    text = (FOLDER / f"{OWN}.yml").read_text()
    assert "secrets." not in text
    assert "environment:" not in text
