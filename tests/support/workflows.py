"""The workflows as GitHub reads them: their jobs, their shell steps, and the values of expressions.

Owns: reading the files and putting values into `${{ … }}`. Does not own what a runner is: actions are not run, and
`if:` is left to whoever runs the steps.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from local.checkout import CHECKOUT

FOLDER = CHECKOUT / ".github" / "workflows"
_EXPRESSION = re.compile(r"\$\{\{\s*([^}]+?)\s*\}\}")


def workflow(name: str) -> dict[str, Any]:
    """One workflow, for example `preview`."""
    return YAML(typ="safe").load(FOLDER / f"{name}.yml")


@dataclass(frozen=True)
class Runner:
    """A checkout in which shell steps are run."""

    checkout: Path
    environment: Mapping[str, str]

    def run(self, job: Mapping[str, Any], values: Mapping[str, str]) -> dict[str, str]:
        """Run the shell steps of a job in order; answers what they wrote to GITHUB_OUTPUT, and the last exit code.

        A step that fails ends the job, but for steps that are run always. Nothing is cancelled.
        """
        output = self.checkout / ".git" / "github-output"
        output.write_text("")
        code = 0
        for step in (step for step in job["steps"] if "run" in step):
            if step.get("if") == "cancelled()" or (code and step.get("if") != "always()"):
                continue
            ended = subprocess.run(
                ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", filled(step["run"], values)],
                cwd=self.checkout,
                env={**self.environment, **_given(step, values), "GITHUB_OUTPUT": str(output)},
                capture_output=True,
                text=True,
                check=False,
            )
            code = code or ended.returncode
            print(ended.stdout, ended.stderr)
        lines = (line.partition("=") for line in output.read_text().splitlines())
        return {**{name: value for name, _, value in lines}, "code": str(code)}


def matrix(stacks: str) -> Iterator[dict[str, str]]:
    """The values of each job of a matrix that includes these stacks (JSON)."""
    for each in json.loads(stacks):
        yield {"toJSON(matrix)": json.dumps(each), **{f"matrix.{key}": value for key, value in each.items()}}


def git(folder: Path, *arguments: str) -> str:
    """What git answers there; commits are a test's."""
    person = ["-c", "user.name=Test", "-c", "user.email=test@example.com"]
    command = ["git", *person, *arguments]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


def commit(folder: Path) -> str:
    """Commit everything that is there; answers the commit."""
    git(folder, "add", "-A", "--", ".", ":!.venv")
    git(folder, "commit", "-q", "--no-gpg-sign", "-m", "change")
    return git(folder, "rev-parse", "HEAD")


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with the values of its expressions. Raises KeyError for one that has none."""
    return _EXPRESSION.sub(lambda found: values[found[1]], text)


def _given(step: Mapping[str, Any], values: Mapping[str, str]) -> dict[str, str]:
    return {name: filled(str(value), values) for name, value in step.get("env", {}).items()}
