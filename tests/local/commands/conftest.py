"""The commands' surroundings: a platform whose servers only wait, and a `pulumi` that notes what it is told.

The folder, the supervisor, the engine's command lines and the commands are the real ones. That the real servers and the
real engine work together is what tests/engine proves.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pytest

from local import platform as platform_module
from local import processes, toolchain
from local.platform import Platform
from local.servers import Report, Servers

PULUMI = """#!/bin/sh
# Stand-in for the pulumi command: notes its command line and its input, answers what the test has prepared.
cd "{folder}" || exit 99
tr '\\0' ' ' < /proc/$$/cmdline | sed 's|.*/pulumi ||; s| $||' >> calls
echo >> calls
cat >> said
case "$*" in
    "$(cat failing)"*) echo "error: it went wrong"; exit 255 ;;
    "stack output"*--show-secrets*) cat with-secrets.json ;;
    "stack output"*) cat outputs.json ;;
esac
"""


@dataclass(frozen=True, kw_only=True)
class WaitingServers(Servers):
    """Stand-in for `Servers`: processes of the right names that only wait, but for the one that ends at once."""

    ends_at_once: ClassVar[str] = ""

    def start_kubernetes(self, report: Report) -> None:
        for name in ("etcd", "kube-apiserver", "kube-controller-manager", "profile-controller", "dex"):
            self._wait(name)

    def start_aws(self, report: Report) -> None:
        self._wait("aws")

    def start_conductor(self, report: Report) -> None:
        self._wait("ai-conductor")

    def start_grafana(self, report: Report) -> None:
        self._wait("grafana")

    def _wait(self, name: str) -> None:
        ends = name == self.ends_at_once
        argv = ("false",) if ends else ("sleep", "300")
        processes.start(processes.ServerSpec(name, argv, ready=lambda: not ends), self.run_dir)


@dataclass(frozen=True)
class Pulumi:
    """What the noting `pulumi` was told, and what it is to answer."""

    folder: Path

    @property
    def calls(self) -> list[str]:
        file = self.folder / "calls"
        return file.read_text().splitlines() if file.exists() else []

    @property
    def said(self) -> str:
        return (self.folder / "said").read_text()

    def fail(self, command: str) -> None:
        """Commands that begin so end with exit code 255."""
        (self.folder / "failing").write_text(command)

    def answer(self, outputs: dict[str, object], with_secrets: dict[str, object]) -> None:
        (self.folder / "outputs.json").write_text(json.dumps(outputs))
        (self.folder / "with-secrets.json").write_text(json.dumps(with_secrets))


@pytest.fixture
def pulumi(tmp_path: Path) -> Pulumi:
    folder = tmp_path / "engine"
    folder.mkdir()
    script = folder / "pulumi"
    script.write_text(PULUMI.format(folder=folder))
    script.chmod(0o755)
    found = Pulumi(folder)
    found.fail("nothing fails")
    return found


@pytest.fixture
def waiting_servers(monkeypatch: pytest.MonkeyPatch, pulumi: Pulumi) -> type[WaitingServers]:
    """Platforms of this test get waiting servers, and need no tools."""

    class Waiting(WaitingServers):
        pass

    path = os.pathsep.join([str(pulumi.folder), os.environ.get("PATH", os.defpath)])
    monkeypatch.setattr(platform_module, "Servers", Waiting)
    monkeypatch.setattr(toolchain, "ensure", lambda names: {name: Path(name) for name in names})
    monkeypatch.setattr(toolchain, "engine_environment", lambda python, checkout, home: {"PATH": path})
    return Waiting


@pytest.fixture
def platform(tmp_path: Path, waiting_servers: type[WaitingServers]) -> Iterator[Platform]:
    """A platform that was never started; whatever a test leaves of it is stopped."""
    found = Platform(tmp_path / ".local")
    yield found
    found.stop()
