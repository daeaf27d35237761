"""`workspacectl adopt`: a failure ends in a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from workspacectl.__main__ import app


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
    ended = runner.invoke(app, ["adopt", *command, "--stack", "demo-dev", "--folder", str(tmp_path)])
    assert ended.exit_code == 1
    assert ended.stderr.startswith(said.format(folder=tmp_path))
    assert len(ended.stderr.splitlines()) == 1
