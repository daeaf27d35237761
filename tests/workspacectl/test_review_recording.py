"""What is kept of the engine's events: what a review needs, and nothing that holds a secret."""

from __future__ import annotations

import json
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from workspacectl.review import events, recording
from workspacectl.review.commands import MAY_NOT_PASS, app

RECORDED = Path(__file__).parent / "events" / "project-workspace"
SECRET = "hunter2"


def event(number: int, **body: Any) -> str:
    return json.dumps({"sequence": number, "timestamp": 1, **body}) + "\n"


STREAM = [
    "warning: not an event\n",
    event(0, preludeEvent={"config": {"workbench:deleteData": "true", "workbench:adopt": "true", "aws:token": SECRET}}),
    event(1, diagnosticEvent={"severity": "debug", "message": f"resolved to {SECRET}"}),
    event(2, diagnosticEvent={"severity": "info", "message": f"resolved to {SECRET}"}),
    event(3, diagnosticEvent={"severity": "error", "message": "it failed"}),
    event(4, resourcePreEvent={"metadata": {"op": "same", "type": "t", "urn": "u::n", "old": {"inputs": SECRET}}}),
    event(5, resourcePreEvent={"metadata": {"op": "delete", "type": "t", "urn": "u::n"}}),
    event(6, policyAnalyzeSummaryEvent={"passed": ["x"]}),
    event(7, summaryEvent={"resourceChanges": {"delete": 1}}),
]


def test_only_what_a_review_needs_is_kept() -> None:
    kept = list(recording.filter_events(STREAM))
    assert [json.loads(line) for line in kept] == [
        {"sequence": 0, "preludeEvent": {"config": {"workbench:deleteData": "true", "workbench:adopt": "true"}}},
        {"sequence": 3, "diagnosticEvent": {"severity": "error", "message": "it failed"}},
        {"sequence": 5, "resourcePreEvent": {"metadata": {"op": "delete", "type": "t", "urn": "u::n"}}},
    ]


@pytest.mark.parametrize("name", ["create", "changes", "drift", "same"])
def test_the_sieve_takes_nothing_from_a_review(name: str) -> None:
    text = (RECORDED / f"{name}.json").read_text()
    whole, filter_events = (
        events.read(text, name),
        events.read("".join(recording.filter_events(text.splitlines())), name),
    )
    assert (filter_events.steps, filter_events.violations, filter_events.errors) == (
        whole.steps,
        whole.violations,
        whole.errors,
    )


@dataclass(frozen=True)
class Project:
    """A project's folder, and a program `pulumi` that writes a stream of events and notes how it is called."""

    folder: Path

    @property
    def out(self) -> Path:
        return self.folder / "out"

    @property
    def kept(self) -> Path:
        return self.out / "demo" / "demo-dev.json"

    @property
    def called(self) -> list[str]:
        return (self.folder / "called").read_text().splitlines()

    def run(self, stream: list[str], ending: str, *options: str) -> int:
        """The exit code of `workspacectl review run` when `pulumi` writes that and ends so."""
        (self.folder / "stream").write_text("".join(stream))
        notes = 'echo "$@" > called\necho "$PULUMI_ENABLE_STREAMING_JSON_PREVIEW" >> called'
        program = self.folder / "pulumi"
        program.write_text(f"#!/bin/sh\ncd {self.folder}\n{notes}\ncat stream\n{ending}\n")
        program.chmod(0o755)
        given = ["--stack", "demo-dev", "--out", str(self.out), "--folder", str(self.folder)]
        return CliRunner().invoke(app, ["run", *given, *options]).exit_code


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    (tmp_path / "Pulumi.yaml").write_text("name: demo\n")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    return Project(tmp_path)


def test_the_command_keeps_the_events_privately_and_ends_as_pulumi_did(project: Project) -> None:
    policies = str(project.folder)
    assert project.run(STREAM, "exit 7", "--command", "up", "--refresh", "--policies", policies) == 7
    assert project.kept.read_text() == "".join(recording.filter_events(STREAM))
    assert stat.S_IMODE(project.kept.stat().st_mode) == 0o600
    assert project.called == [
        f"up --stack demo-dev --policy-pack {policies} --yes --skip-preview --refresh --json --non-interactive",
        "true",
    ]


# What pulumi 3.274.1 writes when it cannot load or configure the policy pack; the reason is on standard error.
NEVER_BEGAN = [event(0, policyLoadEvent={}), event(1, cancelEvent={})]


@pytest.mark.parametrize("stream", [NEVER_BEGAN, []], ids=["the policy pack was refused", "no events"])
def test_a_preview_that_never_began_is_not_taken_for_one_without_changes(project: Project, stream: list[str]) -> None:
    assert project.run(stream, "echo 'error: configuring policy pack' >&2; exit 1") == 1
    assert events.read(project.kept.read_text(), "demo-dev").errors == [
        "'pulumi preview' ended with exit code 1, and its events do not say why: its output does."
    ]
    shown = CliRunner().invoke(app, ["comment", "--from", str(project.out), "--check"])
    assert shown.exit_code == MAY_NOT_PASS
    assert "### `demo/demo-dev` failed" in shown.stdout


def test_a_preview_that_a_rule_stopped_needs_no_other_reason(project: Project) -> None:
    broken = {"policyName": "p", "enforcementLevel": "mandatory", "message": "m", "resourceUrn": ""}
    assert project.run([event(0, policyEvent=broken)], "exit 1") == 1
    preview = events.read(project.kept.read_text(), "demo-dev")
    assert (len(preview.violations), preview.errors) == (1, [])


def test_without_pulumi_it_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    ended = CliRunner().invoke(app, ["run", "--stack", "demo-dev", "--out", str(tmp_path)])
    assert ended.exit_code == 1
    assert ended.stderr.startswith("error: Expected 'pulumi' on the PATH.")
