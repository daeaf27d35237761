"""The workflows' own shell steps, run in a clone against the local platform, for stacks of one name in two programs:
preview, update, drift."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from local import inventory
from local.checkout import CHECKOUT
from local.platform import Platform
from project_workspace.config.programs import PROGRAMS
from project_workspace.config.workbench_program import WORKBENCH
from scripts import bootstrap
from tests.support.engine.drifting import Hand
from tests.support.engine.workspaces import Workspace
from tests.support.github_server import REPOSITORY, TOKEN, github
from tests.support.workflows import Runner, commit, git, matrix, workflow
from workspacectl.pulumi_cli import Engine

pytestmark = pytest.mark.engine

STACK = "shown-dev"
BOTH = [
    {"program": "project-workspace", "stack": STACK, "folder": "."},
    {"program": "workbench", "stack": STACK, "folder": "programs/workbench"},
]


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """The checkout as a team has it, without the example stacks, in a repository of its own with one commit."""
    folder = tmp_path / "clone"
    # The workflows' `make program` must find nothing to do there: it would install the clone into this environment.
    bootstrap.ensure(CHECKOUT)
    ignored = shutil.ignore_patterns(
        ".git", ".local", ".venv", "__pycache__", ".pytest_cache", ".hypothesis", ".ruff_cache"
    )
    shutil.copytree(CHECKOUT, folder, ignore=ignored)
    (folder / ".venv").symlink_to(CHECKOUT / ".venv")
    for program in PROGRAMS:
        examples = set((folder / program.stacks).glob("Pulumi.*.yaml")) - {folder / "stacks" / "Pulumi.local.yaml"}
        assert examples
        for example in examples:
            example.unlink()
    git(folder, "init", "-q", "-b", "main")
    commit(folder)
    return folder


@pytest.fixture
def workbench(clone: Path, environment: dict[str, str]) -> Iterator[Workspace]:
    """A Workbench whose stack has the name of the workspace's."""
    made = Workspace("shown", Engine(clone / WORKBENCH.folder, environment), namespace=WORKBENCH.namespace)
    assert made.stack == STACK
    made.write(environment="dev", infra="meerkat", hostname="anaconda.dev.example.com", **WORKBENCH.first)
    made.engine.select(STACK)
    yield made
    if made.resources():
        assert made.destroy().code == 0


@pytest.mark.thorough
def test_the_workflows_preview_update_and_tell_drift_of_two_programs_stacks(
    platform: Platform,
    before: inventory.Inventory,
    workspace: Callable[..., Workspace],
    clone: Path,
    workbench: Workspace,
) -> None:
    base = git(clone, "rev-parse", "HEAD")
    demo = workspace("shown")
    for each in (demo, workbench):
        # The way to the cluster that needs nothing of a runner; the other, `fromCluster`, needs EKS itself.
        each.set_secret("kubernetes:kubeconfig", platform.kubeconfig.read_text())
    shutil.copy(demo.file, clone / "stacks")
    commit(clone)
    credentials = platform.credentials
    values = {
        "github.event.pull_request.base.sha": base,
        "github.event.before": base,
        "github.event.pull_request.number": "7",
        "github.token": TOKEN,
        "needs.stacks.outputs.stacks": json.dumps(BOTH),
        "vars.PULUMI_BACKEND_URL": demo.engine.environment["PULUMI_BACKEND_URL"],
        "secrets.AIC_ADMIN_USER": credentials.conductor_user,
        "secrets.AIC_ADMIN_PASSWD": credentials.conductor_password,
        "secrets.GRAFANA_TOKEN": credentials.grafana_token,
    }
    own = {**demo.engine.environment}
    for name in ("AIC_ADMIN_USER", "AIC_ADMIN_PASSWD", "GRAFANA_TOKEN", "PULUMI_BACKEND_URL", "KUBECONFIG"):
        del own[name]
    summary = clone / ".git" / "summary.md"
    with github() as hub:
        own |= {"GITHUB_API_URL": hub.api, "GITHUB_REPOSITORY": REPOSITORY, "GITHUB_STEP_SUMMARY": str(summary)}
        runner = Runner(clone, own)
        Engine(clone, demo.engine.environment).select(STACK)

        def done(name: str, *jobs: str) -> None:
            """The jobs of a workflow in turn, those of a matrix for both stacks."""
            for job in (workflow(name)["jobs"][job] for job in jobs):
                for one in matrix(json.dumps(BOTH)) if "strategy" in job else [dict[str, str]()]:
                    assert runner.run(job, {**values, **one})["code"] == "0"

        def touched(name: str) -> list[dict[str, str]]:
            return json.loads(runner.run(workflow(name)["jobs"]["stacks"], values)["stacks"])

        assert touched("preview") == BOTH
        done("preview", "preview", "comment", "comment")
        [comment] = hub.comments
        assert comment["body"].startswith("<!-- project-workspace: preview -->\n## Preview: 2 stacks would change\n")
        assert f"| `workbench/{STACK}` | " in comment["body"]
        assert inventory.differences(before, inventory.take(platform)) == []

        assert touched("update") == BOTH
        done("update", "update")
        told = [line for line in summary.read_text().splitlines() if line.startswith(("## ", "| `"))]
        assert [line.rpartition("`")[0] for line in told if line.startswith("|")] == [
            f"| `project-workspace/{STACK}",
            f"| `workbench/{STACK}",
        ]
        assert [line for line in told if line.startswith("##")] == ["## Update: 1 stack changed"] * 2
        assert [each.preview("--expect-no-changes").code for each in (demo, workbench)] == [0, 0]

        assert touched("drift") == BOTH
        Hand(platform).change_account("shown-edge", role="ADMIN")
        done("drift", "look", "issue")
        [issue] = hub.issues
        assert issue["labels"] == ["drift"]
        assert '-     role: "DEVELOPER"\n+     role: "ADMIN"' in issue["body"]
        assert f"| `workbench/{STACK}` |  |  |  |  |  |" in issue["body"]
        demo.up("--refresh")
        done("drift", "look", "issue")
        assert issue["state"] == "closed"
