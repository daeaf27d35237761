"""`make adopt-…` and the commands behind it: what one gives the other takes, and a failure ends in a sentence."""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from adoption.__main__ import app
from local.platform import CHECKOUT

GIVEN = {
    "PROJECT": "demo",
    "ENVIRONMENT": "dev",
    "INFRA": "meerkat",
    "CLUSTER": "eks-demo",
    "REGION_ALIAS": "an2",
    "CONDUCTOR_URL": "https://aicond.example.com",
    "GRAFANA_URL": "https://grafana.example.com",
    "GRAFANA_FOLDER": "monitoring",
    "STACK": "demo-dev",
}


def called(target: str, **given: str) -> list[str]:
    """The arguments that the make target gives to `python -m adoption`."""
    variables = [f"{name}={value}" for name, value in given.items()]
    shown = subprocess.run(
        ["make", "-n", target, *variables],
        cwd=CHECKOUT,
        # Below `make test`, make would say where it works.
        env={name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))},
        capture_output=True,
        text=True,
        check=True,
    )
    words = shlex.split(shown.stdout.replace("\\\n", " "))
    return words[words.index("adoption") + 1 :]


@pytest.mark.parametrize("target", ["adopt-stack-file", "adopt-preview", "adopt"])
def test_what_make_gives_the_command_takes(target: str) -> None:
    name, *options = called(target, **GIVEN)
    command = get_command(app).commands[name]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]
    parsed = command.make_context(name, [*options, *(["--region", "r"] if "file" in name else [])]).params  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    given = {str(value) for key, value in parsed.items() if value and key not in ("folder", "region")}  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType, reportUnknownArgumentType]
    wanted = {value for key, value in GIVEN.items() if (key == "STACK") != (target == "adopt-stack-file")}
    assert given == wanted


def test_what_is_not_given_is_left_to_the_command() -> None:
    few = {name: GIVEN[name] for name in ("PROJECT", "ENVIRONMENT", "INFRA")}
    empty = dict.fromkeys(set(GIVEN) - set(few), "")
    assert called("adopt-stack-file", **few, **empty) == (
        ["stack-file", "--project", "demo", "--environment", "dev", "--infra", "meerkat"]
    )


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["preview"], "error: Expected the stack's file {folder}/Pulumi.demo-dev.yaml."),
        (["import"], "error: Expected 'pulumi' on the PATH."),
    ],
)
def test_a_failure_ends_in_a_sentence_and_not_in_a_traceback(tmp_path: Path, command: list[str], said: str) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: empty\nruntime: python\n")
    runner = CliRunner(env={"PATH": str(tmp_path)})
    ended = runner.invoke(app, [*command, "--stack", "demo-dev", "--folder", str(tmp_path)])
    assert ended.exit_code == 1
    assert ended.stderr.startswith(said.format(folder=tmp_path))
    assert len(ended.stderr.splitlines()) == 1
