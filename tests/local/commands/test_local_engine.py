"""How `pulumi` is run: in the project's folder, with the platform's environment, secrets by its input only."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from workspacectl import pulumi_cli as engine_module
from workspacectl.pulumi_cli import Engine, EngineError, Result

SECRET = "correct-horse-battery-staple"


@pytest.fixture
def engine(pulumi: Any, tmp_path: Path) -> Engine:
    return Engine(tmp_path, {"PATH": os.pathsep.join([str(pulumi.folder), os.environ.get("PATH", os.defpath)])})


@pytest.fixture
def scripted(engine: Engine, pulumi: Any) -> Callable[[str], Engine]:
    """An engine whose `pulumi` is the given shell script."""

    def make(script: str) -> Engine:
        (pulumi.folder / "pulumi").write_text(f"#!/bin/sh\n{script}\n")
        return engine

    return make


def test_a_secret_goes_by_the_input_and_never_by_the_command_line(engine: Engine, pulumi: Any) -> None:
    engine.checked("config", "set", "--path", "--secret", "login.password", said=SECRET)
    assert pulumi.said == SECRET
    assert pulumi.calls == ["config set --path --secret login.password --non-interactive"]


def test_a_secret_is_in_no_message_of_a_command_that_failed(engine: Engine, pulumi: Any) -> None:
    pulumi.fail("config")
    with pytest.raises(EngineError) as failed:
        engine.checked("config", "set", "--secret", "grafanaToken", said=SECRET)
    assert pulumi.said == SECRET
    assert str(failed.value) == (
        "'pulumi config set --secret grafanaToken' ended with exit code 255.\nerror: it went wrong"
    )


def test_a_command_that_is_told_nothing_reads_an_end_and_not_the_terminal(engine: Engine, pulumi: Any) -> None:
    engine.run("whoami")
    assert pulumi.said == ""


def test_a_command_runs_in_the_project_with_the_given_environment_alone(
    scripted: Callable[[str], Engine], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OF_THE_CALLER", "1")
    engine = scripted('pwd; echo "${OF_THE_CALLER-unset}"')
    assert engine.run("about") == Result(0, f"{tmp_path}\nunset\n", "")


def test_a_warning_is_not_part_of_what_a_machine_reads(scripted: Callable[[str], Engine]) -> None:
    engine = scripted('echo warning: old >&2; echo \'{"user": "a"}\'')
    assert engine.run("stack") == Result(0, '{"user": "a"}\n', "warning: old\n")
    assert engine.run("stack").output == '{"user": "a"}\nwarning: old\n'
    assert engine.outputs("demo-dev") == {"user": "a"}


def test_output_that_is_shown_is_not_kept_nor_repeated_in_the_message(
    scripted: Callable[[str], Engine], capfd: pytest.CaptureFixture[str]
) -> None:
    engine = scripted("echo seen; echo wrong >&2; exit 4")
    with pytest.raises(EngineError) as failed:
        engine.checked("up", "--yes", show=True)
    assert str(failed.value) == "'pulumi up --yes' ended with exit code 4."
    assert capfd.readouterr() == ("seen\n", "wrong\n")


def test_a_command_that_does_not_end_is_killed_and_ends_in_a_sentence(
    scripted: Callable[[str], Engine], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module, "LIMIT_SECONDS", 0.3)
    engine = scripted(f"echo $$ > {shlex.quote(str(tmp_path / 'pid'))}; exec sleep 300")
    with pytest.raises(EngineError) as failed:
        engine.run("up", said=SECRET)
    assert str(failed.value) == (
        "'pulumi up' did not end within 0.3 s and was killed. "
        "Its stack may still be locked: 'pulumi cancel', then repeat."
    )
    assert failed.value.__suppress_context__
    assert not Path("/proc", (tmp_path / "pid").read_text().strip()).exists()


def test_outputs_are_secret_unless_asked_for(engine: Engine, pulumi: Any) -> None:
    pulumi.answer({"user": "a", "password": "[secret]"}, {"user": "a", "password": SECRET})
    assert engine.outputs("demo-dev") == {"user": "a", "password": "[secret]"}
    assert engine.outputs("demo-dev", secrets=True) == {"user": "a", "password": SECRET}
    assert pulumi.calls == [
        "stack output --json --stack demo-dev --non-interactive",
        "stack output --json --stack demo-dev --show-secrets --non-interactive",
    ]


def test_a_stack_is_made_unless_it_is_there(engine: Engine, pulumi: Any) -> None:
    engine.select("demo-dev")
    assert pulumi.calls == ["stack select --create --stack demo-dev --non-interactive"]
