"""Options come from options: no command takes a variable of the environment that its help does not name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import typer
from typer.testing import CliRunner

from project_workspace.remote.errors import CredentialsError
from workspacectl.__main__ import app
from workspacectl.adopt import discovery, write_stack_file
from workspacectl.adopt.discovery import Question

LIKE_OPTIONS = {
    "GRAFANA_URL": "https://grafana.example.com",
    "GRAFANA_FOLDER": "monitoring",
    "AIC_FRONTEND_URL": "https://aicond.example.com",
    "CONDUCTOR_URL": "https://aicond.example.com",
    "CLUSTER": "eks-demo",
    "REGION_ALIAS": "an2",
}
"""What `make local-env`, or somebody's shell, may have set."""


def options(command: Any, name: str = "") -> Iterator[tuple[str, click.Parameter]]:
    """Every option of every command, with the command's name."""
    for parameter in command.params:
        yield name, parameter
    for word, below in getattr(command, "commands", {}).items():
        yield from options(below, f"{name} {word}".strip())


def test_only_the_region_may_come_from_the_environment_and_the_help_says_so() -> None:
    found = {(name, each.name, str(each.envvar)) for name, each in options(typer.main.get_command(app)) if each.envvar}
    assert found == {("new", "region", "AWS_REGION"), ("adopt stack-file", "region", "AWS_REGION")}
    for command in (["new"], ["adopt", "stack-file"]):
        assert "AWS_REGION" in CliRunner(env={"COLUMNS": "200"}).invoke(app, [*command, "--help"]).stdout


def test_a_stack_file_is_asked_for_with_what_is_given_and_nothing_of_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Question] = []
    monkeypatch.setattr(write_stack_file, "write", lambda _stack, question, *_: asked.append(question))
    (tmp_path / "Pulumi.yaml").write_text("name: demo\nruntime: python\n")
    given = ["--project", "demo", "--environment", "dev", "--infra", "meerkat", "--folder", str(tmp_path)]
    ended = CliRunner(env={**LIKE_OPTIONS, "AWS_REGION": "ap-northeast-2"}).invoke(app, ["adopt", "stack-file", *given])
    assert ended.exit_code == 0, ended.output
    assert asked == [
        Question(
            project="demo",
            environment="dev",
            infra="meerkat",
            region="ap-northeast-2",
            region_alias=None,
            cluster=None,
            grafana_url=None,
            grafana_folder=None,
            conductor_url=None,
        )
    ]


def test_the_administrator_is_the_documented_variables_and_no_variable_named_like_a_setting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("AIC_ADMIN_USER", "AIC_ADMIN_PASSWD"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("conductorAdminUser", "somebody")
    monkeypatch.setenv("conductorAdminPassword", "something")
    question = Question(
        project="demo",
        environment="dev",
        infra="meerkat",
        region="ap-northeast-2",
        region_alias="an2",
        cluster=None,
        grafana_url=None,
        grafana_folder=None,
        conductor_url="http://127.0.0.1:1",
    )
    with pytest.raises(CredentialsError, match="Expected the login ID of an AI Conductor administrator"):
        discovery._conductor(question, question.names())


@pytest.mark.parametrize(
    ("command", "named"),
    [
        (["review", "comment"], ["GITHUB_REPOSITORY", "GITHUB_TOKEN", "GITHUB_API_URL"]),
        (["review", "issue"], ["GITHUB_REPOSITORY", "GITHUB_TOKEN", "GITHUB_API_URL"]),
        (["adopt", "stack-file"], ["AIC_ADMIN_USER", "AIC_ADMIN_PASSWD", "KUBECONFIG"]),
    ],
    ids=" ".join,
)
def test_the_help_names_the_variables_that_say_where_and_with_which_credentials(
    command: list[str], named: list[str]
) -> None:
    said = CliRunner(env={"COLUMNS": "200"}).invoke(app, [*command, "--help"]).stdout
    assert [name for name in named if name not in said] == []
