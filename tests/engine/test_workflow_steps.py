"""The workflows' own shell steps, run in a clone against the local platform: preview, update, drift."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from local import inventory
from local.checkout import CHECKOUT
from local.http_serving import serving
from local.platform import Platform
from scripts import bootstrap
from tests.support.engine.drifting import Hand
from tests.support.engine.workspaces import Workspace
from tests.support.github import GitHubStandIn
from tests.support.workflows import Runner, workflow
from workspacectl.pulumi_cli import Engine

pytestmark = pytest.mark.engine

STACK = "shown-dev"
NOT_COPIED = (".git", ".local", ".venv", "__pycache__", ".pytest_cache", ".hypothesis", ".ruff_cache")
REPOSITORY = "team/workspaces"


class GitHub(BaseHTTPRequestHandler):
    """The stand-in for GitHub, reached over HTTP."""

    standin: GitHubStandIn

    def _answer(self) -> None:
        content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        url = f"{self.standin.api}{self.path}"
        asked = httpx.Request(self.command, url, headers=dict(self.headers.items()), content=content)
        answer = self.standin.answer(asked)
        self.send_response(answer.status_code)
        self.send_header("Content-Length", str(len(answer.content)))
        self.end_headers()
        self.wfile.write(answer.content)

    do_GET = do_POST = do_PATCH = _answer  # noqa: N815 - the names of the base

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def github() -> Generator[GitHubStandIn]:
    """A GitHub on an address of its own."""
    standin = GitHubStandIn(api="", repository=REPOSITORY, token="token-of-the-job")
    handler = type("Handler", (GitHub,), {"standin": standin})
    with serving(ThreadingHTTPServer(("127.0.0.1", 0), handler)) as url:
        standin.api = url
        yield standin


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
    examples = set((folder / "stacks").glob("Pulumi.*.yaml")) - {folder / "stacks" / "Pulumi.local.yaml"}
    assert examples
    for example in examples:
        example.unlink()
    git(folder, "init", "-q", "-b", "main")
    commit(folder)
    return folder


def git(folder: Path, *arguments: str) -> str:
    person = ["-c", "user.name=Test", "-c", "user.email=test@example.com"]
    command = ["git", *person, *arguments]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


def commit(folder: Path) -> str:
    git(folder, "add", "-A", "--", ".", ":!.venv")
    git(folder, "commit", "-q", "--no-gpg-sign", "-m", "change")
    return git(folder, "rev-parse", "HEAD")


@pytest.mark.thorough
def test_the_workflows_preview_update_and_tell_drift(
    platform: Platform, before: inventory.Inventory, workspace: Callable[..., Workspace], clone: Path
) -> None:
    base = git(clone, "rev-parse", "HEAD")
    demo = workspace("shown")
    # The way to the cluster that needs nothing of a runner; the other, `fromCluster`, needs EKS itself.
    demo.set_secret("kubernetes:kubeconfig", platform.kubeconfig.read_text())
    shutil.copy(demo.engine.project / "stacks" / f"Pulumi.{STACK}.yaml", clone / "stacks")
    commit(clone)
    credentials = platform.credentials
    values = {
        "github.event.pull_request.base.sha": base,
        "github.event.before": base,
        "github.event.pull_request.number": "7",
        "github.token": "token-of-the-job",
        "matrix.stack": STACK,
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

        preview = workflow("preview")["jobs"]
        values["needs.stacks.outputs.stacks"] = runner.run(preview["stacks"], values)["stacks"]
        assert json.loads(values["needs.stacks.outputs.stacks"]) == [STACK]
        for job in ("preview", "comment", "comment"):
            assert runner.run(preview[job], values)["code"] == "0"
        [comment] = hub.comments
        assert comment["body"].startswith("<!-- project-workspace: preview -->\n## Preview: 1 stack would change\n")
        assert inventory.differences(before, inventory.take(platform)) == []

        update = workflow("update")["jobs"]
        assert json.loads(runner.run(update["stacks"], values)["stacks"]) == [STACK]
        assert runner.run(update["update"], values)["code"] == "0"
        assert summary.read_text().startswith("<!-- project-workspace: update -->\n## Update: 1 stack changed\n")
        assert demo.preview("--expect-no-changes").code == 0

        drift = workflow("drift")["jobs"]
        assert json.loads(runner.run(drift["stacks"], values)["stacks"]) == [STACK]
        Hand(platform).change_account("shown-edge", role="ADMIN")
        for job in ("look", "issue"):
            assert runner.run(drift[job], values)["code"] == "0"
        [issue] = hub.issues
        assert issue["labels"] == ["drift"]
        assert '-     role: "DEVELOPER"\n+     role: "ADMIN"' in issue["body"]
        demo.up("--refresh")
        for job in ("look", "issue"):
            assert runner.run(drift[job], values)["code"] == "0"
        assert issue["state"] == "closed"
