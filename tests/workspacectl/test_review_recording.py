"""What is kept of the engine's events: what a review needs, and nothing that holds a secret."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from workspacectl.review import events, recording
from workspacectl.review.commands import MAY_NOT_PASS, app

RECORDED = Path(__file__).parent / "events"
SECRET = "hunter2"


def event(number: int, **body: Any) -> str:
    return json.dumps({"sequence": number, "timestamp": 1, **body}) + "\n"


STREAM = [
    "warning: not an event\n",
    event(0, preludeEvent={"config": {"project-workspace:deleteData": "true", "aws:token": SECRET}}),
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
        {"sequence": 0, "preludeEvent": {"config": {"project-workspace:deleteData": "true"}}},
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


def pulumi(folder: Path, script: str) -> None:
    """A program of that name that notes how it was called."""
    file = folder / "pulumi"
    notes = f'echo "$@" > {folder}/called\necho "$PULUMI_ENABLE_STREAMING_JSON_PREVIEW" >> {folder}/called'
    file.write_text(f"#!/bin/sh\n{notes}\n{script}\n")
    file.chmod(0o755)


def test_the_command_keeps_the_events_privately_and_ends_as_pulumi_did(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: demo\n")
    (tmp_path / "stream").write_text("".join(STREAM))
    pulumi(tmp_path, f"cat {tmp_path}/stream; exit 7")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    out = tmp_path / "out"
    given = ["--stack", "demo-dev", "--out", str(out), "--folder", str(tmp_path), "--policies", str(tmp_path)]
    ended = CliRunner().invoke(app, ["run", "--command", "up", "--refresh", *given])
    assert ended.exit_code == 7
    kept = out / "demo-dev.json"
    assert kept.read_text() == "".join(recording.filter_events(STREAM))
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert (tmp_path / "called").read_text().splitlines() == [
        f"up --stack demo-dev --policy-pack {tmp_path} --yes --skip-preview --refresh --json --non-interactive",
        "true",
    ]


# What pulumi 3.274.1 writes when it cannot load or configure the policy pack; the reason is on standard error.
NEVER_BEGAN = [event(0, policyLoadEvent={}), event(1, cancelEvent={})]


@pytest.mark.parametrize("stream", [NEVER_BEGAN, []], ids=["the policy pack was refused", "no events"])
def test_a_preview_that_never_began_is_not_taken_for_one_without_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stream: list[str]
) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: demo\n")
    (tmp_path / "stream").write_text("".join(stream))
    pulumi(tmp_path, f"cat {tmp_path}/stream; echo 'error: configuring policy pack' >&2; exit 1")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    out = tmp_path / "out"
    given = ["--stack", "demo-dev", "--out", str(out), "--folder", str(tmp_path), "--policies", str(tmp_path)]
    assert CliRunner().invoke(app, ["run", *given]).exit_code == 1
    assert events.read((out / "demo-dev.json").read_text(), "demo-dev").errors == [
        "'pulumi preview' ended with exit code 1, and its events do not say why: its output does."
    ]
    shown = CliRunner().invoke(app, ["comment", "--from", str(out), "--check"])
    assert shown.exit_code == MAY_NOT_PASS
    assert "### `demo-dev` failed" in shown.stdout


def test_a_preview_that_a_rule_stopped_needs_no_other_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = {"policyName": "p", "enforcementLevel": "mandatory", "message": "m", "resourceUrn": ""}
    (tmp_path / "Pulumi.yaml").write_text("name: demo\n")
    (tmp_path / "stream").write_text(event(0, policyEvent=broken))
    pulumi(tmp_path, f"cat {tmp_path}/stream; exit 1")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    given = ["--stack", "demo-dev", "--out", str(tmp_path / "out"), "--folder", str(tmp_path)]
    assert CliRunner().invoke(app, ["run", *given]).exit_code == 1
    preview = events.read((tmp_path / "out" / "demo-dev.json").read_text(), "demo-dev")
    assert (len(preview.violations), preview.errors) == (1, [])


def test_without_pulumi_it_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    ended = CliRunner().invoke(app, ["run", "--stack", "demo-dev", "--out", str(tmp_path)])
    assert ended.exit_code == 1
    assert ended.stderr.startswith("error: Expected 'pulumi' on the PATH.")
