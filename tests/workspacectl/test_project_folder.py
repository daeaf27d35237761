"""Which folder a command works on."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from workspacectl.__main__ import app

COMMANDS = {
    "new": ["new"],
    "adopt stack-file": [
        *("adopt", "stack-file", "--project", "demo", "--environment", "dev"),
        *("--infra", "meerkat", "--region", "eu-west-1"),
    ],
    "adopt preview": ["adopt", "preview", "--stack", "demo-dev"],
    "adopt import": ["adopt", "import", "--stack", "demo-dev"],
    "review run": ["review", "run", "--stack", "demo-dev", "--out", "out"],
}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_folder_without_a_project_is_refused_in_a_sentence(command: str, tmp_path: Path) -> None:
    ended = CliRunner().invoke(app, [*COMMANDS[command], "--folder", str(tmp_path)], terminal_width=1000)
    assert ended.exit_code == 2
    said = " ".join(ended.stderr.replace("\u2502", " ").split())
    assert "Invalid value for '--folder': Expected a folder with a Pulumi.yaml, for example '.';" in said
    assert list(tmp_path.iterdir()) == []
