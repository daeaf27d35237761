"""`workspacectl values`: the file is the stack's output, and nothing is written where there is none."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from workspacectl.failures import ToolError
from workspacectl.pulumi_cli import Engine
from workspacectl.values.commands import written

TEXT = "hostname: anaconda.example.com\ndescription: größer\n"


@dataclass(frozen=True)
class Recorded(Engine):
    """An engine whose stack has these outputs."""

    project: Path = Path()
    environment: dict[str, str] = field(default_factory=dict[str, str])
    answer: dict[str, Any] = field(default_factory=dict[str, Any])

    def outputs(self, stack: str, *, secrets: bool = False) -> dict[str, Any]:
        assert not secrets, "nothing of it is secret"
        return self.answer


def test_the_file_is_the_output_and_replaces_what_was_there(tmp_path: Path) -> None:
    file = tmp_path / "values.yaml"
    file.write_text("an older one that was longer than the newer one is\n" * 9)
    written(Recorded(answer={"valuesYaml": TEXT, "namespace": "n"}), "trial-dev", file)
    assert file.read_text(encoding="utf-8") == TEXT


def test_a_stack_without_values_is_told_apart_and_the_file_stays(tmp_path: Path) -> None:
    file = tmp_path / "values.yaml"
    file.write_text("older")
    with pytest.raises(ToolError, match=r"'demo-dev' has no output 'valuesYaml'\. Run 'pulumi up -s demo-dev' first"):
        written(Recorded(answer={"namespace": "n"}), "demo-dev", file)
    assert file.read_text() == "older"


def test_a_file_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match=r"Could not write .*nowhere/values\.yaml: No such file or directory\. Give"):
        written(Recorded(answer={"valuesYaml": TEXT}), "trial-dev", tmp_path / "nowhere" / "values.yaml")
