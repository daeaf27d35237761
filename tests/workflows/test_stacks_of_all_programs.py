"""The workflows' shell steps for stacks of one name in two programs: each in its folder, told apart everywhere.

`pulumi` is a program that notes how it is called and says that something changes; the real one runs these steps in
tests/engine/test_workflow_steps.py.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from local.checkout import CHECKOUT
from project_workspace.config.programs import PROGRAMS
from project_workspace.config.workbench_program import WORKBENCH
from project_workspace.config.workspace_program import WORKSPACE
from scripts import bootstrap
from tests.support.github import GitHubStandIn
from tests.support.github_server import REPOSITORY, TOKEN, github
from tests.support.workflows import Runner, commit, filled, git, matrix, workflow

NEEDED = ("Makefile", "scripts", *bootstrap.INGREDIENTS, *(f"{program.folder}/Pulumi.yaml" for program in PROGRAMS))
"""Of the checkout: what `make program` and the steps read."""
PULUMI = """\
#!/bin/sh
echo "$PWD: $*" >> "$CALLED"
name=$(basename "$PWD")
echo '{"sequence": 0, "resourcePreEvent": {"metadata": {"op": "create", "type": "x:y:Z", "urn": "u::in-'$name'"}}}'
"""
NAME = "demo-dev"


@dataclass(frozen=True)
class Site:
    """A team's checkout on a runner, and its GitHub."""

    runner: Runner
    hub: GitHubStandIn
    values: dict[str, str]

    def run(self, job: Any, **more: str) -> dict[str, str]:
        ended = self.runner.run(job, {**self.values, **more})
        assert ended["code"] == "0"
        return ended

    def run_each(self, job: Any, stacks: str) -> None:
        """A job of a matrix; runners share nothing but what they upload, which is a folder here."""
        for values in matrix(stacks):
            self.run(job, **values)

    @property
    def called(self) -> list[str]:
        file = Path(self.runner.environment["CALLED"])
        lines = file.read_text().splitlines()
        file.unlink()
        return [line.replace(str(self.runner.checkout), "CHECKOUT") for line in lines]


@pytest.fixture
def site(tmp_path: Path) -> Generator[Site]:
    checkout, tools = tmp_path / "clone", tmp_path / "bin"
    bootstrap.ensure(CHECKOUT)
    for name in NEEDED:
        target = checkout / name
        target.parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if (CHECKOUT / name).is_dir() else shutil.copy)(CHECKOUT / name, target)
    (checkout / ".venv").symlink_to(CHECKOUT / ".venv")
    for program in PROGRAMS:
        (checkout / program.stacks).mkdir()
    tools.mkdir()
    (tools / "pulumi").write_text(PULUMI)
    (tools / "pulumi").chmod(0o755)
    git(checkout, "init", "-q", "-b", "main")
    base = commit(checkout)
    with github() as hub:
        environment = {
            **os.environ,
            "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
            "CALLED": str(tmp_path / "called"),
            "GITHUB_API_URL": hub.api,
            "GITHUB_REPOSITORY": REPOSITORY,
        }
        given = {
            "github.event.pull_request.base.sha": base,
            "github.event.pull_request.number": "7",
            "github.token": TOKEN,
            "vars.PULUMI_BACKEND_URL": "file:///nowhere",
            **dict.fromkeys(
                (f"secrets.{name}" for name in ("AIC_ADMIN_USER", "AIC_ADMIN_PASSWD", "GRAFANA_TOKEN")), ""
            ),
        }
        yield Site(Runner(checkout, environment), hub, given)


def with_stacks(site: Site) -> None:
    for program in (WORKSPACE, WORKBENCH):
        (site.runner.checkout / program.stacks / f"Pulumi.{NAME}.yaml").write_text("config: {}\n")
    commit(site.runner.checkout)


def test_two_stacks_of_one_name_are_previewed_in_their_programs_and_told_apart(site: Site) -> None:
    with_stacks(site)
    jobs = workflow("preview")["jobs"]
    stacks = site.run(jobs["stacks"])["stacks"]
    assert json.loads(stacks) == [
        {"program": "project-workspace", "stack": NAME, "folder": "."},
        {"program": "workbench", "stack": NAME, "folder": "programs/workbench"},
    ]
    site.run_each(jobs["preview"], stacks)
    with_policies = f"preview --stack {NAME} --policy-pack CHECKOUT/policy --json --non-interactive"
    assert [line.replace(str(site.runner.checkout), "CHECKOUT") for line in site.called] == [
        f"CHECKOUT: {with_policies}",
        f"CHECKOUT/programs/workbench: {with_policies}",
    ]
    site.run(jobs["comment"], **{"needs.stacks.outputs.stacks": stacks})
    [comment] = site.hub.comments
    assert [line for line in comment["body"].splitlines() if line.startswith(("## ", "| `", "+ create"))] == [
        "## Preview: 2 stacks would change",
        f"| `project-workspace/{NAME}` | 1 |  |  |  |  | ✅ |",
        f"| `workbench/{NAME}` | 1 |  |  |  |  | ✅ |",
        "+ create x:y:Z in-clone",
        "+ create x:y:Z in-workbench",
    ]


@pytest.mark.thorough
def test_every_night_the_stacks_of_all_programs_are_looked_at(site: Site) -> None:
    with_stacks(site)
    jobs = workflow("drift")["jobs"]
    stacks = site.run(jobs["stacks"])["stacks"]
    site.run_each(jobs["look"], stacks)
    assert [line.partition(" --policy")[0] for line in site.called] == [
        f"CHECKOUT: preview --stack {NAME}",
        f"CHECKOUT/programs/workbench: preview --stack {NAME}",
    ]
    site.run(jobs["issue"], **{"needs.stacks.outputs.stacks": stacks})
    [issue] = site.hub.issues
    assert "Drift: 2 stacks would be changed back" in issue["body"]


def test_nothing_of_one_is_taken_for_the_others() -> None:
    """Names of jobs, of what they upload, and of the group in which updates of one stack wait for each other."""
    jobs = {name: workflow(name)["jobs"] for name in ("preview", "update", "drift")}
    uploads = [
        step["with"]["name"]
        for job in (jobs["preview"]["preview"], jobs["drift"]["look"])
        for step in job["steps"]
        if "upload-artifact" in step.get("uses", "")
    ]
    named = [
        *uploads,
        jobs["update"]["update"]["concurrency"]["group"],
        *(job["name"] for job in (jobs["preview"]["preview"], jobs["update"]["update"], jobs["drift"]["look"])),
    ]
    both = json.dumps([{"program": program, "stack": NAME, "folder": "."} for program in ("workbench", "ai-devops")])
    values = list(matrix(both))
    assert len(uploads) == 2
    assert [text for text in named if len({filled(text, each) for each in values}) != len(values)] == []


def test_an_update_recovers_runs_and_tells_its_stack_in_its_folder() -> None:
    [values] = matrix(json.dumps([{"program": "workbench", "stack": NAME, "folder": "programs/workbench"}]))
    steps = [step for step in workflow("update")["jobs"]["update"]["steps"] if "workspacectl" in step.get("run", "")]
    given = [{name: step["env"].get(name) for name in ("STACK", "FOLDER", "STACKS")} for step in steps]
    one = {"STACK": "${{ matrix.stack }}", "FOLDER": "${{ matrix.folder }}", "STACKS": None}
    assert given == [one, one, one, {"STACK": None, "FOLDER": None, "STACKS": "[${{ toJSON(matrix) }}]"}]
    assert all('--stack "$STACK" --folder "$FOLDER"' in step["run"] for step in steps[:3])
    assert json.loads(filled("[${{ toJSON(matrix) }}]", values)) == [
        {"program": "workbench", "stack": NAME, "folder": "programs/workbench"}
    ]
