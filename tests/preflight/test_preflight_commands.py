"""What `workspacectl preflight` prints, writes and ends with."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from workspacectl.__main__ import app
from workspacectl.failures import ToolError
from workspacectl.preflight import commands, reports, running
from workspacectl.preflight.answers import Answer, Detail, Line, failed, ok, unknown, warning
from workspacectl.preflight.profiles import PROFILES, Profile
from workspacectl.preflight.sites import site_of
from workspacectl.pulumi_cli import Engine

OWN = ", ".join(name for name, profile in PROFILES.items() if profile.of == "project-workspace")
WELL = Line("pulumi", "Pulumi's engine is of a version.", ok("v3.274.1"))
ODD = Line("gpus", "Something advertises GPUs.", warning("no node, and <no> plugin", "one | or two", "install it"))
BROKEN = Line("eks-cluster", "The EKS cluster is there.", failed("eks-demo is CREATING", "ACTIVE", "aws eks wait"))


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Runs the command with these lines as its answers."""
    (tmp_path / "Pulumi.yaml").write_text("name: project-workspace\nruntime: python\n")

    def run(lines: list[Line], *options: str) -> Any:
        monkeypatch.setattr(commands, "site_of", lambda *_: None)
        monkeypatch.setattr(running, "run", lambda *_: lines)
        monkeypatch.setattr(commands, "now", lambda: datetime(2026, 11, 27, 18, 5, tzinfo=UTC))
        monkeypatch.setattr(reports, "version", lambda _: "0.2.0")
        return CliRunner().invoke(app, ["preflight", "-s", "demo-dev", "--folder", str(tmp_path), *options])

    return run


def test_a_checklist_has_a_line_a_check_and_the_way_on_of_what_is_not_well(said: Any) -> None:
    ended = said([WELL, ODD, BROKEN])
    assert ended.exit_code == 1
    assert ended.stdout == (
        "ok              pulumi: v3.274.1\n"
        "warning         gpus: no node, and <no> plugin\n"
        "                expected: one | or two\n"
        "                remedy:   install it\n"
        "failed          eks-cluster: eks-demo is CREATING\n"
        "                expected: ACTIVE\n"
        "                remedy:   aws eks wait\n"
    )
    assert said([WELL, ODD]).exit_code == 0
    assert said([WELL, Line("rights", "All.", unknown("The cluster does not answer"))]).exit_code == 2


def test_json_is_a_list_of_all_that_is_known(said: Any) -> None:
    assert json.loads(said([BROKEN], "--json").stdout) == [
        {
            "about": "The EKS cluster is there.",
            "check": "eks-cluster",
            "outcome": "failed",
            "seen": "eks-demo is CREATING",
            "expected": "ACTIVE",
            "remedy": "aws eks wait",
        }
    ]


def test_a_report_is_a_document_in_which_nothing_breaks_the_table(said: Any, tmp_path: Path) -> None:
    file = tmp_path / "preflight.md"
    assert said([WELL, ODD], "--report", str(file)).exit_code == 0
    assert file.read_text() == (
        "# Preflight of demo-dev\n\n"
        "- stack: demo-dev\n"
        "- program: project-workspace 0.2.0\n"
        "- profile: workspace\n"
        "- date: 2026-11-27 18:05 UTC\n"
        "- result: 1 ok, 1 warning\n\n"
        "| check | what was checked | outcome | seen | expected | remedy |\n"
        "|---|---|---|---|---|---|\n"
        "| pulumi | Pulumi's engine is of a version. | ok | v3.274.1 |  |  |\n"
        "| gpus | Something advertises GPUs. | warning | no node, and <no> plugin | one \\| or two | install it |\n"
    )
    page = tmp_path / "preflight.html"
    said([ODD], "--report", str(page))
    assert "<td>no node, and &lt;no&gt; plugin</td><td>one | or two</td>" in page.read_text()
    assert "<li>date: 2026-11-27 18:05 UTC</li>\n<li>result: 1 warning</li>\n</ul>" in page.read_text()


def test_a_report_shows_below_the_table_what_a_line_has_seen_as_it_is(said: Any, tmp_path: Path) -> None:
    seen = ok("2 nodes").showing(Detail("kubectl get nodes", "a <b>\n```\nc"))
    line, file, page = Line("nodes", "There are nodes.", seen), tmp_path / "preflight.md", tmp_path / "preflight.html"
    assert said([WELL, line], "--report", str(file)).stdout == (
        "ok              pulumi: v3.274.1\nok              nodes: 2 nodes\n"
    )
    assert file.read_text().partition("| nodes | There are nodes. | ok | 2 nodes |  |  |\n")[2] == (
        "\n## nodes\n\nThere are nodes.\n\n````console\n$ kubectl get nodes\na <b>\n```\nc\n````\n"
    )
    said([line], "--report", str(page))
    assert page.read_text().endswith(
        "</table>\n<h2>nodes</h2>\n<p>There are nodes.</p>\n<pre>$ kubectl get nodes\na &lt;b&gt;\n```\nc</pre>"
        "</body></html>\n"
    )
    assert json.loads(said([line], "--json").stdout)[0]["details"] == [
        {"command": "kubectl get nodes", "text": "a <b>\n```\nc"}
    ]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (
            ["--profile", "moon"],
            f"--profile: Expected one of {OWN} for a stack of project-workspace, for example 'workspace'.",
        ),
        (["--report", "a.txt"], "--report: Expected a file that ends in .md or .html, for example 'preflight.md'."),
    ],
)
def test_what_there_is_not_is_told_before_anything_is_asked(said: Any, options: list[str], sentence: str) -> None:
    ended = said([], *options)
    assert (ended.exit_code, ended.stderr) == (1, f"error: {sentence}\n")


def test_a_check_that_never_ends_is_a_line_like_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    ends = threading.Event()

    def never(_: Any) -> Answer | None:
        """It never ends."""
        ends.wait(30)
        return None

    def quick(_: Any) -> Answer:
        """It is quick."""
        return ok("done")

    monkeypatch.setattr(running, "SECONDS", 0.2)
    monkeypatch.setattr(running, "ALL", {"never": never, "quick": quick})
    found = running.run(Any, Profile("project-workspace", ("never", "quick")), lambda _: None)  # pyright: ignore[reportArgumentType] - nobody looks at it
    ends.set()
    assert [(line.check, line.answer.outcome, line.answer.seen) for line in found] == [
        ("never", "could not check", "No answer within 0.2 seconds. Run it again."),
        ("quick", "ok", "done"),
    ]


def test_a_check_that_meets_what_it_does_not_know_is_a_line_like_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    def surprised(_: Any) -> Answer:
        """It meets what it does not know."""
        return ok({"token": "s3cret"}["s3cret"])

    def quick(_: Any) -> Answer:
        """It is quick."""
        return ok("done")

    line = surprised.__code__.co_firstlineno + 2
    monkeypatch.setattr(running, "ALL", {"surprised": surprised, "quick": quick})
    found = running.run(Any, Profile("project-workspace", ("surprised", "quick")), lambda _: None)  # pyright: ignore[reportArgumentType] - nobody looks at it
    assert [(line.check, line.answer.outcome, line.answer.seen) for line in found] == [
        (
            "surprised",
            "could not check",
            f"The check itself failed (KeyError in {Path(__file__).name}, line {line}): a defect of workspacectl. "
            "Report it.",
        ),
        ("quick", "ok", "done"),
    ]


def test_settings_that_are_wrong_are_told_whole_and_nobody_is_asked(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: project-workspace\nruntime: python\n")

    class Said(Engine):
        def checked(self, *arguments: str, show: bool = False, said: str = "") -> Any:
            values = {"aws:region": "ap-northeast-2", "project-workspace:project": "De-mo"}
            text = json.dumps({key: {"value": value, "secret": False} for key, value in values.items()})
            return type("Result", (), {"stdout": text})

    with pytest.raises(ToolError, match=r"(?s)environment: Expected.*project: Expected a project"):
        site_of(Said(tmp_path, {}), "demo-dev")
