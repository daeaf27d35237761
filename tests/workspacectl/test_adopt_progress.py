"""An adoption takes half a minute: at a terminal it says what it is doing, and anywhere else nothing but the result."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from local.checkout import CHECKOUT
from workspacectl.adopt import adoption, import_ids, takeovers
from workspacectl.adopt.plan import Plan

FOUND = {("aws:s3/bucket:Bucket", "demo"): "s3-an2-meerkat-dev-demo"}
COPYING = "Copying the stack"
REFUSED = "error: 'pulumi stack export"


class FakeStack:
    """A stack of which nothing is planned."""

    def plan(self, _folder: Path) -> Plan:
        return Plan([], {})

    def config(self) -> dict[str, str]:
        return {}

    def take(self, _file: Path, *, protect: bool) -> None:
        pass


@pytest.fixture
def exists(monkeypatch: pytest.MonkeyPatch) -> dict[Any, str]:
    """What exists, in place of AWS and the cluster."""
    found = dict(FOUND)

    @contextmanager
    def copy_of(stack: Any, _folder: Path) -> Generator[Any]:
        yield stack

    monkeypatch.setattr(adoption, "copy_of", copy_of)
    monkeypatch.setattr(adoption, "_place", lambda *_: SimpleNamespace(cluster=None, aws=None))
    monkeypatch.setattr(import_ids, "existing", lambda _place: found)
    monkeypatch.setattr(takeovers, "takeovers", lambda *_: [])
    return found


def test_a_preview_says_each_step_before_it_takes_it(exists: dict[Any, str]) -> None:
    said: list[str] = []
    stack: Any = FakeStack()
    adoption.preview(stack, said.append)
    assert said == [
        COPYING,
        "Previewing what the program would make",
        "Looking at what exists on AWS and in the cluster",
        "Comparing dex, the shared policies, Grafana, AI Conductor and Keycloak",
        "Importing what exists into the copy",
        "Previewing what would differ then",
    ]


def test_an_import_says_each_step_and_none_that_it_does_not_take(exists: dict[Any, str]) -> None:
    said: list[str] = []
    stack: Any = FakeStack()
    adoption.take(stack, said.append)
    exists.clear()
    adoption.take(stack, said.append)
    steps = ["Previewing what the program would make", "Looking at what exists on AWS and in the cluster"]
    assert said == [*steps, "Importing what exists", *steps]


def preview(tmp_path: Path, stderr: int) -> subprocess.CompletedProcess[str]:
    """The command with a `pulumi` that refuses everything."""
    (tmp_path / "Pulumi.yaml").write_text("name: demo\nruntime: python\n")
    (tmp_path / "Pulumi.demo-dev.yaml").write_text("encryptionsalt: x\n")
    refuses = tmp_path / "pulumi"
    refuses.write_text("#!/bin/sh\nexit 1\n")
    refuses.chmod(0o755)
    return subprocess.run(
        [sys.executable, "-m", "workspacectl", "adopt", "preview", "--stack", "demo-dev", "--folder", str(tmp_path)],
        cwd=CHECKOUT,
        env={**os.environ, "PATH": f"{tmp_path}:/usr/bin:/bin", "TERM": "xterm", "FORCE_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
        timeout=60,
        check=False,
    )


def test_at_a_terminal_the_step_is_shown_and_gone_before_the_error(tmp_path: Path) -> None:
    ours, terminal = pty.openpty()
    ended = preview(tmp_path, terminal)
    shown = os.read(ours, 65536).decode()
    os.close(terminal)
    os.close(ours)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert shown.index(COPYING) < shown.index(REFUSED)
    assert COPYING not in shown[shown.index(REFUSED) :]


def test_where_there_is_no_terminal_nothing_but_the_error_is_written(tmp_path: Path) -> None:
    ended = preview(tmp_path, subprocess.PIPE)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.startswith(REFUSED)
    assert "\x1b" not in ended.stderr
